import { CURRENCY_DESCRIPTION } from "../../enumerations.ts";
import { MEASUREMENTS } from "../../measurements.ts";
import type { OadrRegisterReport, OadrReport, ReportDescription } from "../../messages/report.ts";
import type { Measurement } from "../../messages/units.ts";
import { show } from "../../schema/place.ts";
import { isDataName } from "../standard-reports.ts";
import type { CorrectedPart } from "./correction.ts";

/** A unit that need not be one of the schema's. */
export interface MeasurementDraft {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly scale?: string;
}

/** A data point whose unit need not be one of the schema's. */
export interface ReportDescriptionDraft extends Omit<ReportDescription, "measurement"> {
  readonly measurement?: Measurement | MeasurementDraft;
}

/** A metadata report that lacks what can be filled in. */
export interface ReportDraft extends Omit<OadrReport, "reportRequestId" | "reportDescriptions"> {
  readonly reportRequestId?: string;
  readonly reportDescriptions: readonly ReportDescriptionDraft[];
}

/** An oadrRegisterReport whose reports lack what can be filled in. */
export interface OadrRegisterReportDraft extends Omit<OadrRegisterReport, "reports"> {
  readonly reports: readonly ReportDraft[];
}

type ReportCorrection = (report: ReportDraft, part: CorrectedPart) => ReportDraft;

/** Fills in and corrects the reports of an oadrRegisterReport. */
export function correctRegisterReport(draft: OadrRegisterReportDraft, part: CorrectedPart): OadrRegisterReport {
  const reports = draft.reports.map((report, index) => {
    const at = { ...part, path: `reports[${index}]` };
    return reportCorrections.reduce((corrected, correct) => correct(corrected, at), report) as OadrReport;
  });
  return { ...draft, reports };
}

const prefixName: ReportCorrection = (report, { path, corrections }) => {
  const { reportName } = report;
  if (reportName === undefined || !isDataName(reportName)) return report;
  const name = `METADATA_${reportName}` as NonNullable<OadrReport["reportName"]>;
  corrections.push({ rule: 331, path: `${path}.reportName`, message: `changed from "${reportName}" to "${name}"` });
  return { ...report, reportName: name };
};

const zeroRequestId: ReportCorrection = (report, { path, corrections }) => {
  if (report.reportRequestId !== undefined) return report;
  corrections.push({ rule: 311, path: `${path}.reportRequestId`, message: 'changed from nothing to "0"' });
  return { ...report, reportRequestId: "0" };
};

const knownUnits: ReportCorrection = (report, part) => ({
  ...report,
  reportDescriptions: report.reportDescriptions.map(({ measurement, ...description }, index) => {
    const path = `${part.path}.reportDescriptions[${index}].measurement`;
    return measurement === undefined
      ? description
      : { ...description, measurement: known(measurement, { ...part, path }) };
  }),
});

function known(
  measurement: Measurement | MeasurementDraft,
  { path, corrections }: CorrectedPart,
): Measurement | MeasurementDraft {
  if (!("description" in measurement)) return measurement;
  const { name, description, unit } = measurement;
  const allowed = descriptions.get(name);
  if (allowed === undefined) {
    corrections.push({ path: `${path}.name`, message: `changed from ${show(name)} to "customUnit"` });
    return { name: "customUnit", description, unit, scale: "scale" in measurement ? measurement.scale : "none" };
  }
  const fixed = allowed.find((text) => text.toLowerCase() === description.toLowerCase());
  if (fixed === undefined || allowed.includes(description)) return measurement;
  corrections.push({ path: `${path}.description`, message: `changed from ${show(description)} to "${fixed}"` });
  return { ...measurement, description: fixed };
}

const currencies = Object.values(CURRENCY_DESCRIPTION);

/** The descriptions that the schema gives the units; none for those that take any. */
const descriptions: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...Object.values(MEASUREMENTS).map(({ name, description }) => [name, [description]] as const),
  ["currency", currencies],
  ["currencyPerKW", currencies],
  ["currencyPerKWh", currencies],
  ["currencyPerThm", currencies],
  ["customUnit", []],
]);

const reportCorrections: readonly ReportCorrection[] = [prefixName, zeroRequestId, knownUnits];
