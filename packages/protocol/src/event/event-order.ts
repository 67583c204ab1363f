import { eventStatus, type StatusTimes } from "./event-status.ts";

/** What of an event decides its place among others. */
export interface OrderedEvent {
  readonly eventDescriptor: {
    /** 1 is the most urgent; 0, also meant when absent, is the least (rule 3). */
    readonly priority?: number;
  };
  readonly activePeriod: StatusTimes;
}

/**
 * Events in the order in which oadrDistributeEvent lists them at an instant: active ones first, by priority and then by
 * start; then those to come, by start alone; then those that are over and still listed for their start-after (rule 66).
 *
 * Equals keep the order they came in, so a caller that hands in a stable list gets a stable answer for any reply limit.
 * A cancelled event stands where it would stand had it not been cancelled.
 *
 * @see OpenADR 2.0b, rule 15
 */
export function orderEvents<E extends OrderedEvent>(events: readonly E[], now: Date): readonly E[] {
  const placed = events.map((event) => ({ event, rank: ranks[eventStatus(event.activePeriod, { now })] }));
  return placed.sort((a, b) => a.rank - b.rank || compareWithin(a.rank, a.event, b.event)).map(({ event }) => event);
}

const ranks = { active: 0, near: 1, far: 1, completed: 2, cancelled: 2 };

function compareWithin(rank: number, a: OrderedEvent, b: OrderedEvent): number {
  const byStart = a.activePeriod.dtstart.getTime() - b.activePeriod.dtstart.getTime();
  return rank === ranks.active ? urgency(a) - urgency(b) || byStart : byStart;
}

function urgency({ eventDescriptor: { priority = 0 } }: OrderedEvent): number {
  return priority === 0 ? Number.MAX_SAFE_INTEGER : priority;
}
