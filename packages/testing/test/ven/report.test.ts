import assert from "node:assert/strict";
import {
  hours,
  minutes,
  powerReal,
  seconds,
  type Message,
  type OadrReport,
  type ResourceStatus,
} from "@openleadr/protocol";
import type { ReportOptions, VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aBench, aRequest, createReport, later, refusing, type Bench } from "./scripted-vtn.ts";

const meter = {
  resourceId: "meter",
  rId: "power",
  reportSpecifierId: "usage",
  measurement: powerReal(),
  collect: () => 4,
} as const satisfies ReportOptions;

const status = {
  resourceId: "boiler",
  reportName: "TELEMETRY_STATUS",
  rId: "state",
  reportSpecifierId: "status",
  collect: (): ResourceStatus => ({ online: true, manualOverride: false }),
} as const satisfies ReportOptions;

/** A VEN that is registered and offers these data points; the last poll was at 00:00:00. */
async function aStartedBench(points: readonly ReportOptions[] = [meter], options: Partial<VenOptions> = {}) {
  const bench = aBench(options);
  for (const point of points) bench.ven.addReport(point);
  await bench.ven.start();
  bench.vtn.forget();
  return bench;
}

/** Hands a message to the VEN with its next poll, which is due now. */
async function handOut(bench: Bench, message: Message): Promise<void> {
  bench.vtn.queue.push(message);
  await bench.clock.advance(seconds(10));
}

/** The data that reached the VTN, one line per report: when it came to be, then start=value of its intervals. */
function sent(bench: Bench): string[] {
  return bench.vtn
    .payloads("oadrUpdateReport")
    .flatMap(({ reports }) => reports)
    .map(
      ({ createdDateTime, intervals = [] }: OadrReport) =>
        `${clockTime(createdDateTime)}: ${intervals.map((interval) => `${clockTime(interval.dtstart)}=${values(interval)}`).join(" ")}`,
    );
}

function clockTime(instant: Date | undefined): string {
  return instant?.toISOString().slice(11, 19) ?? "none";
}

function values({ payloads }: NonNullable<OadrReport["intervals"]>[number]): string {
  return payloads
    .map((payload) =>
      payload.kind === "reportPayload" && typeof payload.value === "number" ? payload.value : "status",
    )
    .join(",");
}

function cancel(reportRequestIds: readonly [string, ...string[]], reportToFollow = false): Message {
  return { name: "oadrCancelReport", payload: { requestId: "cancel-1", reportRequestIds, reportToFollow } };
}

/** A collect that counts: 1, 2, 3 … */
function counting(): () => number {
  let count = 0;
  return () => ++count;
}

describe("EiReport of a VEN: what it offers", () => {
  it("offers nothing when it has nothing to report", async () => {
    await using bench = aBench();

    await bench.ven.start();

    assert.deepEqual(bench.vtn.payloads("oadrRegisterReport"), [{ requestId: "id-3", reports: [], venId: "ven-1" }]);
  });

  it("offers its data points as rules 305, 308, 311, 312, 331 and 333 ask", async () => {
    await using bench = aBench();
    bench.ven.addReport(meter);
    bench.ven.addReport(status);

    await bench.ven.start();

    const samplingRate = { minPeriod: seconds(1), maxPeriod: hours(1), onChange: false };
    const every = { duration: hours(1), reportRequestId: "0", createdDateTime: new Date("2026-01-01T00:00:00Z") };
    assert.deepEqual(bench.vtn.payloads("oadrRegisterReport")[0]?.reports, [
      {
        ...every,
        reportSpecifierId: "usage",
        reportName: "METADATA_TELEMETRY_USAGE",
        reportDescriptions: [
          {
            rId: "power",
            reportDataSource: [{ resourceId: "meter" }],
            reportType: "usage",
            measurement: powerReal(),
            readingType: "Direct Read",
            samplingRate,
          },
        ],
      },
      {
        ...every,
        reportSpecifierId: "status",
        reportName: "METADATA_TELEMETRY_STATUS",
        reportDescriptions: [
          {
            rId: "state",
            reportDataSource: [{ resourceId: "boiler" }],
            reportType: "x-resourceStatus",
            readingType: "x-notApplicable",
            samplingRate,
          },
        ],
      },
    ]);
    assert.deepEqual(bench.told("reportsRegistered"), [{ type: "reportsRegistered", reports: 2, requested: 0 }]);
  });

  it("makes IDs, one report for each name, where none are given", async () => {
    await using bench = aBench();
    const { rId: _, reportSpecifierId: __, ...anonymous } = meter;

    const [first, second] = [bench.ven.addReport(anonymous), bench.ven.addReport(anonymous)];

    assert.equal(first.reportSpecifierId, second.reportSpecifierId);
    assert.notEqual(first.rId, second.rId);
  });

  it("offers all again when a report is added later, and takes old requests for void", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    bench.vtn.forget();

    bench.ven.addReport(status);
    bench.ven.addReport({ ...status, rId: "other" });
    await bench.clock.advance(minutes(5));

    const offered = bench.vtn.payloads("oadrRegisterReport");
    assert.deepEqual(
      offered.map(({ reports }) => reports.map(({ reportDescriptions }) => reportDescriptions.length)),
      [[1, 2]],
    );
    assert.deepEqual(sent(bench), []);
    assert.equal(bench.told("reportEnded").length, 1);
  });

  for (const [what, wrong] of [
    ["an rId that the report has already", meter],
    ["a report that has another name", { ...status, reportSpecifierId: "usage" }],
    ["a measurement that rule 331 does not know", { ...meter, rId: "u", measurement: { name: "voltage" } as never }],
    [
      "periods the wrong way round",
      { ...meter, rId: "u", samplingRate: { minPeriod: minutes(2), maxPeriod: minutes(1) } },
    ],
    [
      "a period of no whole seconds",
      { ...meter, rId: "u", samplingRate: { minPeriod: seconds(1.5), maxPeriod: hours(1) } },
    ],
    ["a duration below the longest period", { ...meter, rId: "u", duration: minutes(1) }],
    ["no resource", { ...meter, rId: "u", resourceId: "" }],
  ] as const satisfies readonly (readonly [string, ReportOptions])[]) {
    it(`refuses to offer ${what}`, () => {
      const { ven } = aBench();
      ven.addReport(meter);

      assert.throws(() => ven.addReport(wrong), RangeError);
    });
  }
});

describe("EiReport of a VEN: requests", () => {
  it("answers a request with everything that is pending, then reports", async () => {
    await using bench = await aStartedBench();

    await handOut(bench, createReport(aRequest()));

    const names = bench.vtn.names.filter((name) => name !== "oadrPoll");
    assert.deepEqual(names, ["oadrCreatedReport", "oadrUpdateReport"]);
    assert.deepEqual(bench.vtn.payloads("oadrCreatedReport")[0], {
      response: { responseCode: 200, requestId: "create-1" },
      pendingReports: ["request-1"],
      venId: "ven-1",
    });
    assert.deepEqual(bench.told("reportRequested"), [
      { type: "reportRequested", reportRequestId: "request-1", reportSpecifierId: "usage" },
    ]);
  });

  it("takes requests that come with the answer to its offer", async () => {
    const bench = aBench();
    bench.ven.addReport(meter);
    bench.vtn.reportRequests = [aRequest()];

    await bench.ven.start();
    await bench.ven.stop();

    const [registerReport] = bench.vtn.payloads("oadrRegisterReport");
    assert.equal(bench.vtn.payloads("oadrCreatedReport")[0]?.response.requestId, registerReport?.requestId);
    assert.equal(bench.vtn.payloads("oadrUpdateReport").length, 1);
  });

  it("leaves what was delivered out of the pending reports", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest()));

    await handOut(bench, createReport(aRequest({ reportRequestId: "request-2", back: "PT1M" })));

    assert.deepEqual(bench.vtn.payloads("oadrCreatedReport")[1]?.pendingReports, ["request-2"]);
  });

  for (const [what, code, options] of [
    ["a report it does not offer", 452, { reportSpecifierId: "history" }],
    ["a data point it does not offer", 452, { rIds: ["power", "voltage"] }],
    ["more than it can sample", 454, { granularity: "PT0S", back: "PT0S", rIds: ["slow"], period: "PT1S" }],
    ["a granularity above the report's span", 454, { granularity: "PT2M", back: "PT1M" }],
    ["more intervals than it keeps", 454, { granularity: "PT1S", back: "PT2H" }],
    [
      "a period that is over",
      454,
      { granularity: "PT1M", back: "PT1M", dtstart: "2025-01-01T00:00:00Z", duration: "PT1H" },
    ],
  ] as const) {
    it(`refuses a request for ${what} with ${code}`, async () => {
      const slow = { ...meter, rId: "slow", samplingRate: { minPeriod: minutes(1), maxPeriod: hours(1) } };
      await using bench = await aStartedBench([meter, slow]);
      const tooFast = "period" in options ? { granularity: options.period, back: "PT5M" } : {};

      await handOut(bench, createReport(aRequest({ ...options, ...tooFast })));

      const [answer] = bench.vtn.payloads("oadrCreatedReport");
      assert.equal(answer?.response.responseCode, code);
      assert.deepEqual(answer.pendingReports, []);
      assert.deepEqual(sent(bench), []);
    });
  }

  it("serves the good requests beside a bad one", async () => {
    await using bench = await aStartedBench();

    await handOut(bench, createReport(aRequest({ reportRequestId: "bad", rIds: ["x"] }), aRequest()));

    const [answer] = bench.vtn.payloads("oadrCreatedReport");
    assert.deepEqual([answer?.response.responseCode, answer?.pendingReports], [452, ["request-1"]]);
    assert.equal(sent(bench).length, 1);
  });

  it("takes the same request once more for the same, and another of that ID for an error", async () => {
    await using bench = await aStartedBench();
    const request = aRequest({ granularity: "PT1M", back: "PT1M" });
    await handOut(bench, createReport(request));

    await handOut(bench, createReport(request));
    await handOut(bench, createReport(aRequest({ granularity: "PT2M", back: "PT2M" })));

    const codes = bench.vtn.payloads("oadrCreatedReport").map(({ response }) => response.responseCode);
    assert.deepEqual(codes, [200, 200, 452]);
    assert.equal(bench.told("reportRequested").length, 1);
  });

  it("sends its metadata, with the request's ID, when it is asked for them", async () => {
    await using bench = await aStartedBench();

    await handOut(bench, createReport(aRequest({ reportSpecifierId: "METADATA", rIds: ["0"] })));

    assert.deepEqual(bench.vtn.names.slice(1, 3), ["oadrCreatedReport", "oadrRegisterReport"]);
    const [metadata] = bench.vtn.payloads("oadrRegisterReport");
    assert.equal(metadata?.reportRequestId, "request-1");
    assert.equal(metadata.reports[0]?.reportRequestId, "0");
  });

  it("sends its metadata again and again when it is asked for that", async () => {
    await using bench = await aStartedBench();
    const request = aRequest({
      reportSpecifierId: "METADATA",
      back: "PT1H",
      dtstart: "2026-01-01T01:00:00Z",
      duration: "PT2H",
    });
    await handOut(bench, createReport(request));
    await bench.clock.advance(hours(5));

    assert.equal(bench.vtn.payloads("oadrRegisterReport").length, 3);
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("refuses data nobody asked for with 452", async () => {
    await using bench = await aStartedBench();
    const report = {
      reportDescriptions: [],
      reportRequestId: "x",
      reportSpecifierId: "y",
      createdDateTime: new Date(0),
    };

    await handOut(bench, { name: "oadrUpdateReport", payload: { requestId: "u", reports: [report] } });

    const [answer] = bench.vtn.payloads("oadrUpdatedReport");
    assert.deepEqual([answer?.response.responseCode, answer?.response.requestId, answer?.venId], [452, "u", "ven-1"]);
  });
});

describe("EiReport of a VEN: data", () => {
  it("sends one interval of all data points, at once, when it is asked once", async () => {
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

  it("sends the intervals since the last report, aligned to the request's dtstart, until it ends", async () => {
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

  it("sends the state of a resource as points in time, the first at once", async () => {
    await using bench = await aStartedBench([status]);
    const request = aRequest({ reportSpecifierId: "status", rIds: ["state"], granularity: "PT1M", back: "PT1M" });

    await handOut(bench, createReport(request));
    await bench.clock.advance(minutes(1));

    assert.deepEqual(sent(bench), ["00:00:10: 00:00:10=status", "00:01:10: 00:01:10=status"]);
    const [report] = bench.vtn.payloads("oadrUpdateReport")[0]?.reports ?? [];
    assert.equal(report?.reportName, "TELEMETRY_STATUS");
    assert.equal(report.intervals?.[0]?.duration, undefined);
  });

  it("sends changes only when the granularity is 0, and says so when there are none", async () => {
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
    it(`sends a placeholder of bad quality when collect ${what}`, async () => {
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

  it("keeps at least the last hundred intervals, and drops the oldest", async () => {
    const sparse = { minPeriod: minutes(1), maxPeriod: hours(1) };
    await using bench = await aStartedBench([{ ...meter, samplingRate: sparse, collect: counting() }]);
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

    assert.deepEqual(sent(bench), ["02:02:00: 02:01:00=1", "02:03:00: 02:02:00=2"]);
  });
});

describe("EiReport of a VEN: cancellation", () => {
  it("ends a report, and tells what is still pending", async () => {
    await using bench = await aStartedBench();
    const times = { granularity: "PT1M", back: "PT1M" };
    await handOut(bench, createReport(aRequest(times), aRequest({ ...times, reportRequestId: "request-2" })));
    bench.vtn.forget();

    await handOut(bench, cancel(["request-1"]));
    await bench.clock.advance(minutes(1));

    assert.deepEqual(bench.vtn.payloads("oadrCanceledReport"), [
      { response: { responseCode: 200, requestId: "cancel-1" }, pendingReports: ["request-2"], venId: "ven-1" },
    ]);
    assert.deepEqual(
      bench.vtn.payloads("oadrUpdateReport").map(({ reports }) => reports[0]?.reportRequestId),
      ["request-2"],
    );
    assert.deepEqual(bench.told("reportEnded"), [{ type: "reportEnded", reportRequestId: "request-1" }]);
  });

  it("sends one more report when one is to follow", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    bench.vtn.forget();

    await handOut(bench, cancel(["request-1"], true));
    await bench.clock.advance(minutes(5));

    assert.deepEqual(bench.vtn.payloads("oadrCanceledReport")[0]?.pendingReports, ["request-1"]);
    assert.deepEqual(sent(bench), ["00:00:20: 23:59:20=1"]);
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("refuses to cancel what it does not know with 452, and cancels the rest", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));

    await handOut(bench, cancel(["request-1", "request-7"]));

    const [answer] = bench.vtn.payloads("oadrCanceledReport");
    assert.deepEqual([answer?.response.responseCode, answer?.pendingReports], [452, []]);
  });

  for (const [what, ids, reports] of [
    ["heeds a cancellation of the report that it answers", ["request-1"], 1],
    ["ignores a cancellation of other reports", ["request-2"], 5],
  ] as const satisfies readonly (readonly [string, readonly [string, ...string[]], number])[]) {
    it(`${what} in oadrUpdatedReport`, async () => {
      await using bench = await aStartedBench();
      bench.vtn.script = {
        oadrUpdateReport: ({ requestId }) => ({
          name: "oadrUpdatedReport",
          payload: {
            response: { responseCode: 200, requestId },
            cancelReport: { requestId, reportRequestIds: ids, reportToFollow: false },
          },
        }),
      };

      await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
      await bench.clock.advance(minutes(5));

      assert.equal(sent(bench).length, reports);
    });
  }

  it("finishes a report under way when it stops", async () => {
    const answer = later();
    const bench = await aStartedBench();
    bench.vtn.script = {
      oadrUpdateReport: async ({ requestId }) => {
        await answer.promise;
        return { name: "oadrUpdatedReport", payload: { response: { responseCode: 200, requestId } } };
      },
    };
    await handOut(bench, createReport(aRequest()));

    const stopping = bench.ven.stop();
    answer.happen();
    await stopping;

    assert.equal(bench.told("reportSent").length, 1);
  });
});
