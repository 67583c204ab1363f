import type { Duration } from "../time.ts";
import { eventsOf, seriesOf, signalsOf } from "./events.ts";
import { showSpan, violation, type Rule } from "./rule.ts";

/** Rule 8: the durations of a signal's intervals add up to the duration of the active period. */
export const signalDurations: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { signal, path, event } of signalsOf(message)) {
    yield* sum(8, { path, intervals: signal.intervals, duration: event.activePeriod.duration });
  }
};

/** Rule 102: every interval has a duration, and those of a baseline add up to its own. */
export const seriesDurations: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { series, path } of seriesOf(message)) {
    for (const [index, { duration }] of series.intervals.entries()) {
      if (duration !== undefined) continue;
      yield violation(102, `${path}.intervals[${index}].duration`, { expected: "a duration", got: duration });
    }
  }
  for (const { event, path } of eventsOf(message)) {
    if (event.baseline !== undefined) yield* sum(102, { path: `${path}.baseline`, ...event.baseline });
  }
};

interface Whole {
  readonly path: string;
  readonly intervals: readonly { readonly duration?: Duration }[];
  readonly duration: Duration;
}

function* sum(rule: number, { path, intervals, duration }: Whole) {
  const total = sumOfDurations(intervals);
  if (total === undefined || total === duration) return;
  yield violation(rule, `${path}.intervals`, {
    expected: `durations that add up to ${showSpan(duration)}`,
    gotSpan: total,
  });
}

/** What the durations of intervals add up to, in milliseconds; undefined if one is missing. */
export function sumOfDurations(intervals: Whole["intervals"]): number | undefined {
  let total = 0;
  for (const { duration } of intervals) {
    if (duration === undefined) return undefined;
    total += duration;
  }
  return total;
}
