import assert from "node:assert/strict";
import {
  customUnit,
  hours,
  MEASUREMENTS,
  minutes,
  powerReal,
  pulseCount,
  seconds,
  type Measurement,
} from "@openleadr/protocol";
import type { ReportOptions, UsageReportOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aStartedBench, handOut, meter, reporting, sent, status } from "./reporting-ven.ts";
import { aSite, crash, WatchedStore } from "./restarting-ven.ts";
import { aBench, aRequest, createReport, refusing, type Script } from "./scripted-vtn.ts";

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

  it("rules 302, 307, 343: tells what the data are of: resources, other sources, device classes, a programme", async () => {
    await using bench = aBench();
    const { resourceId: _, ...anything } = meter;
    bench.ven.addReport({
      ...meter,
      reportDataSource: [{ meterAsset: "M7" }, { resourceId: "annex" }],
      reportSubject: ["Thermostat", "x-Kiln"],
      marketContext: "http://market",
    });
    bench.ven.addReport({ ...anything, rId: "all" });

    await bench.ven.start();

    const [some, all] = bench.vtn.payloads("oadrRegisterReport")[0]?.reports[0]?.reportDescriptions ?? [];
    assert.deepEqual(some?.reportDataSource, [{ meterAsset: "M7" }, { resourceId: "meter" }, { resourceId: "annex" }]);
    assert.deepEqual(some.reportSubject, [{ endDeviceAsset: "Thermostat" }, { endDeviceAsset: "x-Kiln" }]);
    assert.equal(some.marketContext, "http://market");
    assert.deepEqual([all?.reportDataSource, all?.reportSubject], [undefined, undefined]);
  });

  for (const [what, given, expected] of [
    ["a preset by its name", { measurement: "ACTIVE_POWER" }, powerReal()],
    ["a scale", { measurement: "POWER_REAL", scale: "k" }, powerReal({ scale: "k" })],
    ["direct current", { powerAttributes: { ac: false, voltage: 48 } }, powerReal({ ac: false, voltage: 48 })],
    ["pulses", { measurement: pulseCount(0.5) }, pulseCount(0.5)],
  ] as const satisfies readonly (readonly [string, Partial<UsageReportOptions>, Measurement])[]) {
    it(`offers ${what} as the measurement, and changes no preset`, async () => {
      await using bench = aBench();
      const before = structuredClone(MEASUREMENTS);
      bench.ven.addReport({ ...meter, ...given });

      await bench.ven.start();

      const [report] = bench.vtn.payloads("oadrRegisterReport")[0]?.reports ?? [];
      assert.deepEqual(report?.reportDescriptions[0]?.measurement, expected);
      assert.deepEqual(MEASUREMENTS, before);
    });
  }

  it("offers reports of its own by names with x-, in any unit", async () => {
    await using bench = aBench();
    bench.ven.addReport({
      reportName: "x-CLIMATE",
      reportType: "setPoint",
      readingType: "Mean",
      measurement: customUnit("Flow", "l/min"),
      rId: "flow",
      samplingRate: minutes(5),
      collect: () => 1,
    });

    await bench.ven.start();

    const [report] = bench.vtn.payloads("oadrRegisterReport")[0]?.reports ?? [];
    assert.equal(report?.reportName, "x-CLIMATE");
    assert.deepEqual(report.reportDescriptions, [
      {
        rId: "flow",
        reportType: "setPoint",
        readingType: "Mean",
        measurement: customUnit("Flow", "l/min"),
        samplingRate: { minPeriod: minutes(5), maxPeriod: minutes(5), onChange: false },
      },
    ]);
  });

  it("rules 312, 331, 333: offers history and Green Button content, without a sampling rate", async () => {
    await using bench = aBench();
    const feed = '<feed xmlns="http://www.w3.org/2005/Atom"><title>meter</title></feed>';
    bench.ven.addReport({ reportName: "HISTORY_USAGE", rId: "past", measurement: "ENERGY_REAL", duration: hours(48) });
    bench.ven.addReport({
      reportName: "HISTORY_GREENBUTTON",
      rId: "green",
      dataDescription: feed,
      collectSpan: () => feed,
    });

    await bench.ven.start();

    const [history, green] = bench.vtn.payloads("oadrRegisterReport")[0]?.reports ?? [];
    assert.deepEqual([history?.reportName, history?.duration], ["METADATA_HISTORY_USAGE", hours(48)]);
    assert.equal(history?.reportDescriptions[0]?.samplingRate, undefined);
    assert.equal(green?.reportName, "METADATA_HISTORY_GREENBUTTON");
    assert.equal(green.reportDescriptions[0]?.measurement?.name, "gbDataDescription");
  });

  it("rule 306: takes a report back, and refuses it from then on with 461", async () => {
    await using bench = await aStartedBench([meter, status]);

    bench.ven.removeReport("usage");
    await bench.clock.settle();
    await handOut(bench, createReport(aRequest()));

    const [offer] = bench.vtn.payloads("oadrRegisterReport");
    assert.deepEqual(
      offer?.reports.map(({ reportSpecifierId }) => reportSpecifierId),
      ["status"],
    );
    assert.equal(bench.vtn.payloads("oadrCreatedReport")[0]?.response.responseCode, 461);
    assert.throws(() => bench.ven.removeReport("usage"), RangeError);
  });

  it("makes IDs, one report for each name, where none are given", async () => {
    await using bench = aBench();
    const { rId: _, reportSpecifierId: __, ...anonymous } = meter;

    const [first, second] = [bench.ven.addReport(anonymous), bench.ven.addReport(anonymous)];

    assert.equal(first.reportSpecifierId, second.reportSpecifierId);
    assert.notEqual(first.rId, second.rId);
  });

  it("numbers data points that are alike, without those that it refuses or that have such an ID already", () => {
    const { ven } = aBench();
    const { rId: _, ...anonymous } = meter;
    const { rId: __, resourceId: ___, ...ofAll } = meter;

    const first = [ven.addReport(anonymous), ven.addReport(anonymous)];
    assert.throws(() => ven.addReport({ ...anonymous, marketContext: "\u0000" }));
    ven.addReport({ ...meter, rId: "meter-powerReal-4" });
    const rest = [ven.addReport(anonymous), ven.addReport(ofAll), ven.addReport(anonymous), ven.addReport(ofAll)];

    assert.deepEqual(
      [...first, ...rest].map(({ rId }) => rId),
      ["meter-powerReal", "meter-powerReal-2", "meter-powerReal-3", "powerReal", "meter-powerReal-5", "powerReal-2"],
    );
  });

  it("rule 312: leaves a report as it was where it refuses a data point", async () => {
    await using bench = aBench();
    bench.ven.addReport({ ...meter, duration: hours(2) });

    assert.throws(() => bench.ven.addReport({ ...meter, rId: "u", duration: hours(3), marketContext: "\u0000" }));
    bench.ven.addReport({ ...meter, rId: "short" });
    await bench.ven.start();

    const [report] = bench.vtn.payloads("oadrRegisterReport")[0]?.reports ?? [];
    assert.equal(report?.duration, hours(2));
    assert.deepEqual(
      report.reportDescriptions.map(({ rId }) => rId),
      ["power", "short"],
    );
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

  for (const [what, script] of [
    ["nonsense", () => ({ name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } })],
    ["a failure of its own", refusing("oadrRegisterReport", 469)],
  ] as const satisfies readonly (readonly [string, NonNullable<Script["oadrRegisterReport"]>])[]) {
    it(`offers its reports again, less and less often, to a VTN that says ${what}`, async () => {
      await using bench = await aStartedBench();
      bench.vtn.script = { oadrRegisterReport: script };
      bench.ven.addReport(status);
      await bench.clock.advance(hours(1));
      const tries = bench.vtn.payloads("oadrRegisterReport").length;
      bench.vtn.forget();
      bench.vtn.script = {};

      await bench.clock.advance(hours(1));

      assert.ok(tries >= 5 && tries <= 60, String(tries));
      assert.deepEqual(
        bench.vtn.payloads("oadrRegisterReport").map(({ reports }) => reports.length),
        [2],
      );
    });
  }

  it("offers its reports no more to a VTN that never says anything of use", async () => {
    await using bench = aBench({}, { oadrRegisterReport: refusing("oadrRegisterReport", 469) });
    bench.ven.addReport(meter);
    await bench.ven.start();
    await bench.clock.advance(hours(12));
    bench.vtn.forget();

    await bench.clock.advance(hours(2));

    assert.equal(bench.vtn.payloads("oadrRegisterReport").length, 0);
  });

  it("takes the VTN's no for an answer", async () => {
    await using bench = aBench({}, { oadrRegisterReport: refusing("oadrRegisterReport", 454) });
    bench.ven.addReport(meter);
    await bench.ven.start();

    await bench.clock.advance(hours(2));

    assert.equal(bench.vtn.payloads("oadrRegisterReport").length, 1);
  });

  it("serves a request for metadata after a VTN was away, and after a crash", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await reporting(site);
    site.vtn.script = { oadrRegisterReport: refusing("oadrRegisterReport", 469) };
    await handOut(first, createReport(aRequest({ reportSpecifierId: "METADATA", rIds: ["0"] })));
    const left = await crash(first, store);
    site.vtn.script = {};

    await reporting(site, [meter], { store: left });
    await site.clock.advance(minutes(5));

    assert.deepEqual(
      site.vtn.payloads("oadrRegisterReport").map(({ reportRequestId }) => reportRequestId),
      ["request-1"],
    );
  });

  it("voids nothing where what is on offer is as it was", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    bench.vtn.forget();

    bench.ven.addReport(status);
    bench.ven.removeReport("status");
    await bench.clock.advance(minutes(5));

    assert.deepEqual(bench.vtn.payloads("oadrRegisterReport"), []);
    assert.equal(sent(bench).length, 5);
  });

  it("rule 306: remembers the last thousand reports that it has taken back, and no more", async () => {
    await using bench = await aStartedBench();
    for (let index = 0; index < 1001; index++) {
      const reportSpecifierId = `usage-${index}`;
      bench.ven.addReport({ ...meter, reportSpecifierId });
      bench.ven.removeReport(reportSpecifierId);
    }

    for (const reportSpecifierId of ["usage-0", "usage-1"])
      await handOut(bench, createReport(aRequest({ reportSpecifierId })));

    const codes = bench.vtn.payloads("oadrCreatedReport").map(({ response }) => response.responseCode);
    assert.deepEqual(codes, [452, 461]);
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
    ["a preset that is none", { ...meter, rId: "u", measurement: "HEAT" as never }],
    ["a scale of pulses", { ...meter, rId: "u", measurement: "PULSE_COUNT", scale: "k" }],
    ["power attributes of energy", { ...meter, rId: "u", measurement: "ENERGY_REAL", powerAttributes: { ac: true } }],
    ["another type than rule 331 fixes", { ...meter, rId: "u", reportType: "reading" as never }],
    ["a name that is none", { ...meter, rId: "u", reportName: "USAGE" as never }],
  ] as const satisfies readonly (readonly [string, ReportOptions])[]) {
    it(`rules 308, 312, 331: refuses to offer ${what}`, () => {
      const { ven } = aBench();
      ven.addReport(meter);

      assert.throws(() => ven.addReport(wrong), RangeError);
    });
  }

  for (const [what, wrong] of [
    ["two ways to collect", { ...meter, collectSpan: () => [] }],
    ["a collect that is no function", { ...meter, collect: 4 }],
    ["history that is collected value by value", { ...meter, reportName: "HISTORY_USAGE" }],
  ] as const) {
    it(`refuses to offer ${what}`, () => {
      const { ven } = aBench();

      assert.throws(() => ven.addReport(wrong as unknown as ReportOptions), TypeError);
    });
  }

  it("rule 307: refuses a device class that is none", () => {
    const { ven } = aBench();

    assert.throws(() => ven.addReport({ ...meter, reportSubject: ["Toaster" as "Sauna"] }), {
      code: "ERR_OADR_RULE",
    });
  });
});
