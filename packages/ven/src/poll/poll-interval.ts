import { hours, milliseconds, seconds, type Duration } from "@openleadr/protocol";

/** A VEN that polled more often would poll without a pause. */
export const shortestPollInterval = seconds(1);

/** A VEN that polled less often could not act on any event of a day. */
export const longestPollInterval = hours(24);

/** The nearest that a VEN keeps. */
export function keptPollInterval(requested: Duration): Duration {
  return milliseconds(Math.min(Math.max(requested, shortestPollInterval), longestPollInterval));
}
