import type { ReportSpecifier } from "../messages/report.ts";
import { ComplianceError, InvalidDataError } from "../response-codes.ts";
import { minutes, type Duration } from "../time.ts";

/** The reportSpecifierID that asks for the metadata (rule 327). */
export const METADATA = "METADATA";

/** What a request for data is measured against. */
export interface ReportLimits {
  /** The shortest time from one sample to the next, in milliseconds. */
  readonly minPeriod: number;
  /** How much data is kept, as the metadata say (rule 312). */
  readonly duration: Duration;
  readonly now: Date;
}

/**
 * Throws {@link InvalidDataError}, code 454, for a request whose times no report of telemetry can keep: negative ones,
 * too dense or too much data, or a periodic report whose time is over.
 *
 * @see OpenADR 2.0b, rules 317, 324, 325, 340
 */
export function requireReportFit(specifier: ReportSpecifier, limits: ReportLimits): void {
  requireReportTimes(specifier);
  const { granularity, reportBackDuration } = specifier;
  // Asked once, the granularity means nothing (rule 324).
  if (reportBackDuration === 0) return;
  requireFuture(specifier, limits.now);
  const { minPeriod } = limits;
  if (reportBackDuration < minPeriod) throw tooFine("reportBackDuration", minPeriod, reportBackDuration);
  // As 0, it asks for changes (rule 317).
  if (granularity === 0) return;
  if (granularity < minPeriod) throw tooFine("granularity", minPeriod, granularity);
  if (granularity > reportBackDuration)
    throw new InvalidDataError(
      `granularity: expected at most reportBackDuration (${reportBackDuration / 1000} s), got ${granularity / 1000} s`,
    );
  const most = limits.duration / minPeriod;
  if (reportBackDuration / granularity > most)
    throw new InvalidDataError(`expected at most ${most} intervals in a report`);
}

/**
 * The past that a request for history asks for: up to its end, or to now. Throws {@link InvalidDataError}, code 454, for
 * another span than one of the past, for more than is kept, and where it asks for more than one report;
 * {@link ComplianceError}, code 459, where it names no span.
 *
 * @see OpenADR 2.0b, rules 317, 324, 325, 340
 */
export function historySpan(
  specifier: ReportSpecifier,
  { duration: kept, now }: Pick<ReportLimits, "duration" | "now">,
): { readonly from: Date; readonly to: Date } {
  for (const name of ["granularity", "reportBackDuration"] as const)
    if (specifier[name] !== 0)
      throw new InvalidDataError(`${name}: expected 0 for history, got ${specifier[name] / 1000} s`);
  if (specifier.reportInterval === undefined)
    throw new ComplianceError("expected a reportInterval for history, got none");
  const { dtstart, duration } = specifier.reportInterval;
  const end = duration === 0 ? now.getTime() : dtstart.getTime() + duration;
  if (!(dtstart.getTime() < end && dtstart < now && end <= now.getTime() + onTheWay))
    throw new InvalidDataError("reportInterval: expected a span of the past");
  if (now.getTime() - dtstart.getTime() > kept + onTheWay)
    throw new InvalidDataError(`reportInterval: expected at most the last ${kept / 1000} s`);
  return { from: dtstart, to: new Date(Math.min(end, now.getTime())) };
}

/** Who asks for all that is kept, or up to now, has counted from another now. */
const onTheWay = minutes(1);

/** Throws {@link InvalidDataError}, code 454, for times below 0. */
export function requireReportTimes({ granularity, reportBackDuration }: ReportSpecifier): void {
  if (granularity < 0) throw new InvalidDataError(`granularity: expected none below 0, got ${granularity / 1000} s`);
  if (reportBackDuration < 0)
    throw new InvalidDataError(`reportBackDuration: expected none below 0, got ${reportBackDuration / 1000} s`);
}

function requireFuture({ reportInterval }: ReportSpecifier, now: Date): void {
  if (reportInterval === undefined || reportInterval.duration <= 0) return;
  const end = reportInterval.dtstart.getTime() + reportInterval.duration;
  if (end <= now.getTime())
    throw new InvalidDataError(`reportInterval: expected an end in the future, got ${new Date(end).toISOString()}`);
}

function tooFine(name: string, minPeriod: number, got: number): InvalidDataError {
  return new InvalidDataError(`${name}: expected at least ${minPeriod / 1000} s, got ${got / 1000} s`);
}
