import { hours } from "@openleadr/protocol";
import type { Duration } from "@openleadr/protocol";

/** As long as the timers of Node can be set, in whole days; they take a longer span for none at all. */
const longest = hours(24 * 24);

/** Throws `RangeError` for a span that no timer can measure. */
export function requireTimeout(name: string, span: Duration): void {
  if (span > 0 && span <= longest) return;
  throw new RangeError(`${name}: expected a positive duration of at most 24 days, got ${span} ms`);
}
