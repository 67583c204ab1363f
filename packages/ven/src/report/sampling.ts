import { formatDuration, hours, milliseconds, seconds, type Duration, type SamplingRate } from "@openleadr/protocol";
import type { ReportOptions } from "./report-options.ts";

/** How often a data point can be sampled. Throws `RangeError` for periods that cannot be. */
export function samplingRateOf({ samplingRate }: Pick<ReportOptions, "samplingRate">): SamplingRate {
  const given = typeof samplingRate === "object" ? samplingRate : { minPeriod: samplingRate, maxPeriod: samplingRate };
  const { minPeriod = seconds(1), onChange = false } = given;
  const { maxPeriod = milliseconds(Math.max(hours(1), minPeriod)) } = given;
  requireWholeSeconds("samplingRate.minPeriod", minPeriod);
  requireWholeSeconds("samplingRate.maxPeriod", maxPeriod);
  if (maxPeriod < minPeriod)
    throw new RangeError(`samplingRate.maxPeriod: expected at least minPeriod (${minPeriod} ms), got ${maxPeriod} ms`);
  return { minPeriod, maxPeriod, onChange };
}

/** How much data is kept (rule 312). Throws `RangeError` for less than the longest period. */
export function durationOf(options: Pick<ReportOptions, "duration" | "samplingRate">, isHistory: boolean): Duration {
  const { duration } = options;
  if (isHistory) {
    if (duration !== undefined) requireWholeSeconds("duration", duration);
    return duration ?? hours(24);
  }
  const { maxPeriod } = samplingRateOf(options);
  if (duration === undefined) return milliseconds(Math.max(maxPeriod, hours(1)));
  requireWholeSeconds("duration", duration);
  if (duration < maxPeriod)
    throw new RangeError(`duration: expected at least samplingRate.maxPeriod (${maxPeriod} ms), got ${duration} ms`);
  return duration;
}

/** The standard knows no fractions of a second in a duration (rule 1). */
function requireWholeSeconds(name: string, span: Duration): void {
  if (!(span >= seconds(1)) || formatDuration(span) === undefined)
    throw new RangeError(`${name}: expected whole seconds, at least one, got ${span} ms`);
}
