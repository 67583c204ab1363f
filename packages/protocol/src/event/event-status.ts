import type { EventStatus } from "../enumerations.ts";
import type { Duration } from "../time.ts";

/** What of an active period decides the status of its event. */
export interface StatusTimes {
  readonly dtstart: Date;
  /** 0 for an event without an end (rule 47). */
  readonly duration: Duration;
  /** A negative one lies inside the active period and makes no `near`. */
  readonly rampUp?: Duration;
}

/**
 * The status of an event at an instant: a function of time and of nothing else, so it is never stored.
 *
 * `far` until the ramp-up begins, `near` until the event starts (without a ramp-up the event is never near), then
 * `active`, and `completed` from its end on; an event of duration 0 has no end. A cancelled event stays so. The start
 * belongs to the event, the end does not. The random delay of start-after does not count.
 *
 * @see OpenADR 2.0b, rules 10, 13, 18 and 47
 */
export function eventStatus(
  { dtstart, duration, rampUp }: StatusTimes,
  { now, cancelled = false }: { readonly now: Date; readonly cancelled?: boolean | undefined },
): Exclude<EventStatus, "none"> {
  if (cancelled) return "cancelled";
  const elapsed = now.getTime() - dtstart.getTime();
  if (elapsed < 0) return rampUp !== undefined && rampUp > 0 && elapsed + rampUp >= 0 ? "near" : "far";
  return duration > 0 && elapsed >= duration ? "completed" : "active";
}
