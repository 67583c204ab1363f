import { describe, it } from "vitest";

import {
  aDataReport,
  aDescription,
  aMetadataReport,
  dataInterval,
  register,
  update,
  without,
} from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import { powerApparent, powerReal, pulseCount } from "../measurements.ts";
import type { OadrReport, ReportDescription } from "../messages/report.ts";
import type { ReportInterval } from "../messages/stream.ts";

const unitless = without(aDescription(), "measurement");
const rateless = without(aDescription(), "samplingRate");

const statusPoint: ReportDescription = { ...unitless, reportType: "x-resourceStatus", readingType: "x-notApplicable" };

function offering(
  reportName: NonNullable<OadrReport["reportName"]>,
  ...reportDescriptions: readonly ReportDescription[]
) {
  return register(aMetadataReport({ reportName, reportDescriptions }));
}

function reporting(reportName: NonNullable<OadrReport["reportName"]>, ...payloads: ReportInterval["payloads"]) {
  const interval = without(dataInterval(0, { payloads }), "duration");
  return update(aDataReport({ reportName, intervals: [interval] }));
}

const number = { kind: "reportPayload", rId: "energy", value: 5 } as const;
const status = { kind: "reportPayload", rId: "r", value: { online: true, manualOverride: false } } as const;

describe("reports of the standard", () => {
  for (const name of ["METADATA_TELEMETRY_USAGE", "METADATA_HISTORY_USAGE"] as const) {
    for (const measurement of [powerReal(), pulseCount(1)]) {
      it(`rule 331: accepts ${measurement.name} in ${name}`, () =>
        expectValid(offering(name, aDescription({ measurement }))));
    }

    it(`rule 331: refuses another unit in ${name}`, () => {
      expectViolation(offering(name, aDescription({ measurement: powerApparent() })), {
        rule: 331,
        path: "reports[0].reportDescriptions[0].measurement",
        message: 'expected powerReal | energyReal | pulseCount, got "powerApparent"',
      });
    });

    it(`rule 331: refuses a data point without unit in ${name}`, () => {
      expectViolation(offering(name, aDescription(), { ...unitless, rId: "b" }), {
        rule: 331,
        path: "reports[0].reportDescriptions[1].measurement",
        message: "expected powerReal | energyReal | pulseCount, got nothing",
      });
    });

    it(`rule 331: refuses types but usage and Direct Read in ${name}`, () => {
      expectViolation(offering(name, aDescription({ reportType: "reading", readingType: "Net" })), [
        { rule: 331, path: "reports[0].reportDescriptions[0].reportType", message: 'expected "usage", got "reading"' },
        {
          rule: 331,
          path: "reports[0].reportDescriptions[0].readingType",
          message: 'expected "Direct Read", got "Net"',
        },
      ]);
    });
  }

  it("rule 331: accepts the status of resources in METADATA_TELEMETRY_STATUS", () => {
    expectValid(offering("METADATA_TELEMETRY_STATUS", statusPoint));
  });

  it("rule 331: refuses other types, and units, in METADATA_TELEMETRY_STATUS", () => {
    expectViolation(offering("METADATA_TELEMETRY_STATUS", aDescription()), [
      {
        rule: 331,
        path: "reports[0].reportDescriptions[0].reportType",
        message: 'expected "x-resourceStatus", got "usage"',
      },
      {
        rule: 331,
        path: "reports[0].reportDescriptions[0].readingType",
        message: 'expected "x-notApplicable", got "Direct Read"',
      },
      {
        rule: 331,
        path: "reports[0].reportDescriptions[0].measurement",
        message: 'expected nothing, got "energyReal"',
      },
    ]);
  });

  for (const name of ["TELEMETRY_USAGE", "HISTORY_USAGE", "HISTORY_GREENBUTTON"] as const) {
    it(`rule 331: refuses ${name} without METADATA_ in metadata`, () => {
      expectViolation(offering(name, aDescription()), {
        rule: 331,
        path: "reports[0].reportName",
        message: `expected "METADATA_${name}", got "${name}"`,
      });
    });
  }

  it("rule 331: leaves reports of one's own alone", () => {
    expectValid(
      offering("x-mine", { ...rateless, reportType: "x-mine", readingType: "Peak", measurement: powerApparent() }),
    );
    expectValid(reporting("x-mine", number, status));
  });

  for (const name of ["TELEMETRY_USAGE", "HISTORY_USAGE"] as const) {
    it(`rule 331: accepts numbers in ${name}`, () => expectValid(reporting(name, number)));

    it(`rule 331: refuses the status of a resource in ${name}`, () => {
      expectViolation(reporting(name, number, status), {
        rule: 331,
        path: "reports[0].intervals[0].payloads[1]",
        message: 'expected a number, got {"online":true,"manualOverride":false}',
      });
    });
  }

  it("rule 331: accepts the status of resources in TELEMETRY_STATUS", () => {
    expectValid(reporting("TELEMETRY_STATUS", status));
  });

  it("rule 331: refuses a number in TELEMETRY_STATUS", () => {
    expectViolation(reporting("TELEMETRY_STATUS", number), {
      rule: 331,
      path: "reports[0].intervals[0].payloads[0]",
      message: "expected the status of a resource, got 5",
    });
  });

  it("rule 331: refuses a signalPayload in TELEMETRY_USAGE", () => {
    expectViolation(reporting("TELEMETRY_USAGE", { kind: "signalPayload", value: 5 }), {
      rule: 331,
      path: "reports[0].intervals[0].payloads[0]",
      message: 'expected a number, got "signalPayload"',
    });
  });

  for (const [name, point] of [
    ["METADATA_TELEMETRY_USAGE", aDescription()],
    ["METADATA_TELEMETRY_STATUS", statusPoint],
  ] as const) {
    const unsampled = without(point, "samplingRate");

    it(`rule 333: refuses a VEN's ${name} without sampling rate`, () => {
      expectViolation(offering(name, point, { ...unsampled, rId: "b" }), {
        rule: 333,
        path: "reports[0].reportDescriptions[1].samplingRate",
        message: "expected a sampling rate, got nothing",
      });
    });

    it(`rule 333: accepts a VTN's ${name} without sampling rate`, () => {
      expectValid(offering(name, unsampled), { sender: "vtn" });
    });
  }

  it("rule 333: accepts history without sampling rate", () =>
    expectValid(offering("METADATA_HISTORY_USAGE", rateless)));
});
