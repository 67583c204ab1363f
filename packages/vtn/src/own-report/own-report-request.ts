import {
  ComplianceError,
  firstReport,
  firstSample,
  historySpan,
  InvalidDataError,
  InvalidIdError,
  METADATA,
  reportScheduleOf,
  requireReportFit,
  type ReportRequest,
  type ReportSchedule,
} from "@openleadr/protocol";
import { requireReportTimes } from "@openleadr/protocol/internal";
import type { OwnReportRequest } from "../store/own-report-store.ts";
import type { Registration } from "../store/registration-store.ts";
import {
  durationOf,
  isFor,
  minPeriodOf,
  type OwnHistoryReport,
  type OwnReport,
  type OwnReportOffers,
  type OwnTelemetryReport,
} from "./own-report-offer.ts";

/** Data points, at least one. */
type Points<Report extends OwnReport> = readonly [Report["dataPoints"][number], ...Report["dataPoints"][number][]];

/** What a request asks for, of what is on offer. */
export type RequestedReport =
  | { readonly kind: "metadata" }
  | { readonly kind: "telemetry"; readonly report: OwnTelemetryReport; readonly points: Points<OwnTelemetryReport> }
  | { readonly kind: "history"; readonly report: OwnHistoryReport; readonly points: Points<OwnHistoryReport> };

/**
 * What a request asks for. Throws {@link InvalidIdError}, code 452, for a report or data points that the VEN is not
 * offered.
 *
 * @see OpenADR 2.0b, rules 300, 304, 308, 327
 */
export function requestedReport(
  { reportSpecifier: { reportSpecifierId, specifierPayloads } }: ReportRequest,
  { offers, ven }: { readonly offers: OwnReportOffers; readonly ven: Registration },
): RequestedReport {
  if (reportSpecifierId === METADATA) return { kind: "metadata" };
  const report = offers.get(reportSpecifierId);
  if (report === undefined || !isFor(report, ven))
    throw new InvalidIdError(`no report ${JSON.stringify(reportSpecifierId)}`);
  const rIds = new Set(specifierPayloads.map(({ rId }) => rId));
  return report.reportName === "HISTORY_USAGE"
    ? { kind: "history", report, points: requirePoints(report, rIds) }
    : { kind: "telemetry", report, points: requirePoints(report, rIds) };
}

/**
 * Throws a `RejectedError` with the code to refuse a request by, if its times do not fit what it asks for.
 *
 * @see OpenADR 2.0b, rules 317, 324, 325, 340
 */
export function requireFit({ reportSpecifier }: ReportRequest, requested: RequestedReport, now: Date): void {
  requireReportTimes(reportSpecifier);
  if (requested.kind === "telemetry") {
    const { report, points } = requested;
    requireReportFit(reportSpecifier, { minPeriod: samplingPeriodOf(points), duration: durationOf(report), now });
  }
  if (requested.kind === "history") historySpan(reportSpecifier, { duration: durationOf(requested.report), now });
}

/** The shortest time between two samples of all data points together, in milliseconds. */
export function samplingPeriodOf(points: RequestedTelemetry["points"]): number {
  return Math.max(...points.map(minPeriodOf));
}

/** A request for values of the present. */
export type RequestedTelemetry = Extract<RequestedReport, { readonly kind: "telemetry" }>;

/** When a periodic request is sampled and sent. */
export function scheduleFor(
  { request: { reportSpecifier }, takenAt }: Pick<OwnReportRequest, "request" | "takenAt">,
  requested: Exclude<RequestedReport, { readonly kind: "history" }>,
): ReportSchedule {
  if (requested.kind === "telemetry") {
    const isPoint = requested.report.reportName === "TELEMETRY_STATUS";
    return reportScheduleOf(reportSpecifier, { now: takenAt, minPeriod: samplingPeriodOf(requested.points), isPoint });
  }
  // A whole set of metadata is there at every instant, as a point is.
  const { reportBackDuration } = reportSpecifier;
  const specifier = { ...reportSpecifier, granularity: reportBackDuration };
  return reportScheduleOf(specifier, { now: takenAt, minPeriod: reportBackDuration, isPoint: true });
}

/** When there is something to do for a new request. */
export function firstTimes(
  record: Pick<OwnReportRequest, "request" | "takenAt">,
  requested: RequestedReport,
): Pick<OwnReportRequest, "dueAt" | "sampleAt" | "reportAt"> {
  const { request, takenAt } = record;
  if (request.reportSpecifier.reportBackDuration === 0 || requested.kind === "history")
    return { dueAt: takenAt, reportAt: takenAt };
  const schedule = scheduleFor(record, requested);
  const sampleAt = requested.kind === "telemetry" ? firstSample(schedule, takenAt.getTime()) : Infinity;
  const times = timesOf(sampleAt, firstReport(schedule, takenAt.getTime()));
  if (times === undefined) throw new InvalidDataError("reportInterval: expected a start before the end of time");
  return times;
}

/** Instants in milliseconds as a request keeps them; undefined if neither will ever come. */
export function timesOf(
  sampleAt: number,
  reportAt: number,
): Pick<OwnReportRequest, "dueAt" | "sampleAt" | "reportAt"> | undefined {
  const dueAt = Math.min(sampleAt, reportAt);
  if (!(dueAt <= endOfTime)) return undefined;
  return {
    dueAt: new Date(dueAt),
    ...(sampleAt <= endOfTime && { sampleAt: new Date(sampleAt) }),
    ...(reportAt <= endOfTime && { reportAt: new Date(reportAt) }),
  };
}

/** The last instant that a `Date` can hold. */
const endOfTime = 8_640_000_000_000_000;

function requirePoints<Report extends OwnReport>(
  { dataPoints, reportSpecifierId }: Report,
  rIds: ReadonlySet<string>,
): Points<Report> {
  const [first, ...rest] = [...rIds].map((rId): Report["dataPoints"][number] => {
    const point = dataPoints.find((offered) => offered.rId === rId);
    if (point === undefined) throw new InvalidIdError(`no data point ${JSON.stringify(rId)} in ${reportSpecifierId}`);
    return point;
  });
  if (first === undefined) throw new ComplianceError("no data point requested");
  return [first, ...rest];
}
