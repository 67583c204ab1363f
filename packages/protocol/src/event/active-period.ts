import { milliseconds, type Duration } from "../time.ts";

/** What of an interval makes up an active period. */
export interface TimedInterval {
  /** Only to build an active period from; intervals that are sent have none (rule 103). */
  readonly dtstart?: Date;
  readonly duration?: Duration;
}

/**
 * The active period that a signal's intervals fill: from `start`, or the first interval's own start, for the sum of the
 * durations.
 *
 * Throws `RangeError` when there are no intervals, one has no duration (rule 102), no start is known, or an interval's
 * own start is not where the ones before it end: on the wire, intervals can neither overlap nor leave gaps.
 *
 * @see OpenADR 2.0b, rules 8 and 102
 */
export function activePeriodFromIntervals(
  intervals: readonly TimedInterval[],
  start: Date | undefined = intervals[0]?.dtstart,
): { readonly dtstart: Date; readonly duration: Duration } {
  if (intervals.length === 0) throw new RangeError("expected at least one interval, got none");
  if (start === undefined) throw new RangeError("expected a start, or a dtstart in the first interval, got neither");
  let length = 0;
  for (const [index, { dtstart, duration }] of intervals.entries()) {
    requireStart(dtstart, new Date(start.getTime() + length), index);
    if (duration === undefined) throw new RangeError(`intervals[${index}].duration: expected a duration, got none`);
    length += duration;
  }
  return { dtstart: start, duration: milliseconds(length) };
}

function requireStart(dtstart: Date | undefined, expected: Date, index: number): void {
  if (dtstart === undefined || dtstart.getTime() === expected.getTime()) return;
  throw new RangeError(
    `intervals[${index}].dtstart: expected ${expected.toISOString()}, where the event is by then, got ${dtstart.toISOString()}`,
  );
}
