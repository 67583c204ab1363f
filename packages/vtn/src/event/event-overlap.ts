import { isSameUri, type ActivePeriod } from "@openleadr/protocol";
import { isFor } from "../targeting/audience.ts";
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
    const isNew = before === undefined || !(await overlapAtVen(before, other, store));
    if (isNew && (await overlapAtVen(record, other, store))) eventIds.push(other.event.eventDescriptor.eventId);
  }
  return eventIds;
}

async function overlapAtVen(record: EventRecord, other: EventRecord, store: Store): Promise<boolean> {
  // What costs least comes first.
  if (!overlap(record, other) || !(await store.shareVen(record, other))) return false;
  return !other.cancelled || overlap(record, other, await commonAnswers(record, other, store));
}

/** The answers to one event of those VENs that another one is for as well. */
async function commonAnswers(record: EventRecord, other: EventRecord, store: Store): Promise<readonly EventAnswer[]> {
  const common: EventAnswer[] = [];
  for (const answer of await store.answers(other.event.eventDescriptor.eventId)) {
    if (isFor(answer.venId, record, await store.enrolment(answer.venId))) common.push(answer);
  }
  return common;
}

/**
 * Whether two events of one market context are in force at the same time. An end is exclusive and a start inclusive:
 * adjacent events do not overlap. With answers to it, a cancelled event lasts until all VENs that had answered it
 * acknowledge that; a VEN that never answered counts as one that never began it.
 *
 * @see OpenADR 2.0b, rule 18
 */
export function overlap(one: EventRecord, other: EventRecord, answers?: readonly EventAnswer[]): boolean {
  const [descriptor, otherDescriptor] = [one.event.eventDescriptor, other.event.eventDescriptor];
  if (descriptor.eventId === otherDescriptor.eventId) return false;
  if (!isSameUri(descriptor.marketContext, otherDescriptor.marketContext)) return false;
  const [span, otherSpan] = [plannedSpan(one.event.activePeriod), effectiveSpan(other, answers)];
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
