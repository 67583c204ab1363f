import { describe, it } from "vitest";

import { aDataReport, aDescription, dataInterval, update, without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";

const status = { kind: "reportPayload", rId: "r", value: { online: true, manualOverride: false } } as const;
const point = { kind: "reportPayload", rId: "energy", value: 5 } as const;

function statusReport(...intervals: NonNullable<ReturnType<typeof aDataReport>["intervals"]>) {
  return update(aDataReport({ reportName: "TELEMETRY_STATUS", intervals }));
}

function atOnce(start: number, ...payloads: ReturnType<typeof dataInterval>["payloads"]) {
  return without(dataInterval(start, { payloads }), "duration");
}

describe("oadrUpdateReport", () => {
  it("rule 313: accepts a data report", () => expectValid(update(aDataReport())));

  for (const [name, expected] of [
    ["dtstart", "an instant"],
    ["intervals", "data"],
    ["reportName", "a name without METADATA_"],
  ] as const) {
    it(`rule 313: refuses a data report without ${name}`, () => {
      expectViolation(update(aDataReport(), without(aDataReport(), name)), {
        rule: 313,
        path: `reports[1].${name}`,
        message: `expected ${expected}, got nothing`,
      });
    });
  }

  it("rule 313: refuses the name of metadata", () => {
    expectViolation(update(aDataReport({ reportName: "METADATA_TELEMETRY_USAGE" })), {
      rule: 313,
      path: "reports[0].reportName",
      message: 'expected a name without METADATA_, got "METADATA_TELEMETRY_USAGE"',
    });
  });

  it("rule 313: refuses descriptions of data points", () => {
    expectViolation(update(aDataReport({ reportDescriptions: [aDescription()] })), {
      rule: 313,
      path: "reports[0].reportDescriptions",
      message: 'expected nothing, got ["energy"]',
    });
  });

  it("rule 319: accepts the accuracy of a number", () => {
    expectValid(update(aDataReport({ intervals: [dataInterval(0, { payloads: [{ ...point, accuracy: 0.5 }] })] })));
  });

  it("rule 319: refuses an accuracy of the status of a resource", () => {
    expectViolation(statusReport(atOnce(0, status), atOnce(30, status, { ...status, accuracy: 0.5 })), {
      rule: 319,
      path: "reports[0].intervals[1].payloads[1].accuracy",
      message: "expected nothing, got 0.5",
    });
  });

  it("rule 342: accepts the status of a resource at a point in time", () =>
    expectValid(statusReport(atOnce(0, status))));

  it("rule 342: refuses a duration of the status of a resource", () => {
    expectViolation(statusReport(dataInterval(0, { payloads: [status] })), {
      rule: 342,
      path: "reports[0].intervals[0].duration",
      message: "expected nothing, as the status of a resource has no length, got PT30M",
    });
  });

  it("rule 342: accepts start and duration where status and numbers are mixed", () => {
    expectValid(
      update(aDataReport({ reportName: "x-mine", intervals: [dataInterval(0, { payloads: [status, point] })] })),
    );
  });
});
