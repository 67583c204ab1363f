import { describe, it } from "vitest";

import { aSpecifier, noon, request, without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import type { Message } from "../messages/index.ts";
import type { ReportSpecifier } from "../messages/report.ts";
import { powerReal } from "../measurements.ts";
import { hours, minutes } from "../time.ts";

/** The same requests as they come with the answer to metadata. */
function requestAtOnce(...specifiers: readonly ReportSpecifier[]): Message<"oadrRegisteredReport"> {
  const { reportRequests } = request(...specifiers).payload;
  return {
    name: "oadrRegisteredReport",
    payload: { response: { responseCode: 200, requestId: "q-1" }, reportRequests },
  };
}

const point = { rId: "energy", readingType: "x-notApplicable" } as const;

for (const [name, asking] of [
  ["oadrCreateReport", request],
  ["oadrRegisteredReport", requestAtOnce],
] as const) {
  describe(name, () => {
    it("rule 308: accepts the data point 0 in a request for metadata", () => {
      expectValid(asking(aSpecifier({ reportSpecifierId: "METADATA", specifierPayloads: [{ ...point, rId: "0" }] })));
    });

    it("rule 308: refuses another data point in a request for metadata", () => {
      expectViolation(asking(aSpecifier(), aSpecifier({ reportSpecifierId: "METADATA" })), {
        rule: 308,
        path: "reportRequests[1].reportSpecifier.specifierPayloads[0].rId",
        message: 'expected "0", got "energy"',
      });
    });

    it("rule 321: accepts an interval of start and duration, and none", () => {
      expectValid(asking(aSpecifier()));
      expectValid(asking(without(aSpecifier(), "reportInterval")));
    });

    for (const extra of ["startAfter", "notification", "rampUp", "recovery"] as const) {
      it(`rule 321: refuses ${extra} in the interval`, () => {
        const reportInterval = { dtstart: noon, duration: hours(1), [extra]: minutes(5) };

        expectViolation(asking(aSpecifier({ reportInterval })), {
          rule: 321,
          path: `reportRequests[0].reportSpecifier.reportInterval.${extra}`,
          message: "expected nothing, got PT5M",
        });
      });
    }

    it("rule 321: refuses the unit of a data point", () => {
      expectViolation(asking(aSpecifier({ specifierPayloads: [point, { ...point, measurement: powerReal() }] })), {
        rule: 321,
        path: "reportRequests[0].reportSpecifier.specifierPayloads[1].measurement",
        message: 'expected nothing, got "powerReal"',
      });
    });

    it("rule 338: refuses a reading type but x-notApplicable", () => {
      expectViolation(asking(aSpecifier({ specifierPayloads: [point, { ...point, readingType: "Direct Read" }] })), {
        rule: 338,
        path: "reportRequests[0].reportSpecifier.specifierPayloads[1].readingType",
        message: 'expected "x-notApplicable", got "Direct Read"',
      });
    });
  });
}
