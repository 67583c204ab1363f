import { isOver } from "../event/event-state.ts";
import { isFor, type Addressed } from "../targeting/audience.ts";
import { isEnrolledIn, targetKey, type VenEnrolment } from "../targeting/enrolment.ts";
import type { EventRecord } from "./event-store.ts";

/** Which events are for which VENs, found from either side without a look at all of them. Events that are over drop out. */
export class AudienceIndex {
  readonly #enrolments = new Map<string, VenEnrolment>();
  /** The venIDs of the registered VENs that only report: no event is for them. */
  readonly #reportOnly = new Set<string>();
  /** The venIDs of those who are enrolled with a target, by its key. */
  readonly #members = new Map<string, Set<string>>();
  /** The events that have a target in their audience, by its key, and by eventID. */
  readonly #addressed = new Map<string, Map<string, Entry>>();
  readonly #entries = new Map<string, Entry>();
  #created = 0;

  enrolment(venId: string): VenEnrolment | undefined {
    return this.#enrolments.get(venId);
  }

  enrolments(): readonly VenEnrolment[] {
    return [...this.#enrolments.values()];
  }

  setEnrolment(venId: string, enrolment: VenEnrolment | undefined): void {
    for (const target of this.#enrolments.get(venId)?.targets ?? []) remove(this.#members, targetKey(target), venId);
    if (enrolment === undefined) this.#enrolments.delete(venId);
    else this.#enrolments.set(venId, enrolment);
    for (const target of enrolment?.targets ?? []) {
      const key = targetKey(target);
      this.#members.set(key, (this.#members.get(key) ?? new Set()).add(venId));
    }
  }

  setReportOnly(venId: string, isReportOnly: boolean): void {
    if (isReportOnly) this.#reportOnly.add(venId);
    else this.#reportOnly.delete(venId);
  }

  putEvent(record: EventRecord): void {
    const { eventId } = record.event.eventDescriptor;
    const before = this.#entries.get(eventId);
    if (before !== undefined) this.#drop(eventId, before);
    const entry = { record, place: before?.place ?? (this.#created += 1) };
    this.#entries.set(eventId, entry);
    for (const key of keysOf(record)) {
      this.#addressed.set(key, (this.#addressed.get(key) ?? new Map<string, Entry>()).set(eventId, entry));
    }
  }

  /** The events for a VEN that are not over, in the order in which they were created. */
  eventsFor(venId: string, now: Date): readonly EventRecord[] {
    const found = new Map<string, Entry>();
    for (const [eventId, entry] of this.#entriesFor(venId)) {
      if (isOver(now, entry.record.event)) this.#drop(eventId, entry);
      else found.set(eventId, entry);
    }
    return [...found.values()].sort((a, b) => a.place - b.place).map(({ record }) => record);
  }

  /** Whether an event is for a VEN, over or not. */
  includes(venId: string, addressed: Addressed): boolean {
    return !this.#reportOnly.has(venId) && isFor(venId, addressed, this.#enrolments.get(venId));
  }

  /** Whether an event is for others than a VEN; never so of one that has been found to be over. */
  excludes(venId: string, eventId: string): boolean {
    if (!this.#entries.has(eventId)) return false;
    for (const [found] of this.#entriesFor(venId, eventId)) if (found === eventId) return false;
    return true;
  }

  /** The venIDs of those an event is for: among those that are registered, if it is for everyone. */
  venIdsOf(addressed: Addressed, registered: Iterable<string>): ReadonlySet<string> {
    const venIds = this.#meantBy(addressed, registered);
    for (const venId of venIds) if (this.#reportOnly.has(venId)) venIds.delete(venId);
    return venIds;
  }

  /** The venIDs of those that an event names and that only report. */
  withheldFrom({ audience }: Addressed): ReadonlySet<string> {
    const venIds = new Set<string>();
    if (audience === "everyone" || this.#reportOnly.size === 0) return venIds;
    for (const target of audience)
      if ("venId" in target && this.#reportOnly.has(target.venId)) venIds.add(target.venId);
    return venIds;
  }

  /** Those of {@link venIdsOf}, with those that only report. */
  #meantBy({ event, audience }: Addressed, registered: Iterable<string>): Set<string> {
    const { marketContext } = event.eventDescriptor;
    if (audience === "everyone") return new Set(this.#enrolledIn(marketContext, registered));
    const venIds = new Set<string>();
    for (const target of audience) {
      const members = this.#members.get(targetKey(target)) ?? [];
      const meant = "venId" in target ? [target.venId] : this.#enrolledIn(marketContext, members);
      for (const venId of meant) venIds.add(venId);
    }
    return venIds;
  }

  *#enrolledIn(marketContext: string, venIds: Iterable<string>): Iterable<string> {
    for (const venId of venIds) if (isEnrolledIn(marketContext, this.#enrolments.get(venId))) yield venId;
  }

  /** Whether some VEN is, or may come to be, in both of two audiences. */
  shareVen(one: Addressed, other: Addressed): boolean {
    if (one.audience === "everyone" && other.audience === "everyone") return true;
    const [narrow, wide] = one.audience === "everyone" ? [other, one] : [one, other];
    const venIds = this.#meantBy(narrow, []);
    const common = this.#meantBy(wide, venIds);
    for (const venId of venIds) if (common.has(venId)) return true;
    return false;
  }

  /** Those of all events, or of one alone, that are for a VEN; some of them twice. */
  *#entriesFor(venId: string, only?: string): Iterable<readonly [string, Entry]> {
    if (this.#reportOnly.has(venId)) return;
    yield* pick(this.#addressed.get(targetKey({ venId })), only);
    const enrolment = this.#enrolments.get(venId);
    for (const key of [everyone, ...(enrolment?.targets ?? []).map(targetKey)]) {
      for (const found of pick(this.#addressed.get(key), only)) {
        if (isEnrolledIn(found[1].record.event.eventDescriptor.marketContext, enrolment)) yield found;
      }
    }
  }

  #drop(eventId: string, { record }: Entry): void {
    this.#entries.delete(eventId);
    for (const key of keysOf(record)) remove(this.#addressed, key, eventId);
  }
}

interface Entry {
  readonly record: EventRecord;
  /** In the order in which events were created. */
  readonly place: number;
}

/** The key of events without targets; no target has it. */
const everyone = "everyone";

function keysOf({ audience }: EventRecord): readonly string[] {
  return audience === "everyone" ? [everyone] : audience.map(targetKey);
}

function pick(entries: ReadonlyMap<string, Entry> | undefined, only: string | undefined): Iterable<[string, Entry]> {
  if (entries === undefined) return [];
  if (only === undefined) return [...entries];
  const entry = entries.get(only);
  return entry === undefined ? [] : [[only, entry]];
}

function remove(sets: Map<string, Set<string> | Map<string, Entry>>, key: string, member: string): void {
  const members = sets.get(key);
  members?.delete(member);
  if (members?.size === 0) sets.delete(key);
}
