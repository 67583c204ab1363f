import assert from "node:assert/strict";
import { hours, minutes, seconds } from "@openleadr/protocol";
import type { AskedSpan } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aStartedBench, counting, dataOf, handOut, meter, sent, status } from "./reporting-ven.ts";
import { aRequest, createReport, refusing } from "./scripted-vtn.ts";

const { collect: _, ...uncollected } = meter;

describe("EiReport of a VEN: data", () => {
  it("rules 300, 313, 324, 337: sends one interval of all data points at once when asked once", async () => {
    await using bench = await aStartedBench([meter, { ...meter, rId: "other", collect: () => 5 }]);

    await handOut(bench, createReport(aRequest({ rIds: ["power", "other"] })));

    assert.deepEqual(bench.vtn.payloads("oadrUpdateReport"), [
      {
        requestId: bench.vtn.payloads("oadrUpdateReport")[0]?.requestId,
        venId: "ven-1",
        reports: [
          {
            dtstart: new Date("2026-01-01T00:00:09Z"),
            intervals: [
              {
                dtstart: new Date("2026-01-01T00:00:09Z"),
                duration: seconds(1),
                uid: "0",
                payloads: [
                  { kind: "reportPayload", rId: "power", value: 4 },
                  { kind: "reportPayload", rId: "other", value: 5 },
                ],
              },
            ],
            reportDescriptions: [],
            reportRequestId: "request-1",
            reportSpecifierId: "usage",
            reportName: "TELEMETRY_USAGE",
            createdDateTime: new Date("2026-01-01T00:00:10Z"),
          },
        ],
      },
    ]);
    assert.deepEqual(bench.told("reportSent"), [{ type: "reportSent", reportRequestId: "request-1", intervals: 1 }]);
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("rules 317, 324, 325, 341: sends the intervals since the last report, from the request's start to its end", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    const times = { dtstart: "2026-01-01T00:01:00Z", duration: "PT5M" };

    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT2M", ...times })));
    await bench.clock.advance(hours(1));

    assert.deepEqual(sent(bench), [
      "00:03:00: 00:01:00=1 00:02:00=2",
      "00:05:00: 00:03:00=3 00:04:00=4",
      "00:06:00: 00:05:00=5",
    ]);
    assert.deepEqual(
      bench.vtn.payloads("oadrUpdateReport")[0]?.reports[0]?.intervals?.map(({ uid }) => uid),
      ["0", "1"],
    );
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("keeps to the request's dtstart when that is past", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);

    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT1M", back: "PT1M", dtstart: "2025-12-31T23:59:30Z" })),
    );
    await bench.clock.advance(minutes(2));

    assert.deepEqual(sent(bench), ["00:00:30: 23:59:30=1", "00:01:30: 00:00:30=2"]);
  });

  it("reports for ever, from now on, when no interval is given", async () => {
    await using bench = await aStartedBench();

    await handOut(bench, createReport(aRequest({ granularity: "PT1H", back: "PT1H" })));
    await bench.clock.advance(hours(48));

    assert.equal(sent(bench).length, 48);
  });

  it("rules 342, 510: sends the state of a resource as points in time, the first at once", async () => {
    await using bench = await aStartedBench([status]);
    const request = aRequest({ reportSpecifierId: "status", rIds: ["state"], granularity: "PT1M", back: "PT1M" });

    await handOut(bench, createReport(request));
    await bench.clock.advance(minutes(1));

    assert.deepEqual(sent(bench), ["00:00:10: 00:00:10=status", "00:01:10: 00:01:10=status"]);
    const [report] = bench.vtn.payloads("oadrUpdateReport")[0]?.reports ?? [];
    assert.equal(report?.reportName, "TELEMETRY_STATUS");
    assert.equal(report.intervals?.[0]?.duration, undefined);
  });

  it("rule 317: sends changes only when the granularity is 0, and says when there are none", async () => {
    const readings = [1, 1, 2, 2, 2, 2, 2, 2];
    await using bench = await aStartedBench([
      {
        ...meter,
        samplingRate: { minPeriod: seconds(10), maxPeriod: hours(1), onChange: true },
        collect: () => readings.shift() ?? 2,
      },
    ]);

    await handOut(bench, createReport(aRequest({ back: "PT40S", dtstart: "2026-01-01T00:01:00Z" })));
    await bench.clock.advanceTo(new Date("2026-01-01T00:02:20Z"));

    assert.deepEqual(sent(bench), ["00:01:40: 00:01:00=1 00:01:20=2", "00:02:20: 00:02:10=2"]);
    const [, second] = bench.vtn.payloads("oadrUpdateReport");
    const [payload] = second?.reports[0]?.intervals?.[0]?.payloads ?? [];
    assert.equal(payload?.kind === "reportPayload" && payload.dataQuality, "No New Value - Previous Value Used");
  });

  for (const [what, collect] of [
    ["throws", () => Promise.reject(new Error("no meter"))],
    ["gives NaN", () => NaN],
    ["gives no number", () => "4" as unknown as number],
  ] as const) {
    it(`rule 318: sends a placeholder of bad quality when collect ${what}`, async () => {
      await using bench = await aStartedBench([{ ...meter, collect }]);

      await handOut(bench, createReport(aRequest()));

      const [update] = bench.vtn.payloads("oadrUpdateReport");
      assert.deepEqual(update?.reports[0]?.intervals?.[0]?.payloads, [
        { kind: "reportPayload", rId: "power", value: 0, dataQuality: "Quality Bad - Non Specific" },
      ]);
      assert.equal(bench.told("handlerFailed")[0]?.handler, "collect");
    });
  }

  it("keeps what it could not send, and sends it in order once the VTN is back", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:01:00Z" })),
    );
    bench.vtn.isDown = true;
    await bench.clock.advanceTo(new Date("2026-01-01T00:04:30Z"));
    assert.deepEqual(sent(bench), []);

    bench.vtn.isDown = false;
    await bench.clock.advance(minutes(1));

    const values = sent(bench).flatMap((line) => line.match(/(?<==)\d+/g) ?? []);
    assert.deepEqual(values, ["1", "2", "3", "4"]);
    assert.deepEqual(
      bench
        .told("reportFailed")
        .slice(0, 3)
        .map(({ retryIn }) => retryIn),
      [seconds(1), seconds(2), seconds(4)],
    );
  });

  it("rule 330: reports a data point whose rID is any text", async () => {
    const rId = " <énergie> & 1/2 ";
    await using bench = await aStartedBench([{ ...meter, rId }]);

    await handOut(bench, createReport(aRequest({ rIds: [rId] })));

    const [report] = bench.vtn.payloads("oadrUpdateReport")[0]?.reports ?? [];
    assert.deepEqual(report?.intervals?.[0]?.payloads, [{ kind: "reportPayload", rId, value: 4 }]);
  });

  it("rule 510: keeps at least the last hundred intervals, and tells that it drops the oldest", async () => {
    const sparse = { minPeriod: minutes(1), maxPeriod: hours(1) };
    const points = [{ ...meter, samplingRate: sparse, collect: counting() }];
    await using bench = await aStartedBench(points, { unsentReports: { keepFor: hours(1) } });
    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:01:00Z" })),
    );
    bench.vtn.isDown = true;
    await bench.clock.advance(hours(5));

    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(59));

    const [report] = bench.vtn.payloads("oadrUpdateReport")[0]?.reports ?? [];
    assert.equal(report?.intervals?.length, 100);
    const dropped = bench.told("reportDropped");
    assert.deepEqual(
      [dropped.reduce((sum, { intervals }) => sum + intervals, 0), dropped[0]?.from],
      [200, new Date("2026-01-01T00:01:00Z")],
    );
  });

  it("drops nothing for its age that has just been asked for, and has not been sent yet", async () => {
    const history = { ...uncollected, reportName: "HISTORY_USAGE", duration: hours(720), collectSpan: hourly } as const;
    await using bench = await aStartedBench([history]);

    await handOut(bench, createReport(aRequest({ dtstart: "2025-12-10T00:00:00Z", duration: "P20D" })));

    assert.equal(dataOf(bench).length, 480);
    assert.deepEqual(bench.told("reportDropped"), []);
  });

  it("drops nothing for its age that was kept for a VTN that asks again, and then is away", async () => {
    const each = { granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:01:00Z" };
    const point = { ...meter, samplingRate: { minPeriod: minutes(1), maxPeriod: hours(1) }, duration: hours(10) };
    await using bench = await aStartedBench([point], { unsentReports: { keepFor: hours(2) } });
    await handOut(bench, createReport(aRequest(each)));
    await bench.clock.advance(hours(8));
    await handOut(bench, createReport(aRequest({ ...each, reportRequestId: "again" })));
    bench.vtn.isDown = true;
    await bench.clock.advance(minutes(90));

    assert.deepEqual(bench.told("reportDropped"), []);
    assert.ok((bench.ven.reportRequests[1]?.unsent.length ?? 0) > 560);
  });

  it("bounds what it keeps by a number of values, too", async () => {
    await using bench = await aStartedBench([meter], { unsentReports: { maxReadings: 120 } });
    await handOut(bench, createReport(aRequest({ granularity: "PT1S", back: "PT1M" })));
    bench.vtn.isDown = true;
    await bench.clock.advance(minutes(10));

    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(50));

    assert.equal(bench.vtn.payloads("oadrUpdateReport")[0]?.reports[0]?.intervals?.length, 120);
  });

  it("bounds what it keeps for all requests together, each with the same share", async () => {
    await using bench = await aStartedBench([meter], { unsentReports: { maxReadings: 300 } });
    const each = { granularity: "PT1S", back: "PT1M" };
    await handOut(bench, createReport(aRequest(each), aRequest({ ...each, reportRequestId: "request-2" })));
    bench.vtn.isDown = true;

    await bench.clock.advance(minutes(10));

    assert.deepEqual(
      bench.ven.reportRequests.map(({ unsent }) => unsent.length),
      [150, 150],
    );
  });

  it("sends a long outage's data in several messages", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest({ granularity: "PT1S", back: "PT1M" })));
    bench.vtn.isDown = true;
    await bench.clock.advance(hours(1));

    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(59));

    assert.deepEqual(
      bench.vtn
        .payloads("oadrUpdateReport")
        .slice(0, 3)
        .map(({ reports }) => reports[0]?.intervals?.length),
      [1000, 1000, 1000],
    );
  });

  it("ends a report when the VTN does not know its request", async () => {
    await using bench = await aStartedBench();
    bench.vtn.script = { oadrUpdateReport: refusing("oadrUpdateReport", 452) };

    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    await bench.clock.advance(minutes(10));

    assert.deepEqual(
      bench.told("reportFailed").map(({ retryIn }) => retryIn),
      [false],
    );
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("does not send again what the VTN refuses, and goes on", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    bench.vtn.script = { oadrUpdateReport: refusing("oadrUpdateReport", 454) };
    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:01:00Z" })),
    );
    await bench.clock.advance(minutes(2));
    bench.vtn.forget();
    bench.vtn.script = {};

    await bench.clock.advance(minutes(1));

    assert.deepEqual(sent(bench), ["00:03:00: 00:02:00=2"]);
  });

  it("skips the samples that a machine missed while it slept", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:01:00Z" })),
    );
    const { clock } = bench;
    const late = clock.now.bind(clock);
    clock.now = () => new Date(late().getTime() + hours(2));

    await clock.advance(minutes(3));

    assert.deepEqual(sent(bench), ["02:01:10: 02:00:00=1", "02:02:00: 02:01:00=2", "02:03:00: 02:02:00=3"]);
  });
});

/** A reading for each hour of a span. */
function hourly({ from, to }: AskedSpan) {
  const length = (to.getTime() - from.getTime()) / hours(1);
  return Array.from({ length }, (__, index) => ({
    dtstart: new Date(from.getTime() + index * hours(1)),
    value: index,
  }));
}
