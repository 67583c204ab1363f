import {
  timedIntervals,
  type DataQuality,
  type Duration,
  type Extension,
  type OadrReport,
  type ResourceStatus,
  type StreamPayload,
  type XmlTree,
} from "@openleadr/protocol";
import type { DataPoint, OfferedReport } from "./offered-report.ts";

/** What is said of a reading, whatever its kind. */
interface ReadingFacts {
  readonly reportSpecifierId: string;
  /** The data point. Green Button content, which names none, has that of its request, or "" if there are several. */
  readonly rId: string;
  /** The instant, or the start of the span, that it belongs to. */
  readonly dtstart: Date;
  /** The span; absent for a reading at an instant (rule 315). */
  readonly duration?: Duration;
  /** How sure the VEN is, in percent. */
  readonly confidence?: number;
  /** In the unit of the value (rule 319). */
  readonly accuracy?: number;
  readonly dataQuality?: DataQuality | Extension;
  /** What the VEN says of the data point: resource, unit, scale and types. */
  readonly dataPoint?: DataPoint;
}

/**
 * One reading of one data point: a number in the unit of the data point, the status of a resource, or Green Button
 * content; told apart by `kind`.
 */
export type Reading = ReadingFacts &
  (
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "status"; readonly value: ResourceStatus }
    | { readonly kind: "greenButton"; readonly value: XmlTree }
  );

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
  const onlyId = rIds.length === 1 ? (rIds[0] ?? "") : "";
  const readings: Reading[] = [];
  for (const { start, interval } of timedIntervals(report)) {
    for (const payload of interval.payloads) {
      const place = { reportSpecifierId, onlyId, dtstart: start, duration: interval.duration };
      const reading = readingOf(payload, place, dataPoints);
      if (reading !== undefined) readings.push(reading);
    }
  }
  return readings;
}

interface Place {
  readonly reportSpecifierId: string;
  readonly onlyId: string;
  readonly dtstart: Date;
  readonly duration: Duration | undefined;
}

function readingOf(
  payload: StreamPayload,
  { reportSpecifierId, onlyId, dtstart, duration }: Place,
  dataPoints: ReadonlyMap<string, DataPoint>,
): Reading | undefined {
  if (payload.kind === "signalPayload") return undefined;
  const rId = payload.kind === "reportPayload" ? payload.rId : onlyId;
  const dataPoint = dataPoints.get(rId);
  const facts = {
    reportSpecifierId,
    rId,
    dtstart,
    ...(duration !== undefined && { duration }),
    ...(dataPoint !== undefined && { dataPoint }),
  };
  if (payload.kind === "gbPayload") return { ...facts, kind: "greenButton", value: payload.feed };
  const { value, confidence, accuracy, dataQuality } = payload;
  const trust = {
    ...facts,
    ...(confidence !== undefined && { confidence }),
    ...(accuracy !== undefined && { accuracy }),
    ...(dataQuality !== undefined && { dataQuality }),
  };
  return typeof value === "number" ? { ...trust, kind: "number", value } : { ...trust, kind: "status", value };
}
