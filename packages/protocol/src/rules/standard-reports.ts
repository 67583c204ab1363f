import { REPORT_NAME } from "../enumerations.ts";
import type { OadrReport, ReportDescription } from "../messages/report.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 331, of metadata: the reports of the standard have their names, types and units. */
export const standardMetadata: Rule<"oadrRegisterReport"> = function* ({ payload }) {
  for (const [index, { reportName, reportDescriptions }] of payload.reports.entries()) {
    const path = `reports[${index}]`;
    if (reportName !== undefined && isDataName(reportName)) {
      yield violation(331, `${path}.reportName`, { expected: `"METADATA_${reportName}"`, got: reportName });
    }
    const profile = reportName === undefined ? undefined : profiles[reportName.replace(/^METADATA_/, "")];
    if (profile === undefined) continue;
    for (const [number, description] of reportDescriptions.entries()) {
      yield* checkDescription(description, `${path}.reportDescriptions[${number}]`, profile);
    }
  }
};

/** Rule 331, of data: the reports of the standard carry numbers, or the status of resources. */
export const standardData: Rule<"oadrUpdateReport"> = function* ({ payload }) {
  for (const [index, report] of payload.reports.entries()) {
    const profile = report.reportName === undefined ? undefined : profiles[report.reportName];
    if (profile !== undefined) yield* checkValues(report, `reports[${index}]`, profile);
  }
};

/** Rule 333: the data points that a VEN offers as telemetry have a sampling rate. */
export const samplingRates: Rule<"oadrRegisterReport"> = function* ({ payload }, { sender }) {
  if (sender !== "ven") return;
  for (const [index, { reportName, reportDescriptions }] of payload.reports.entries()) {
    if (!/^(METADATA_)?TELEMETRY_/.test(reportName ?? "")) continue;
    for (const [number, { samplingRate }] of reportDescriptions.entries()) {
      const path = `reports[${index}].reportDescriptions[${number}].samplingRate`;
      if (samplingRate === undefined) yield violation(333, path, { expected: "a sampling rate", got: undefined });
    }
  }
};

/** Whether a name is that of a standard report with data, for which metadata put METADATA_ before it. */
export function isDataName(name: string): boolean {
  return names.includes(name) && !name.startsWith("METADATA_");
}

const names: readonly string[] = Object.values(REPORT_NAME);

interface Profile {
  readonly reportType: string;
  readonly readingType: string;
  /** Names of the measurements a data point may have; undefined for none. */
  readonly units: readonly (string | undefined)[];
  readonly value: "a number" | "the status of a resource";
}

const usage: Profile = {
  reportType: "usage",
  readingType: "Direct Read",
  units: ["powerReal", "energyReal", "pulseCount"],
  value: "a number",
};

const profiles: Readonly<Partial<Record<string, Profile>>> = {
  TELEMETRY_USAGE: usage,
  HISTORY_USAGE: usage,
  TELEMETRY_STATUS: {
    reportType: "x-resourceStatus",
    readingType: "x-notApplicable",
    units: [undefined],
    value: "the status of a resource",
  },
};

function* checkDescription(description: ReportDescription, path: string, profile: Profile) {
  for (const name of ["reportType", "readingType"] as const) {
    const got = description[name];
    if (got !== profile[name])
      yield violation(331, `${path}.${name}`, { expected: JSON.stringify(profile[name]), got });
  }
  const unit = description.measurement?.name;
  if (profile.units.includes(unit)) return;
  const expected = profile.units.map((each) => each ?? "nothing").join(" | ");
  yield violation(331, `${path}.measurement`, { expected, got: unit });
}

function* checkValues({ intervals = [] }: OadrReport, path: string, { value }: Profile) {
  for (const [index, { payloads }] of intervals.entries()) {
    for (const [number, payload] of payloads.entries()) {
      const isNumber = payload.kind === "reportPayload" && typeof payload.value === "number";
      const isStatus = payload.kind === "reportPayload" && typeof payload.value === "object";
      if (value === "a number" ? isNumber : isStatus) continue;
      const got = payload.kind === "reportPayload" ? payload.value : payload.kind;
      yield violation(331, `${path}.intervals[${index}].payloads[${number}]`, { expected: value, got });
    }
  }
}
