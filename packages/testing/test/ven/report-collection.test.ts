import assert from "node:assert/strict";
import { hours, minutes, seconds, type ResourceStatus } from "@openleadr/protocol";
import type { ReportOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aStartedBench, counting, dataOf, handOut, meter, minutesOf, sent, status } from "./reporting-ven.ts";
import { aRequest, createReport, never } from "./scripted-vtn.ts";

const { collect: _, ...uncollected } = meter;
const eachMinute = { granularity: "PT1M", back: "PT2M", dtstart: "2026-01-01T00:01:00Z" };

describe("EiReport of a VEN: collecting data", () => {
  it("rules 318, 319: sends confidence, accuracy, quality and duration as they are given", async () => {
    const dtstart = new Date("2026-01-01T00:01:30Z");
    const facts = { value: 7, confidence: 90, accuracy: 0.5, dataQuality: "Quality Uncertain - Sub Normal" } as const;
    await using bench = await aStartedBench([
      { ...meter, collect: () => [{ ...facts, dtstart, duration: seconds(30) }] },
    ]);

    await handOut(bench, createReport(aRequest({ ...eachMinute, back: "PT1M" })));
    await bench.clock.advanceTo(new Date("2026-01-01T00:02:00Z"));

    assert.deepEqual(dataOf(bench)[0], {
      uid: "0",
      dtstart,
      duration: seconds(30),
      payloads: [{ kind: "reportPayload", rId: "power", ...facts }],
    });
  });

  it("asks for the span that a value belongs to", async () => {
    const asked: unknown[] = [];
    await using bench = await aStartedBench([
      { ...meter, collect: ({ signal: __, ...rest }) => (asked.push(rest), 1) },
    ]);

    await handOut(bench, createReport(aRequest(eachMinute)));
    await bench.clock.advanceTo(new Date("2026-01-01T00:02:00Z"));

    const dtstart = new Date("2026-01-01T00:01:00Z");
    assert.deepEqual(asked, [{ reportSpecifierId: "usage", rId: "power", dtstart, duration: minutes(1) }]);
  });

  it("rules 317, 341: asks once for all that a report is to have", async () => {
    const asked: string[] = [];
    await using bench = await aStartedBench([
      {
        ...uncollected,
        collectSpan(span) {
          asked.push(`${span.from.toISOString().slice(11, 19)} to ${span.to.toISOString().slice(11, 19)}`);
          return minutesOf(span);
        },
      },
    ]);

    await handOut(bench, createReport(aRequest({ ...eachMinute, duration: "PT5M" })));
    await bench.clock.advance(hours(1));

    assert.deepEqual(asked, ["00:01:00 to 00:03:00", "00:03:00 to 00:05:00", "00:05:00 to 00:06:00"]);
    assert.deepEqual(sent(bench), [
      "00:03:00: 00:01:00=1 00:02:00=2",
      "00:05:00: 00:03:00=3 00:04:00=4",
      "00:06:00: 00:05:00=5",
    ]);
    assert.equal(dataOf(bench)[0]?.duration, minutes(1));
  });

  it("asks for a span of what a machine missed while it slept", async () => {
    await using bench = await aStartedBench([{ ...uncollected, collectSpan: minutesOf }]);
    await handOut(bench, createReport(aRequest(eachMinute)));
    const { clock } = bench;
    const late = clock.now.bind(clock);
    clock.now = () => new Date(late().getTime() + minutes(20));

    await clock.advance(minutes(3));

    assert.equal(dataOf(bench)[0]?.dtstart?.toISOString(), "2026-01-01T00:01:00.000Z");
    assert.equal(sent(bench)[0]?.match(/=/g)?.length, 20);
  });

  for (const [dtstart, first, count] of [
    ["2025-12-31T23:51:00Z", "23:51:00=51", 10],
    ["2025-12-31T22:51:00Z", "23:01:00=1", 60],
  ] as const) {
    it(`asks for the past that a request wants from ${dtstart} on, as far as it is kept`, async () => {
      await using bench = await aStartedBench([{ ...uncollected, duration: hours(1), collectSpan: minutesOf }]);

      await handOut(bench, createReport(aRequest({ ...eachMinute, dtstart })));
      await bench.clock.advance(minutes(1));

      const [report] = sent(bench);
      assert.deepEqual([report?.split(" ")[1], report?.match(/=/g)?.length], [first, count]);
    });
  }

  it("rules 300, 318: joins data points of every kind, with placeholders where one has nothing", async () => {
    await using bench = await aStartedBench([
      { ...meter, rId: "a", collect: counting() },
      { ...uncollected, rId: "b", collectSpan: (span) => minutesOf(span).slice(1) },
      { ...uncollected, rId: "c" },
    ]);

    await handOut(bench, createReport(aRequest({ ...eachMinute, rIds: ["a", "b", "c"] })));
    await bench.clock.advance(minutes(3));

    assert.deepEqual(sent(bench), ["00:03:00: 00:01:00=1,0,0 00:02:00=2,2,0"]);
    const qualities = dataOf(bench).map(({ payloads }) =>
      payloads.map((payload) => payload.kind === "reportPayload" && payload.dataQuality),
    );
    const bad = "Quality Bad - Non Specific";
    assert.deepEqual(qualities, [
      [undefined, bad, bad],
      [undefined, undefined, bad],
    ]);
  });

  it("rule 317: takes the latest recorded value, and says where it is not new", async () => {
    await using bench = await aStartedBench([]);
    const point = bench.ven.addReport(uncollected);
    await handOut(bench, createReport(aRequest(eachMinute)));
    await bench.clock.advanceTo(new Date("2026-01-01T00:01:20Z"));
    point.record(3);
    point.record(5, { at: new Date("2026-01-01T00:01:10Z") });

    await bench.clock.advanceTo(new Date("2026-01-01T00:03:00Z"));

    assert.deepEqual(sent(bench), ["00:03:00: 00:01:00=3 00:02:00=3"]);
    const [first, second] = dataOf(bench).map(({ payloads: [payload] }) => payload);
    assert.equal(first?.kind === "reportPayload" && first.dataQuality, undefined);
    assert.equal(second?.kind === "reportPayload" && second.dataQuality, "No New Value - Previous Value Used");
  });

  it("rule 317: sends the changes of recorded values", async () => {
    await using bench = await aStartedBench([]);
    const point = bench.ven.addReport({ ...uncollected, samplingRate: { minPeriod: seconds(10), onChange: true } });
    point.record(1);
    await handOut(bench, createReport(aRequest({ back: "PT1M", dtstart: "2026-01-01T00:01:00Z" })));
    await bench.clock.advanceTo(new Date("2026-01-01T00:01:25Z"));
    point.record(2);

    await bench.clock.advanceTo(new Date("2026-01-01T00:02:00Z"));

    assert.deepEqual(sent(bench), ["00:02:00: 00:01:00=1 00:01:20=2"]);
  });

  it("rule 317: sends changes before the next report is due where they are too many to keep", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);

    await handOut(bench, createReport(aRequest({ back: "PT24H", dtstart: "2026-01-01T00:01:00Z" })));
    await bench.clock.advance(minutes(60));

    assert.deepEqual(
      bench.vtn.payloads("oadrUpdateReport").map(({ reports }) => reports[0]?.intervals?.length),
      [1000, 1000, 1000],
    );
    assert.ok((bench.ven.reportRequests[0]?.sampled.length ?? 0) < 1000);
  });

  for (const [what, value, options] of [
    ["no number", "4", {}],
    ["NaN", NaN, {}],
    ["a time to come", 4, { at: new Date("2026-01-01T01:00:00Z") }],
    ["a time that is none", 4, { at: new Date(NaN) }],
  ] as const) {
    it(`refuses to record ${what}`, async () => {
      await using bench = await aStartedBench([]);
      const point = bench.ven.addReport(uncollected);

      assert.throws(() => point.record(value as number, options), /expected/);
    });
  }

  it("refuses to record what is collected", async () => {
    await using bench = await aStartedBench([]);
    const point = bench.ven.addReport(meter);

    assert.throws(() => point.record(4), TypeError);
  });

  for (const [what, point] of [
    ["collect has no value", { ...meter, collect: () => undefined }],
    ["collect never answers", { ...meter, collect: () => never() }],
    ["collectSpan throws", { ...uncollected, collectSpan: () => Promise.reject(new Error("no meter")) }],
    [
      "collectSpan has a reading of another time",
      { ...uncollected, collectSpan: () => [{ dtstart: new Date(0), value: 1 }] },
    ],
    ["nothing was recorded", uncollected],
  ] as const satisfies readonly (readonly [string, ReportOptions])[]) {
    it(`rule 318: sends a placeholder of bad quality when ${what}`, async () => {
      await using bench = await aStartedBench([point], { handlerTimeout: seconds(5) });

      await handOut(bench, createReport(aRequest()));
      await bench.clock.advance(seconds(5));

      assert.deepEqual(dataOf(bench)[0]?.payloads, [
        { kind: "reportPayload", rId: "power", value: 0, dataQuality: "Quality Bad - Non Specific" },
      ]);
    });
  }

  it("rules 300, 318: misses no value of one data point while another one is slow or never answers", async () => {
    const slow = { ...meter, rId: "slow", collect: () => never() };
    await using bench = await aStartedBench([{ ...meter, collect: counting() }, slow]);
    const rIds = ["power", "slow"] as const;

    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT10S", back: "PT1M", dtstart: "2026-01-01T00:01:00Z", rIds })),
    );
    await bench.clock.advanceTo(new Date("2026-01-01T00:02:10Z"));

    assert.deepEqual(sent(bench), [
      "00:02:10: 00:01:00=1,0 00:01:10=2,0 00:01:20=3,0 00:01:30=4,0 00:01:40=5,0 00:01:50=6,0",
    ]);
  });

  it("misses no value while the span of another data point is slow", async () => {
    const slow = { ...uncollected, rId: "slow", collectSpan: () => never() };
    await using bench = await aStartedBench([{ ...meter, collect: counting() }, slow]);
    const rIds = ["power", "slow"] as const;

    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT10S", back: "PT20S", dtstart: "2026-01-01T00:01:00Z", rIds })),
    );
    await bench.clock.advanceTo(new Date("2026-01-01T00:02:10Z"));

    const values = dataOf(bench).flatMap(({ payloads }) =>
      payloads.map((payload) => "value" in payload && payload.value),
    );
    assert.deepEqual(
      values.filter((value) => value !== 0),
      [1, 2, 3, 4, 5, 6],
    );
  });

  it("tells which data point failed", async () => {
    await using bench = await aStartedBench([
      { ...uncollected, collectSpan: () => Promise.reject(new Error("no meter")) },
    ]);

    await handOut(bench, createReport(aRequest()));

    const [failure] = bench.told("handlerFailed");
    assert.deepEqual(
      [failure?.handler, failure?.reportSpecifierId, failure?.rId, failure?.error.message],
      ["collectSpan", "usage", "power", "no meter"],
    );
  });

  it("rule 334: sends the load control state of a resource", async () => {
    const state: ResourceStatus = {
      online: true,
      manualOverride: false,
      loadControlState: {
        capacity: { min: 0, max: 1, current: 0.5, normal: 1 },
        levelOffset: { current: 1 },
        percentOffset: { current: -10 },
        setPoint: { current: 20.5 },
      },
    };
    await using bench = await aStartedBench([{ ...status, collect: () => state }]);

    await handOut(bench, createReport(aRequest({ reportSpecifierId: "status", rIds: ["state"] })));

    assert.deepEqual(dataOf(bench)[0]?.payloads, [{ kind: "reportPayload", rId: "state", value: state }]);
  });

  it("rule 342: sends the values of a report of its own at instants", async () => {
    await using bench = await aStartedBench([
      { reportName: "x-CLIMATE", reportSpecifierId: "usage", rId: "power", isPoint: true, collect: () => 21 },
    ]);

    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));

    assert.deepEqual(sent(bench), ["00:00:10: 00:00:10=21"]);
    assert.equal(dataOf(bench)[0]?.duration, undefined);
  });

  for (const [granularity, back, starts] of [
    ["PT45S", "PT90S", ["00:01:00", "00:01:45", "00:02:30", "00:03:15"]],
    ["PT7M", "PT7M", ["00:01:00", "00:08:00", "00:15:00", "00:22:00"]],
    ["PT5H", "PT10H", ["00:01:00", "05:01:00", "10:01:00", "15:01:00"]],
    ["P3D", "P3D", ["00:01:00", "00:01:00"]],
  ] as const) {
    it(`rules 317, 341: samples every ${granularity} from the request's start on`, async () => {
      const samplingRate = { minPeriod: seconds(1), maxPeriod: hours(72) };
      await using bench = await aStartedBench([{ ...meter, samplingRate }]);

      await handOut(bench, createReport(aRequest({ granularity, back, dtstart: "2026-01-01T00:01:00Z" })));
      const { length } = starts;
      const spans = { PT45S: seconds(45), PT7M: minutes(7), PT5H: hours(5), P3D: hours(72) };
      await bench.clock.advanceTo(new Date(Date.UTC(2026, 0, 1, 0, 1) + length * spans[granularity]));

      assert.deepEqual(
        dataOf(bench).map(({ dtstart }) => dtstart?.toISOString().slice(11, 19)),
        starts,
      );
    });
  }

  it("rule 510: keeps what a request samples whatever another one does at another rate", async () => {
    const fiveMinutes = { granularity: "PT5M", back: "PT10M", dtstart: "2026-01-01T00:00:00Z" };
    const oneMinute = { ...fiveMinutes, granularity: "PT1M" };
    await using bench = await aStartedBench([meter]);
    await handOut(bench, createReport(aRequest(oneMinute), aRequest({ ...fiveMinutes, reportRequestId: "request-2" })));
    await bench.clock.advanceTo(new Date("2026-01-01T00:20:30Z"));
    bench.vtn.forget();

    await handOut(bench, createReport(aRequest({ ...oneMinute, reportRequestId: "again" })));
    await bench.clock.advanceTo(new Date("2026-01-01T00:30:30Z"));

    const again = bench.vtn
      .payloads("oadrUpdateReport")
      .flatMap(({ reports }) => reports)
      .find(({ reportRequestId }) => reportRequestId === "again");
    const expected = Array.from({ length: 30 }, (__, minute) => minute);
    assert.deepEqual(
      again?.intervals?.map(({ dtstart }) => dtstart?.getUTCMinutes()),
      expected,
    );
  });

  it("rule 510: sends what it has kept when the VTN asks again", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    await handOut(bench, createReport(aRequest({ ...eachMinute, back: "PT1M" })));
    await bench.clock.advanceTo(new Date("2026-01-01T00:04:30Z"));
    bench.ven.addReport(status);
    await bench.clock.settle();
    bench.vtn.forget();

    await handOut(bench, createReport(aRequest({ ...eachMinute, back: "PT1M", reportRequestId: "request-2" })));
    await bench.clock.advanceTo(new Date("2026-01-01T00:05:00Z"));

    assert.deepEqual(sent(bench), ["00:05:00: 00:01:00=1 00:02:00=2 00:03:00=3 00:04:00=4"]);
  });
});
