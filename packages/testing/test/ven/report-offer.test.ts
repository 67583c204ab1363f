import assert from "node:assert/strict";
import { hours, minutes, powerReal, seconds } from "@openleadr/protocol";
import type { ReportOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aStartedBench, handOut, meter, sent, status } from "./reporting-ven.ts";
import { aBench, aRequest, createReport } from "./scripted-vtn.ts";

describe("EiReport of a VEN: what it offers", () => {
  it("rules 301, 305: offers nothing when it has nothing to report", async () => {
    await using bench = aBench();

    await bench.ven.start();

    assert.deepEqual(bench.vtn.payloads("oadrRegisterReport"), [{ requestId: "id-3", reports: [], venId: "ven-1" }]);
  });

  it("rules 305, 308, 311, 312, 331, 333, 510: offers its data points", async () => {
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

  it("rule 306: offers all again when a report is added, and takes old requests for void", async () => {
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
    it(`rules 308, 312, 331: refuses to offer ${what}`, () => {
      const { ven } = aBench();
      ven.addReport(meter);

      assert.throws(() => ven.addReport(wrong), RangeError);
    });
  }
});
