import assert from "node:assert/strict";
import { hours, minutes, powerReal } from "@openleadr/protocol";
import { SqliteVenStore } from "@openleadr/ven/sqlite";
import { Vtn, type ReportUpdate } from "@openleadr/vtn";
import { beforeAll, describe, it } from "vitest";
import { ManualClock } from "../../../src/index.ts";
import { aProgram, buildPrograms } from "./program.ts";

beforeAll(buildPrograms, 120_000);

const begin = "2026-01-01T00:00:00.000Z";
const end = "2026-01-01T01:00:00.000Z";
const venId = "ven-1";

/** Where the program dies, one after the other, each time with what it had left from the last. */
const deaths = [1, 2, 4].flatMap((dieAt) =>
  [
    "before write",
    "after write",
    "before request oadrUpdateReport",
    "after request oadrUpdateReport",
    "before collect",
    "after collect",
    "before request oadrCreatedReport",
    "after request oadrCreatedReport",
    "after request oadrPoll",
    "after request oadrUpdatedReport",
  ].map((dieOn) => ({ dieOn, dieAt })),
);

/** A VTN that wants reports, has one of its own, and whose clock is as far as that of the VEN, whose process ends and ends. */
async function aSite() {
  const program = aProgram("reporting-ven.js");
  const clock = new ManualClock(begin);
  const updates: ReportUpdate[] = [];
  const vtn = new Vtn({
    vtnId: "vtn",
    listen: { port: 0 },
    clock,
    pollFrequency: minutes(10),
    onCreatePartyRegistration: () => ({ venId }),
    onUpdateReport: (update) => void updates.push(update),
    reportRules: [
      {
        name: "usage",
        reportName: "TELEMETRY_USAGE",
        granularity: minutes(1),
        reportBackDuration: minutes(5),
        reportInterval: { dtstart: new Date(begin), duration: minutes(0) },
      },
    ],
    ownReports: [
      { reportSpecifierId: "grid", dataPoints: [{ rId: "load", measurement: powerReal(), collect: () => 1 }] },
    ],
  });
  await vtn.start();
  return {
    vtn,
    updates,
    program,
    clock,
    /** Runs the VEN for some minutes of its time, or until it dies. */
    async run(death?: (typeof deaths)[number]): Promise<void> {
      const from = new Date(program.clock() ?? begin);
      await clock.advanceTo(from);
      if ((await vtn.reports.offered(venId)).length > 0) await vtn.reports.request(venId, [...oneShots]);
      const soon = new Date(from.getTime() + minutes(3)).toISOString();
      const orders = death === undefined ? { until: end, dieAt: 0 } : { ...death, until: soon < end ? soon : end };
      await program.run({ ...orders, from, url: vtn.url?.href });
    },
    async [Symbol.asyncDispose]() {
      await vtn.stop();
      program[Symbol.dispose]();
    },
  };
}

/** All that the meter has recorded, and what it has now. */
const oneShots = [
  { reportSpecifierId: "log", reportInterval: { dtstart: new Date("2025-12-31T23:00:00Z"), duration: minutes(0) } },
  { reportSpecifierId: "usage" },
] as const;

type Site = Awaited<ReturnType<typeof aSite>>;

describe("the reports of a VEN that is killed", () => {
  it("reach the VTN, wherever it is killed, each reading once in effect", async () => {
    await using site = await aSite();
    for (const death of deaths) await site.run(death);
    await site.run();
    // What was handed out and not answered is handed out again after a while.
    await site.clock.advance(hours(1));
    await site.run();

    const lines = site.program.lines();
    assert.equal(lines.at(-1), "done");
    for (const point of ["write of report-request", "request oadrUpdateReport", "request oadrCreatedReport", "collect"])
      for (const when of ["before", "after"]) assert.ok(lines.includes(`dies at ${when} ${point}`), lines.join("\n"));
    requirePeriodicReport(site);
    requireHistory(site);
    await requireOneShots(site);
    requireReportsOfVtn(site);
    await requireNothingLeft(site);
  }, 300_000);
});

/** Minute by minute, from the first to the last, without a gap, and each with its own value. */
function requirePeriodicReport({ updates, program }: Site): void {
  const [first] = updates.filter(
    ({ reportSpecifierId, readings }) => reportSpecifierId === "usage" && readings.length > 1,
  );
  const own = updates.filter(({ reportRequestId }) => reportRequestId === first?.reportRequestId);
  const values = new Map<number, unknown>();
  for (const { dtstart, value } of own.flatMap(({ readings }) => readings)) {
    const minute = minuteOf(dtstart);
    assert.equal(value, minute, `${dtstart.toISOString()}\n${program.lines().join("\n")}`);
    values.set(minute, value);
  }
  const starts = [...values.keys()].toSorted((a, b) => a - b);
  assert.deepEqual(
    starts,
    Array.from({ length: 60 }, (_, minute) => minute),
    program.lines().join("\n"),
  );
}

/** Everything that was known to be stored, and is past. */
function requireHistory({ updates, program }: Site): void {
  const last = updates.findLast(({ reportSpecifierId }) => reportSpecifierId === "log");
  const values = new Map(last?.readings.map(({ dtstart, value }) => [dtstart.toISOString(), value]));
  const recorded = new Set(program.lines().flatMap((line) => /^recorded (.+)$/.exec(line)?.[1] ?? []));
  recorded.delete(end);
  for (const instant of recorded) assert.equal(values.get(instant), minuteOf(new Date(instant)), instant);
  assert.equal(values.size, 60);
}

async function requireOneShots({ vtn, updates }: Site): Promise<void> {
  const requests = await vtn.reports.requests(venId);
  const once = requests.filter(({ request }) => request.reportSpecifier.reportBackDuration === 0);
  assert.ok(once.length > deaths.length, String(once.length));
  for (const { request, state } of once) {
    assert.equal(state, "completed", request.reportRequestId);
    assert.ok(updates.some(({ reportRequestId }) => reportRequestId === request.reportRequestId));
  }
}

function requireReportsOfVtn({ program }: Site): void {
  const starts = program.lines().flatMap((line) => /^grid (.+)$/.exec(line)?.[1] ?? []);
  const distinct = [...new Set(starts)].toSorted();
  const [first = "", last = ""] = [distinct[0], distinct.at(-1)];
  const expected = (Date.parse(last) - Date.parse(first)) / minutes(1) + 1;
  assert.ok(distinct.length > 20, program.lines().join("\n"));
  assert.equal(distinct.length, expected, distinct.join("\n"));
}

/** Nothing of requests that are over stays in the store. */
async function requireNothingLeft({ vtn, program }: Site): Promise<void> {
  await using store = new SqliteVenStore({ file: program.file });
  const state = await store.open({ vtn: "", ven: "a VEN" });
  const entries = (await state.read()).filter(({ kind }) => /^report-(?:request|unsent|sampled)$/.test(kind));
  const requests = entries.filter(({ kind }) => kind === "report-request");
  assert.equal(requests.length, 1);
  assert.ok(entries.length < 10, entries.map(({ kind, id }) => `${kind} ${id}`).join());
  await vtn.stop();
}

function minuteOf(instant: Date): number {
  return (instant.getTime() - Date.parse(begin)) / minutes(1);
}
