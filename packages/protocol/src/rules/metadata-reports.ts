import type { OadrReport } from "../messages/report.ts";
import { showSpan, violation, type Rule } from "./rule.ts";

/** Rule 305: a metadata report describes its data points, and has no data. */
export const metadataContent: Rule<"oadrRegisterReport"> = function* ({ payload }) {
  for (const [index, report] of payload.reports.entries()) {
    const path = `reports[${index}]`;
    for (const name of absentInMetadata) {
      const got = report[name];
      if (got !== undefined && got !== "") yield violation(305, `${path}.${name}`, { expected: "nothing", got });
    }
    if (report.reportDescriptions.length > 0) continue;
    yield violation(305, `${path}.reportDescriptions`, { expected: "at least one data point", got: [] });
  }
};

// The specification breaks off before naming the third; its Annex A says that eiReportID does not apply.
const absentInMetadata = ["dtstart", "intervals", "reportId"] as const;

/** Rule 308: a reportSpecifierID occurs once in the metadata, and an rID once in its report. */
export const uniqueReportIds: Rule<"oadrRegisterReport"> = function* ({ payload }) {
  yield* repetitions(
    payload.reports.map(({ reportSpecifierId }) => reportSpecifierId),
    (index) => `reports[${index}].reportSpecifierId`,
  );
  for (const [index, { reportDescriptions }] of payload.reports.entries()) {
    const path = `reports[${index}].reportDescriptions`;
    yield* repetitions(
      reportDescriptions.map(({ rId }) => rId),
      (number) => `${path}[${number}].rId`,
    );
  }
};

function* repetitions(ids: readonly string[], pathOf: (index: number) => string) {
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) yield violation(308, pathOf(index), { expected: "an ID that no other has", got: id });
    seen.add(id);
  }
}

/**
 * Rule 311: the reportRequestID is 0 in each metadata report, and in the message itself that of the request for
 * metadata which it fulfils.
 *
 * Without the request at hand, any ID but an empty one and 0 passes.
 */
export const metadataRequestIds: Rule<"oadrRegisterReport"> = function* ({ payload }, { answers }) {
  for (const [index, { reportRequestId }] of payload.reports.entries()) {
    if (reportRequestId === "0") continue;
    yield violation(311, `reports[${index}].reportRequestId`, { expected: '"0"', got: reportRequestId });
  }
  const got = payload.reportRequestId;
  if (answers?.name === "oadrCreateReport" || answers?.name === "oadrRegisteredReport") {
    const wanted = answers.payload.reportRequests
      .filter(({ reportSpecifier }) => reportSpecifier.reportSpecifierId === "METADATA")
      .map(({ reportRequestId }) => reportRequestId);
    const fits = wanted.length === 0 ? got === undefined : got !== undefined && wanted.includes(got);
    const expected = wanted.map((id) => JSON.stringify(id)).join(" | ") || "nothing, as no metadata were requested";
    if (!fits) yield violation(311, "reportRequestId", { expected, got });
  } else if (got === "" || got === "0") {
    yield violation(311, "reportRequestId", { expected: "that of a request, or nothing", got });
  }
};

/** Rule 312: a metadata report has a duration, and no sampling period is longer. */
export const metadataDuration: Rule<"oadrRegisterReport"> = function* ({ payload }) {
  for (const [index, report] of payload.reports.entries()) {
    const path = `reports[${index}]`;
    if (report.duration === undefined)
      yield violation(312, `${path}.duration`, { expected: "a duration", got: undefined });
    else yield* longPeriods(report, path, report.duration);
  }
};

function* longPeriods({ reportDescriptions }: OadrReport, path: string, duration: number) {
  for (const [index, { samplingRate }] of reportDescriptions.entries()) {
    if (samplingRate === undefined || samplingRate.maxPeriod <= duration) continue;
    const at = `${path}.reportDescriptions[${index}].samplingRate.maxPeriod`;
    const expected = `at most ${showSpan(duration)}, the report's duration`;
    yield violation(312, at, { expected, gotSpan: samplingRate.maxPeriod });
  }
}
