import { ComplianceError, InvalidDataError, InvalidIdError, type ReportRequest } from "@openleadr/protocol";
import type { DataPoint, ReportOffer, ReportOffers } from "./report-offer.ts";

/** The reportSpecifierID that asks for metadata (rule 327). */
export const METADATA = "METADATA";

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
  const { reportSpecifierId, specifierPayloads, reportInterval } = request.reportSpecifier;
  requireTimes(request);
  if (reportSpecifierId === METADATA) return undefined;
  const offer = offers.get(reportSpecifierId);
  if (offer === undefined) throw new InvalidIdError(`no report ${JSON.stringify(reportSpecifierId)}`);
  const points = [...new Set(specifierPayloads.map(({ rId }) => rId))].map((rId) => requirePoint(offer, rId));
  const [first, ...rest] = points;
  if (first === undefined) throw new ComplianceError("no data point requested");
  const end = endOf(reportInterval);
  if (request.reportSpecifier.reportBackDuration > 0 && end <= now.getTime())
    throw new InvalidDataError(`reportInterval: expected an end in the future, got ${new Date(end).toISOString()}`);
  const data = { request, offer, points: [first, ...rest] } as const;
  requireFit(data);
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

function requireTimes({ reportSpecifier: { granularity, reportBackDuration } }: ReportRequest): void {
  if (granularity < 0) throw new InvalidDataError(`granularity: expected none below 0, got ${granularity / 1000} s`);
  if (reportBackDuration < 0)
    throw new InvalidDataError(`reportBackDuration: expected none below 0, got ${reportBackDuration / 1000} s`);
}

/** Asked once, the granularity means nothing (rule 324); as 0, it asks for changes (rule 317). */
function requireFit(data: RequestedData): void {
  const { granularity, reportBackDuration } = data.request.reportSpecifier;
  if (reportBackDuration === 0) return;
  const minPeriod = minPeriodOf(data);
  if (reportBackDuration < minPeriod) throw tooFine("reportBackDuration", minPeriod, reportBackDuration);
  if (granularity === 0) return;
  if (granularity < minPeriod) throw tooFine("granularity", minPeriod, granularity);
  if (granularity > reportBackDuration)
    throw new InvalidDataError(
      `granularity: expected at most reportBackDuration (${reportBackDuration / 1000} s), got ${granularity / 1000} s`,
    );
  if (reportBackDuration / granularity > data.offer.duration / minPeriod)
    throw new InvalidDataError(`expected at most ${data.offer.duration / minPeriod} intervals in a report`);
}

function tooFine(name: string, minPeriod: number, got: number): InvalidDataError {
  return new InvalidDataError(`${name}: expected at least ${minPeriod / 1000} s, got ${got / 1000} s`);
}

function endOf(interval: ReportRequest["reportSpecifier"]["reportInterval"]): number {
  if (interval === undefined || interval.duration <= 0) return Infinity;
  return interval.dtstart.getTime() + interval.duration;
}
