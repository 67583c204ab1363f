import { reportReadings, type OadrReport, type ReportReading } from "@openleadr/protocol";
import type { DataPoint, OfferedReport } from "./offered-report.ts";

/**
 * One reading of one data point: a number in the unit of the data point, the status of a resource, or Green Button
 * content; told apart by `kind`.
 */
export type Reading = ReportReading & {
  readonly reportSpecifierId: string;
  /** What the VEN says of the data point: resource, unit, scale and types. */
  readonly dataPoint?: DataPoint;
};

/** Data that a VEN sent for one report. */
export interface ReportUpdate {
  readonly venId: string;
  readonly reportRequestId: string;
  readonly reportSpecifierId: string;
  readonly reportName?: OadrReport["reportName"];
  readonly createdDateTime: Date;
  /** In the order of time, those of one interval as they were sent. */
  readonly readings: readonly Reading[];
  /** The report as it came. */
  readonly report: OadrReport;
}

/** What the request and the offer tell of a report with data. */
export interface ReadingSource {
  readonly rIds: readonly string[];
  readonly offer: OfferedReport | undefined;
}

/**
 * The readings of a report. Intervals without a start of their own follow one another from the report's, by their uids.
 *
 * Throws {@link InvalidDataError} where the times cannot be told (rules 314, 315, 316).
 */
export function readingsOf(report: OadrReport, { rIds, offer }: ReadingSource): readonly Reading[] {
  const { reportSpecifierId } = report;
  const dataPoints = new Map(offer?.dataPoints.map((point) => [point.rId, point]));
  return reportReadings(report, rIds).map((reading) => {
    const dataPoint = dataPoints.get(reading.rId);
    return { reportSpecifierId, ...reading, ...(dataPoint !== undefined && { dataPoint }) };
  });
}
