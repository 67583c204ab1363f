import {
  ComplianceError,
  InvalidIdError,
  METADATA,
  requireReportFit,
  requireReportTimes,
  type ReportRequest,
} from "@openleadr/protocol";
import type { DataPoint, ReportOffer, ReportOffers } from "./report-offer.ts";

/** What a request asks for, of what is on offer. */
export interface RequestedData {
  readonly request: ReportRequest;
  readonly offer: ReportOffer;
  readonly points: readonly [DataPoint, ...DataPoint[]];
}

/**
 * What a request asks for; undefined where it asks for metadata. Throws a `RejectedError` with the code to refuse it by.
 *
 * @see OpenADR 2.0b, rules 300, 304, 317, 324, 340
 */
export function requireOffered(
  request: ReportRequest,
  { offers, now }: { readonly offers: ReportOffers; readonly now: Date },
): RequestedData | undefined {
  const { reportSpecifierId, specifierPayloads } = request.reportSpecifier;
  requireReportTimes(request.reportSpecifier);
  if (reportSpecifierId === METADATA) return undefined;
  const offer = offers.get(reportSpecifierId);
  if (offer === undefined) throw new InvalidIdError(`no report ${JSON.stringify(reportSpecifierId)}`);
  const points = [...new Set(specifierPayloads.map(({ rId }) => rId))].map((rId) => requirePoint(offer, rId));
  const [first, ...rest] = points;
  if (first === undefined) throw new ComplianceError("no data point requested");
  const data = { request, offer, points: [first, ...rest] } as const;
  requireReportFit(request.reportSpecifier, { minPeriod: minPeriodOf(data), duration: offer.duration, now });
  return data;
}

/** The rate at which all data points of a request can be sampled. */
export function minPeriodOf({ points }: Pick<RequestedData, "points">): number {
  return Math.max(...points.map(({ minPeriod }) => minPeriod));
}

function requirePoint({ points, reportSpecifierId }: ReportOffer, rId: string): DataPoint {
  const point = points.get(rId);
  if (point === undefined) throw new InvalidIdError(`no data point ${JSON.stringify(rId)} in ${reportSpecifierId}`);
  return point;
}
