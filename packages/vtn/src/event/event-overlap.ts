import type { ActivePeriod } from "@openleadr/protocol";
import { isFor, shareVen } from "./audience.ts";
import type { Store } from "../store/store.ts";
import type { EventAnswer, EventRecord } from "../store/event-store.ts";

/** What to do about an event that overlaps another one of its market context at one VEN. */
export type Overlap = "allow" | "warn" | "refuse";

/** The IDs of the events that overlap an event, without those that did before it was changed. */
export async function findOverlaps(
  record: EventRecord,
  before: EventRecord | undefined,
  store: Store,
): Promise<readonly string[]> {
  const eventIds: string[] = [];
  for (const other of await store.events()) {
    const { eventId } = other.event.eventDescriptor;
    if (!overlap(record, other)) continue;
    const answers = other.cancelled ? await store.answers(eventId) : undefined;
    const isNew = before === undefined || !overlap(before, other, answers);
    if (isNew && overlap(record, other, answers)) eventIds.push(eventId);
  }
  return eventIds;
}

/**
 * Whether two events of one market context are in force at one VEN at the same time. An end is exclusive and a start
 * inclusive: adjacent events do not overlap. With the answers to it, a cancelled event lasts until all VENs that had
 * answered it acknowledge that; a VEN that never answered counts as one that never began it.
 *
 * @see OpenADR 2.0b, rule 18
 */
export function overlap(one: EventRecord, other: EventRecord, answers?: readonly EventAnswer[]): boolean {
  const [descriptor, otherDescriptor] = [one.event.eventDescriptor, other.event.eventDescriptor];
  if (descriptor.eventId === otherDescriptor.eventId) return false;
  if (descriptor.marketContext !== otherDescriptor.marketContext) return false;
  if (!shareVen(one.audience, other.audience)) return false;
  const common = answers?.filter(({ venId }) => isFor(venId, one.audience));
  const [span, otherSpan] = [plannedSpan(one.event.activePeriod), effectiveSpan(other, common)];
  return Math.max(span.start, otherSpan.start) < Math.min(span.end, otherSpan.end);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function effectiveSpan(record: EventRecord, answers: readonly EventAnswer[] | undefined): Span {
  const { activePeriod } = record.event;
  const { start, end } = plannedSpan(activePeriod);
  if (!record.cancelled || answers === undefined) return { start, end };
  const { startAfter = 0 } = activePeriod;
  return { start, end: Math.min(end, acknowledgedAt(record, answers) + startAfter) };
}

function plannedSpan(activePeriod: ActivePeriod): Span {
  const { dtstart, duration, startAfter = 0 } = activePeriod;
  const start = dtstart.getTime();
  return { start, end: duration === 0 ? Infinity : start + duration + startAfter };
}

/** When the last VEN acknowledged a cancellation: never, as long as one has answered only what was before. */
function acknowledgedAt({ event }: EventRecord, answers: readonly EventAnswer[]): number {
  const { modificationNumber, modificationDateTime } = event.eventDescriptor;
  return answers.reduce((latest, answer) => {
    const isAcknowledged = answer.modificationNumber === modificationNumber;
    return Math.max(latest, isAcknowledged ? answer.answeredAt.getTime() : Infinity);
  }, modificationDateTime?.getTime() ?? 0);
}
