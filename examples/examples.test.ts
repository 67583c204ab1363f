import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterAll, expect, it, vi } from "vitest";
import { seconds } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import type * as ven from "@openleadr/ven";
import type * as vtn from "@openleadr/vtn";

// The examples run as they stand, but for the port, which may be taken, and the clock, which would take its time.
const running = vi.hoisted(() => ({
  url: "",
  clock: undefined as ManualClock | undefined,
  stops: [] as (() => Promise<void>)[],
}));

vi.mock("@openleadr/vtn", async (importOriginal) => {
  const original = await importOriginal<typeof vtn>();
  class Vtn extends original.Vtn {
    constructor(options: vtn.VtnOptions) {
      super({ ...options, listen: { port: 0 }, clock: running.clock });
      running.stops.unshift(() => this.stop());
    }
    override async start(): Promise<void> {
      await super.start();
      running.url = String(this.url);
    }
  }
  return { ...original, Vtn };
});

vi.mock("@openleadr/ven", async (importOriginal) => {
  const original = await importOriginal<typeof ven>();
  class Ven extends original.Ven {
    constructor({ venName, onEvent }: ven.VenOptions) {
      super({ venName, onEvent, vtnUrl: running.url, clock: running.clock });
      running.stops.unshift(() => this.stop());
    }
  }
  return { ...original, Ven };
});

afterAll(async () => {
  for (const stop of running.stops) await stop();
});

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8").trim();

for (const name of ["vtn", "ven"]) {
  it(`stands in the README as examples/${name}.ts has it, in 10 to 15 lines`, () => {
    const example = read(`${name}.ts`);

    assert.ok(read("../README.md").includes(`\`\`\`ts\n${example}\n\`\`\``));
    const lines = example.split("\n").filter((line) => line !== "").length;
    assert.ok(lines >= 10 && lines <= 15, `${lines} lines`);
  });
}

it("takes an event and its answer, and a reading, from one example to the other", async () => {
  running.clock = new ManualClock();
  const said: string[] = [];
  vi.spyOn(console, "log").mockImplementation((...words: unknown[]) => void said.push(words.map(String).join(" ")));

  await import("./vtn.ts");
  await import("./ven.ts");

  // Sockets take time of their own, which the clock does not know.
  await vi.waitFor(async () => {
    await running.clock?.advance(seconds(10));
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^asked for/),
        "the VEN answers optIn",
        expect.stringMatching(/^the VEN reports/),
      ]),
    );
  }, 10_000);
});
