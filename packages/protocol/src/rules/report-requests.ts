import type { Message } from "../messages/index.ts";
import type { ReportRequest, ReportSpecifier } from "../messages/report.ts";
import { METADATA } from "../report/report-fit.ts";
import { checkPlainSpan } from "./plain-span.ts";
import { violation, type Rule } from "./rule.ts";

type Requesting = "oadrCreateReport" | "oadrRegisteredReport";

/** Rule 308, of requests: a request for the metadata asks for the data point 0. */
export const metadataRequest: Rule<Requesting> = function* (message) {
  for (const { specifier, path } of specifiersOf(message)) {
    if (specifier.reportSpecifierId !== METADATA) continue;
    for (const [index, { rId }] of specifier.specifierPayloads.entries()) {
      if (rId !== "0") yield violation(308, `${path}.specifierPayloads[${index}].rId`, { expected: '"0"', got: rId });
    }
  }
};

/** Rule 321: the interval of a request has a start and a duration only, and its data points have no unit. */
export const requestContent: Rule<Requesting> = function* (message) {
  for (const { specifier, path } of specifiersOf(message)) {
    const { reportInterval } = specifier;
    if (reportInterval !== undefined) yield* checkPlainSpan(321, `${path}.reportInterval`, reportInterval);
    for (const [index, { measurement }] of specifier.specifierPayloads.entries()) {
      const at = `${path}.specifierPayloads[${index}].measurement`;
      if (measurement !== undefined) yield violation(321, at, { expected: "nothing", got: measurement.name });
    }
  }
};

/** Rule 338: the readingType in a request is x-notApplicable. */
export const requestReadingType: Rule<Requesting> = function* (message) {
  for (const { specifier, path } of specifiersOf(message)) {
    for (const [index, { readingType }] of specifier.specifierPayloads.entries()) {
      if (readingType === "x-notApplicable") continue;
      const at = `${path}.specifierPayloads[${index}].readingType`;
      yield violation(338, at, { expected: '"x-notApplicable"', got: readingType });
    }
  }
};

function* specifiersOf({ payload }: Message<Requesting>): Iterable<{ specifier: ReportSpecifier; path: string }> {
  const requests: readonly ReportRequest[] = payload.reportRequests;
  for (const [index, { reportSpecifier }] of requests.entries()) {
    yield { specifier: reportSpecifier, path: `reportRequests[${index}].reportSpecifier` };
  }
}
