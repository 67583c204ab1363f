import {
  ComplianceError,
  historySpan,
  InvalidIdError,
  METADATA,
  REPORT_NAME,
  ReportNotSupportedError,
  requireReportFit,
  type ReportRequest,
} from "@openleadr/protocol";
import { requireReportTimes } from "@openleadr/protocol/internal";
import type { DataPoint } from "./data-point.ts";
import type { ReportOffer, ReportOffers } from "./report-offer.ts";

/** What a request asks for, of what is on offer. */
export interface RequestedData {
  readonly request: ReportRequest;
  readonly offer: ReportOffer;
  readonly points: readonly [DataPoint, ...DataPoint[]];
}

/**
 * What a request asks for; undefined where it asks for metadata. Throws a `RejectedError` with the code to refuse it by:
 * 452 for an unknown report or data point, 461 for a report that is known and not on offer (any more), 454 for times that
 * it cannot keep, 459 for a request that says too little.
 *
 * @see OpenADR 2.0b, rules 300, 304, 317, 324, 325, 340
 */
export function requireOffered(
  request: ReportRequest,
  { offers, now }: { readonly offers: ReportOffers; readonly now: Date },
): RequestedData | undefined {
  requireReportTimes(request.reportSpecifier);
  const data = requestedData(request, offers);
  if (data === undefined) return undefined;
  const { duration } = data.offer;
  if (isHistory(data)) historySpan(request.reportSpecifier, { duration, now });
  else requireReportFit(request.reportSpecifier, { minPeriod: minPeriodOf(data), duration, now });
  return data;
}

/** Whether what is asked for are data of the past. */
export function isHistory({ offer }: Pick<RequestedData, "offer">): boolean {
  return offer.reportName.startsWith("HISTORY_");
}

/** Whether one report is wanted, at once (rule 324). */
export function isOnce({ reportSpecifier }: ReportRequest): boolean {
  return reportSpecifier.reportBackDuration === 0;
}

/** The rate at which all data points of a request can be sampled. */
export function minPeriodOf({ points }: Pick<RequestedData, "points">): number {
  return Math.max(...points.map(({ minPeriod }) => minPeriod));
}

/** What a request asks for, whatever its times; undefined where it asks for metadata. Throws as {@link requireOffered} does. */
export function requestedData(request: ReportRequest, offers: ReportOffers): RequestedData | undefined {
  const { reportSpecifierId, specifierPayloads } = request.reportSpecifier;
  if (reportSpecifierId === METADATA) return undefined;
  const offer = offers.get(reportSpecifierId) ?? refuseReport(reportSpecifierId, offers);
  const points = [...new Set(specifierPayloads.map(({ rId }) => rId))].map((rId) => requirePoint(offer, rId));
  const [first, ...rest] = points;
  if (first === undefined) throw new ComplianceError("no data point requested");
  return { request, offer, points: [first, ...rest] };
}

function refuseReport(reportSpecifierId: string, offers: ReportOffers): never {
  const id = JSON.stringify(reportSpecifierId);
  const isKnown = offers.isWithdrawn(reportSpecifierId) || standardNames.includes(reportSpecifierId);
  if (isKnown) throw new ReportNotSupportedError(`report ${id} is not on offer`);
  throw new InvalidIdError(`no report ${id}`);
}

const standardNames: readonly string[] = Object.values(REPORT_NAME);

function requirePoint({ points, reportSpecifierId }: ReportOffer, rId: string): DataPoint {
  const point = points.get(rId);
  if (point === undefined) throw new InvalidIdError(`no data point ${JSON.stringify(rId)} in ${reportSpecifierId}`);
  return point;
}
