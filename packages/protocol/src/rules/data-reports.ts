import type { ReportInterval } from "../messages/stream.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 313: a data report has a start, data and the name of its profile, and describes no data points. */
export const dataContent: Rule<"oadrUpdateReport"> = function* ({ payload }) {
  for (const [index, report] of payload.reports.entries()) {
    const path = `reports[${index}]`;
    const { dtstart, intervals, reportName, reportDescriptions } = report;
    if (dtstart === undefined) yield violation(313, `${path}.dtstart`, { expected: "an instant", got: dtstart });
    if (intervals === undefined) yield violation(313, `${path}.intervals`, { expected: "data", got: intervals });
    if (reportName === undefined || reportName.startsWith("METADATA_")) {
      yield violation(313, `${path}.reportName`, { expected: "a name without METADATA_", got: reportName });
    }
    if (reportDescriptions.length === 0) continue;
    const got = reportDescriptions.map(({ rId }) => rId);
    yield violation(313, `${path}.reportDescriptions`, { expected: "nothing", got });
  }
};

/** Rule 319: the status of a resource has no accuracy. */
export const accuracy: Rule<"oadrUpdateReport"> = function* ({ payload }) {
  for (const [index, { intervals = [] }] of payload.reports.entries()) {
    for (const [number, { payloads }] of intervals.entries()) {
      const path = `reports[${index}].intervals[${number}]`;
      yield* statusAccuracy(payloads, path);
    }
  }
};

function* statusAccuracy(payloads: ReportInterval["payloads"], path: string) {
  for (const [index, payload] of payloads.entries()) {
    if (payload.kind !== "reportPayload" || typeof payload.value === "number") continue;
    const got = payload.accuracy;
    if (got !== undefined) yield violation(319, `${path}.payloads[${index}].accuracy`, { expected: "nothing", got });
  }
}

/**
 * Rule 342: data at a point in time have no duration.
 *
 * Of the forbidden combinations this is the one a message shows: the status of a resource is data at a point in time,
 * whereas only the metadata tell which numbers are. An interval that holds both may have both dtstart and duration.
 */
export const pointData: Rule<"oadrUpdateReport"> = function* ({ payload }) {
  for (const [index, { intervals = [] }] of payload.reports.entries()) {
    for (const [number, { duration, payloads }] of intervals.entries()) {
      if (duration === undefined || !payloads.every(isStatus)) continue;
      const path = `reports[${index}].intervals[${number}].duration`;
      yield violation(342, path, { expected: "nothing, as the status of a resource has no length", gotSpan: duration });
    }
  }
};

function isStatus(payload: ReportInterval["payloads"][number]): boolean {
  return payload.kind === "reportPayload" && typeof payload.value === "object";
}
