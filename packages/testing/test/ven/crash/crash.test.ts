import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { Vtn } from "@openleadr/vtn";
import { beforeAll, describe, it } from "vitest";
import { ManualClock } from "../../../src/index.ts";
import { aProgram, buildPrograms } from "./program.ts";

beforeAll(buildPrograms, 120_000);

/** A VTN with one event, and a VEN whose process can be started again and again. */
async function aSite() {
  const program = aProgram("crashing-ven.js");
  const answers: (string | undefined)[] = [];
  let registrations = 0;
  const vtn = new Vtn({
    vtnId: "vtn",
    listen: { port: 0 },
    clock: new ManualClock(),
    pollFrequency: minutes(60),
    onCreatePartyRegistration: () => ++registrations > 0,
    onCreatedEvent: ({ responseDescription }) => void answers.push(responseDescription),
  });
  await vtn.start();
  await vtn.events.create({
    activePeriod: { dtstart: new Date("2026-01-01T01:00:00Z"), startAfter: minutes(20) },
    signals: [{ intervals: [1, 2].map((value) => ({ duration: minutes(30), value })) }],
  });
  return {
    answers,
    lines: program.lines,
    registrations: () => registrations,
    /** Runs the VEN from where the clock was; resolves with whether it was killed. */
    run(orders: { readonly name: string; readonly random: number; readonly dieAt: number }): Promise<boolean> {
      const from = program.clock() ?? stops[0];
      const remaining = stops.filter((stop) => stop >= from);
      return program.run({ ...orders, url: vtn.url?.href, from, stops: remaining });
    },
    async [Symbol.asyncDispose]() {
      await vtn.stop();
      program[Symbol.dispose]();
    },
  };
}

/** Before the event, in its first and its second interval, and after it. */
const stops = ["00:30", "01:20", "01:40", "02:40"].map((time) => `2026-01-01T${time}:00.000Z`) as [string, ...string[]];

type Site = Awaited<ReturnType<typeof aSite>>;

describe("a VEN that is killed", () => {
  const seen: string[] = [];

  it("goes on where it was, wherever it is killed", async () => {
    for (let isKilled = true, dieAt = 1; isKilled; dieAt++) {
      await using site = await aSite();
      isKilled = await site.run({ name: "first", random: 0.25, dieAt });
      if (isKilled) await site.run({ name: "second", random: 0.75, dieAt: Infinity });

      requireContinuity(site, dieAt);
      seen.push(...site.lines().filter((line) => line.startsWith("dies at ")));
    }
    for (const point of ["before write of event", "after write of registration", "after request oadrCreatedEvent"])
      assert.ok(seen.includes(`dies at ${point}`), `${point}: ${seen.join()}`);
  }, 300_000);
});

function requireContinuity(site: Site, dieAt: number): void {
  const lines = site.lines();
  const about = `killed at point ${dieAt}:\n${lines.join("\n")}\n${site.answers.join()}`;
  assert.equal(lines.at(-1), "done", about);

  // A registration that was not stored before the end is the only one that is made once more.
  const death = lines.findIndex((line) => line.startsWith("dies at "));
  const isLost = death === 0 && /(?:after request oadrCreateParty|before write of )Registration/i.test(lines[0] ?? "");
  assert.equal(site.registrations(), isLost ? 2 : 1, about);
  const ids = lines.flatMap((line) => /^(?:registered|resumed) (.+)$/.exec(line)?.[1] ?? []);
  assert.equal(new Set(ids).size, 1, about);

  assert.ok(site.answers.length > 0, about);
  assert.equal(new Set(site.answers).size, 1, about);

  const told = lines.filter((line) => /^(?:start|interval|end) /.test(line));
  const once = told.filter((line, index) => line !== told[index - 1]);
  const minute = site.answers[0] === "first" ? "05" : "15";
  const expected = [`start 2026-01-01T01:${minute}:00.000Z`, "interval 1", "interval 2", "end completed"];
  assert.deepEqual(once, expected, about);
  assert.ok(told.length <= expected.length + 1, about);
}
