import assert from "node:assert/strict";
import { hours, minutes, seconds, type ReportRequest } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { aClockToBeSet } from "./clock-to-be-set.ts";
import { aStartedBench, counting, dataOf, meter } from "./reporting-ven.ts";
import { aRequest, createReport } from "./scripted-vtn.ts";

const { collect: _, ...uncollected } = meter;

/** A VEN whose clock can be set, and which has a request for data. */
async function reporting(request: ReportRequest, point = { ...meter, collect: counting() }) {
  const { clock, manual, setBack, setAhead } = aClockToBeSet();
  const bench = await aStartedBench([point], { clock });
  bench.vtn.queue.push(createReport(request));
  await manual.advance(seconds(10));
  return { ...bench, clock: manual, setBack, setAhead };
}

const sinceMidnight = { granularity: "PT1M", back: "PT1M", dtstart: "2025-12-31T00:00:00Z" };

describe("the reports of a VEN whose clock is set", () => {
  for (const [what, request] of [
    ["from a request's start on", aRequest(sinceMidnight)],
    ["since the request came", aRequest({ granularity: "PT1M", back: "PT1M" })],
  ] as const) {
    it(`go on when it is set back, ${what}`, async () => {
      await using bench = await reporting(request);
      await bench.clock.advance(minutes(5));
      bench.vtn.forget();

      bench.setBack(hours(3));
      await bench.clock.advance(minutes(10));

      const starts = dataOf(bench).map(({ dtstart }) => dtstart?.toISOString().slice(11, 13));
      assert.ok(starts.length >= 8 && starts.length <= 11, starts.join());
      assert.deepEqual(new Set(starts.slice(1)), new Set(["21"]));
    });
  }

  it("are asked for the span once more that the clock shows again", async () => {
    const spans: number[] = [];
    const collectSpan = ({ from, to }: { readonly from: Date; readonly to: Date }) => {
      spans.push(to.getTime() - from.getTime());
      return [];
    };
    await using bench = await reporting(aRequest(sinceMidnight), { ...uncollected, collectSpan } as never);
    await bench.clock.advance(minutes(5));
    spans.length = 0;

    bench.setBack(hours(3));
    await bench.clock.advance(minutes(10));

    assert.ok(spans.length >= 8 && spans.every((span) => span === minutes(1)), spans.join());
  });

  it("wait for a start that is yet to come once more", async () => {
    await using bench = await reporting(aRequest({ ...sinceMidnight, dtstart: "2026-01-01T00:01:00Z" }));
    await bench.clock.advance(minutes(5));
    bench.vtn.forget();

    bench.setBack(hours(1));
    await bench.clock.advance(minutes(50));
    const before = dataOf(bench).length;
    await bench.clock.advance(minutes(12));

    assert.ok(before <= 1, String(before));
    assert.ok(dataOf(bench).length >= 5);
  });

  it("keep what a VTN that is away does not have yet when it jumps ahead for a moment", async () => {
    await using bench = await reporting(aRequest({ granularity: "PT1M", back: "PT10M" }));
    bench.vtn.isDown = true;
    await bench.clock.advance(hours(5));

    bench.setAhead(hours(1000));
    await bench.clock.advance(minutes(50));
    bench.setBack(hours(1000));
    await bench.clock.advance(minutes(30));

    assert.deepEqual(bench.told("reportDropped"), []);
  });

  it("drop what has waited for too long by a clock that remains ahead", async () => {
    await using bench = await reporting(aRequest({ granularity: "PT1M", back: "PT10M" }));
    bench.vtn.isDown = true;
    await bench.clock.advance(hours(5));

    bench.setAhead(hours(1000));
    await bench.clock.advance(hours(2));

    const dropped = bench.told("reportDropped").reduce((sum, { intervals }) => sum + intervals, 0);
    assert.ok(dropped > 250, String(dropped));
  });

  it("are no flood when it jumps ahead, and go on within a minute", async () => {
    let asked = 0;
    await using bench = await reporting(aRequest({ ...sinceMidnight, granularity: "PT1H", back: "PT6H" }), {
      ...meter,
      collect: () => ++asked,
    });
    await bench.clock.advance(minutes(5));

    bench.setAhead(hours(24 * 365));
    await bench.clock.advance(minutes(1));

    assert.equal(asked, 1);
    assert.equal(bench.vtn.payloads("oadrUpdateReport").length, 1);
  });

  for (const [what, set] of [
    ["back", "setBack"],
    ["ahead", "setAhead"],
  ] as const) {
    it(`rule 327: send their metadata as often when it is set ${what}`, async () => {
      const request = aRequest({ reportSpecifierId: "METADATA", rIds: ["0"], back: "PT10M" });
      await using bench = await reporting(request);
      await bench.clock.advance(minutes(30));
      bench.vtn.forget();

      bench[set](hours(3));
      await bench.clock.advance(minutes(60));

      const { length } = bench.vtn.payloads("oadrRegisterReport");
      assert.ok(length >= 5 && length <= 8, String(length));
    });
  }
});
