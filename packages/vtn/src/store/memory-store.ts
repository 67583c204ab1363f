import type { Duration } from "@openleadr/protocol";
import type { EventOpt, OptRecord, OptSchedule } from "../opt/opt-record.ts";
import type { Addressed } from "../targeting/audience.ts";
import type { VenEnrolment } from "../targeting/enrolment.ts";
import { AudienceIndex } from "./audience-index.ts";
import type { OfferedReport } from "../report/offered-report.ts";
import type { Reading } from "../report/reading.ts";
import type { RequestedReport } from "../report/requested-report.ts";
import { ReadingsInMemory } from "./readings-in-memory.ts";
import type { BesideReportRequests, ReadingsQuery } from "./report-store.ts";
import type { Store } from "./store.ts";
import type { DeliveryOutcome, EventAnswer, EventRecord, EventVen, Sending, VenEvent } from "./event-store.ts";
import type { Letter, MailboxEntry } from "./mailbox-store.ts";
import { answeredDelivery, deliveryWith, sentDelivery, unsentDelivery } from "./memory-delivery.ts";
import type { MemoryStoreOptions } from "./memory-store-options.ts";
import { newVenState, type Reporting, type VenState } from "./ven-state.ts";
import type { DueOwnReports, OwnReportRequest } from "./own-report-store.ts";
import { MemoryAdmissions } from "./memory-admissions.ts";
import { RegistrationIndex } from "./registration-index.ts";
import type { Registration, RegistrationKey } from "./registration-store.ts";

/** A {@link Store} that keeps everything in memory, and forgets it with the process. */
export class MemoryStore extends MemoryAdmissions implements Store {
  readonly #readingsPerDataPoint: number;
  readonly #vens = new Map<string, VenState>();
  readonly #index = new RegistrationIndex();
  readonly #events = new Map<string, EventRecord>();
  readonly #audiences = new AudienceIndex();
  readonly #watchers = new Set<(venId: string) => void>();
  #letters = 0;

  /** Throws `RangeError` for options out of range. */
  constructor({ readingsPerDataPoint = 100 }: MemoryStoreOptions = {}) {
    super();
    if (!Number.isInteger(readingsPerDataPoint) || readingsPerDataPoint < 1)
      throw new RangeError(`readingsPerDataPoint: expected a whole number above 0, got ${readingsPerDataPoint}`);
    this.#readingsPerDataPoint = readingsPerDataPoint;
  }

  async registration(venId: string): Promise<Registration | undefined> {
    return this.#vens.get(venId)?.registration;
  }

  async registrationBy(key: RegistrationKey, value: string): Promise<Registration | undefined> {
    const venId = this.#index.find(key, value);
    return venId === undefined ? undefined : this.#vens.get(venId)?.registration;
  }

  async registrations(): Promise<readonly Registration[]> {
    return [...this.#vens.values()].map(({ registration }) => registration);
  }

  async countRegistrations(): Promise<number> {
    return this.#vens.size;
  }

  async register(registration: Registration, mailbox: readonly MailboxEntry[]): Promise<void> {
    const { venId } = registration;
    this.#index.remove(this.#vens.get(venId)?.registration);
    this.#index.add(registration);
    this.#audiences.setReportOnly(venId, registration.reportOnly);
    this.#vens.set(
      venId,
      newVenState(registration, () => String((this.#letters += 1))),
    );
    for (const entry of mailbox) this.#put(venId, entry);
  }

  async updateRegistration(registration: Registration): Promise<void> {
    const { venId, reportOnly, registeredAt } = registration;
    const ven = this.#require(venId);
    const { pollFrequency, reportOnly: wasReportOnly } = ven.registration;
    const { pollFrequency: _, ...said } = registration;
    this.#index.remove(ven.registration);
    this.#index.add(registration);
    ven.registration = { ...said, ...(pollFrequency !== undefined && { pollFrequency }) };
    if (reportOnly !== wasReportOnly)
      this.#changeEventsOf(venId, registeredAt, () => this.#audiences.setReportOnly(venId, reportOnly));
    if (ven.mailbox.isWaiting) this.#announce(venId);
  }

  async putPollFrequency(venId: string, pollFrequency: Duration | undefined): Promise<void> {
    const ven = this.#require(venId);
    const { pollFrequency: _, ...said } = ven.registration;
    ven.registration = { ...said, ...(pollFrequency !== undefined && { pollFrequency }) };
  }

  async unregister(venId: string): Promise<void> {
    this.#index.remove(this.#vens.get(venId)?.registration);
    this.#audiences.setReportOnly(venId, false);
    this.#vens.delete(venId);
  }

  async enrolment(venId: string): Promise<VenEnrolment | undefined> {
    return this.#audiences.enrolment(venId);
  }

  async enrolments(): Promise<readonly VenEnrolment[]> {
    return this.#audiences.enrolments();
  }

  async putEnrolment(enrolment: VenEnrolment, now: Date): Promise<void> {
    const { venId } = enrolment;
    this.#changeEventsOf(venId, now, () => this.#audiences.setEnrolment(venId, enrolment));
  }

  async removeEnrolment(venId: string, now: Date): Promise<void> {
    this.#changeEventsOf(venId, now, () => this.#audiences.setEnrolment(venId, undefined));
  }

  async event(eventId: string): Promise<EventRecord | undefined> {
    return this.#events.get(eventId);
  }

  async events(): Promise<readonly EventRecord[]> {
    return [...this.#events.values()];
  }

  async eventsFor(venId: string, now: Date): Promise<readonly VenEvent[]> {
    const deliveries = this.#vens.get(venId)?.deliveries;
    return this.#audiences
      .eventsFor(venId, now)
      .map((record) => ({ ...record, delivery: deliveries?.get(record.event.eventDescriptor.eventId) }));
  }

  async venEvent(eventId: string, venId: string): Promise<VenEvent | undefined> {
    const record = this.#events.get(eventId);
    const delivery = this.#vens.get(venId)?.deliveries.get(eventId);
    if (record === undefined) return undefined;
    return delivery !== undefined || this.#audiences.includes(venId, record) ? { ...record, delivery } : undefined;
  }

  async venIdsOf(eventId: string): Promise<readonly string[]> {
    const record = this.#events.get(eventId);
    const venIds = record === undefined ? [] : this.#audiences.venIdsOf(record, this.#vens.keys());
    return [...venIds].filter((venId) => this.#vens.has(venId));
  }

  async withheldFrom(eventId: string): Promise<readonly string[]> {
    const record = this.#events.get(eventId);
    return record === undefined ? [] : [...this.#audiences.withheldFrom(record)];
  }

  async shareVen(one: Addressed, other: Addressed): Promise<boolean> {
    return this.#audiences.shareVen(one, other);
  }

  async putEvent(record: EventRecord, replaced?: number): Promise<boolean> {
    const { eventId } = record.event.eventDescriptor;
    const before = this.#events.get(eventId);
    if (before?.event.eventDescriptor.modificationNumber !== replaced) return false;
    const previous: ReadonlySet<string> =
      before === undefined ? new Set() : this.#audiences.venIdsOf(before, this.#vens.keys());
    this.#events.set(eventId, record);
    this.#audiences.putEvent(record);
    const venIds = this.#audiences.venIdsOf(record, this.#vens.keys());
    const isSameVersion = record.event.eventDescriptor.modificationNumber === replaced;
    for (const venId of venIds) if (!isSameVersion || !previous.has(venId)) this.#leaveWord(venId);
    for (const venId of previous) if (!venIds.has(venId)) this.#withdraw(eventId, venId);
    return true;
  }

  async answers(eventId: string): Promise<readonly EventAnswer[]> {
    return [...this.#vens.values()].flatMap(({ deliveries }) => deliveries.get(eventId)?.answer ?? []);
  }

  async deliveries(eventId: string): Promise<readonly EventVen[]> {
    const record = this.#events.get(eventId);
    const venIds = record === undefined ? [] : this.#audiences.venIdsOf(record, this.#vens.keys());
    return [...venIds].flatMap((venId) => {
      const ven = this.#vens.get(venId);
      return ven === undefined ? [] : [{ venId, delivery: ven.deliveries.get(eventId) }];
    });
  }

  async putSent(venId: string, versions: ReadonlyMap<string, number>, sending: Sending): Promise<void> {
    const { deliveries } = this.#require(venId);
    for (const [eventId, sent] of versions) {
      if (this.#audiences.excludes(venId, eventId)) this.#put(venId, { kind: "events", withdrawn: true });
      else deliveries.set(eventId, sentDelivery(deliveries.get(eventId), sent, sending));
    }
  }

  async putOutcome(venId: string, versions: ReadonlyMap<string, number>, outcome: DeliveryOutcome): Promise<void> {
    const { deliveries } = this.#vens.get(venId) ?? {};
    for (const [eventId, version] of versions) {
      const delivery = deliveries?.get(eventId);
      if (delivery?.sent === version && delivery.answer?.modificationNumber !== version)
        deliveries?.set(eventId, deliveryWith(outcome, delivery));
    }
  }

  async resendEvent(venId: string, eventId: string): Promise<boolean> {
    const ven = this.#vens.get(venId);
    const record = this.#events.get(eventId);
    if (ven === undefined || record === undefined || !this.#audiences.includes(venId, record)) return false;
    const delivery = ven.deliveries.get(eventId);
    if (delivery !== undefined) ven.deliveries.set(eventId, unsentDelivery(delivery));
    this.#put(venId, { kind: "events", again: true });
    return true;
  }

  async putAnswers(venId: string, answers: readonly EventAnswer[]): Promise<void> {
    const { deliveries } = this.#require(venId);
    for (const answer of answers)
      deliveries.set(answer.eventId, answeredDelivery(deliveries.get(answer.eventId), answer));
  }

  async putReports(
    venId: string,
    offers: readonly OfferedReport[],
    requests: readonly RequestedReport[],
  ): Promise<void> {
    const reporting = this.#reporting(venId);
    reporting.offers = offers;
    reporting.requests = new Map(requests.map((request) => [request.reportRequestId, request]));
    reporting.readings.keepOffered(offers);
  }

  async offeredReports(venId: string): Promise<readonly OfferedReport[]> {
    return this.#vens.get(venId)?.reporting?.offers ?? [];
  }

  async reportRequests(venId: string): Promise<readonly RequestedReport[]> {
    return [...(this.#vens.get(venId)?.reporting?.requests.values() ?? [])];
  }

  async reportRequest(venId: string, reportRequestId: string): Promise<RequestedReport | undefined> {
    return this.#vens.get(venId)?.reporting?.requests.get(reportRequestId);
  }

  async putReportRequests(
    venId: string,
    changed: readonly RequestedReport[],
    { forgotten = [], message }: BesideReportRequests = {},
  ): Promise<boolean> {
    const { requests } = this.#reporting(venId);
    const isNext = ({ reportRequestId, revision }: RequestedReport): boolean =>
      revision === (requests.get(reportRequestId)?.revision ?? -1) + 1;
    if (!changed.every(isNext)) return false;
    for (const request of changed) requests.set(request.reportRequestId, request);
    for (const reportRequestId of forgotten) requests.delete(reportRequestId);
    if (message !== undefined) this.#put(venId, { kind: "message", message });
    return true;
  }

  async putReadings(venId: string, readings: readonly Reading[]): Promise<void> {
    this.#reporting(venId).readings.put(readings);
  }

  async readings({ venId, ...query }: ReadingsQuery): Promise<readonly Reading[]> {
    return this.#vens.get(venId)?.reporting?.readings.find(query) ?? [];
  }

  async ownReportRequests(venId?: string): Promise<readonly OwnReportRequest[]> {
    return this.#vensOf(venId).flatMap(({ ownReportRequests }) => [...ownReportRequests.values()]);
  }

  async dueOwnReportRequests(now: Date): Promise<DueOwnReports> {
    const due: OwnReportRequest[] = [];
    let nextAt: Date | undefined;
    for (const { ownReportRequests } of this.#vens.values()) {
      for (const request of ownReportRequests.values()) {
        if (request.dueAt <= now) due.push(request);
        else if (nextAt === undefined || request.dueAt < nextAt) nextAt = request.dueAt;
      }
    }
    return { due: due.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime()), nextAt };
  }

  async addOwnReportRequest(request: OwnReportRequest): Promise<void> {
    this.#require(request.venId).ownReportRequests.set(request.recordId, request);
  }

  async replaceOwnReportRequest(request: OwnReportRequest): Promise<boolean> {
    const { venId, recordId, version } = request;
    const requests = this.#vens.get(venId)?.ownReportRequests;
    if (requests?.get(recordId)?.version !== version - 1) return false;
    requests.set(recordId, request);
    return true;
  }

  async eraseOwnReportRequests(venId: string, recordIds: readonly string[]): Promise<void> {
    for (const recordId of recordIds) this.#vens.get(venId)?.ownReportRequests.delete(recordId);
  }

  async optSchedules(venId?: string): Promise<readonly OptSchedule[]> {
    return this.#vensOf(venId).flatMap(({ optSchedules }) => optSchedules);
  }

  async eventOpts(eventId: string, venId?: string): Promise<readonly EventOpt[]> {
    return this.#vensOf(venId).flatMap(({ eventOpts }) => eventOpts.get(eventId) ?? []);
  }

  async putOpt(opt: OptRecord, forgotten: readonly string[]): Promise<void> {
    const { optSchedules, eventOpts } = this.#require(opt.venId);
    const isKept = ({ recordId }: OptRecord): boolean => !forgotten.includes(recordId);
    if (opt.kind === "schedule") this.#require(opt.venId).optSchedules = [...optSchedules.filter(isKept), opt];
    else eventOpts.set(opt.eventId, [...(eventOpts.get(opt.eventId) ?? []).filter(isKept), opt]);
  }

  async cancelOptSchedules(venId: string, optId: string, cancelledAt: Date): Promise<void> {
    const ven = this.#require(venId);
    ven.optSchedules = ven.optSchedules.map((schedule) =>
      schedule.optId === optId ? { cancelledAt, ...schedule } : schedule,
    );
  }

  async enqueue(venId: string, entry: MailboxEntry): Promise<string> {
    this.#require(venId);
    return this.#put(venId, entry);
  }

  async nextDue(venId: string, now: Date): Promise<Letter | undefined> {
    return this.#vens.get(venId)?.mailbox.nextDue(now);
  }

  async letters(venId: string): Promise<readonly Letter[]> {
    return this.#vens.get(venId)?.mailbox.letters ?? [];
  }

  async deadLetters(venId?: string): Promise<readonly Letter[]> {
    return this.#vensOf(venId).flatMap(({ mailbox }) => mailbox.letters.filter(({ state }) => state === "failed"));
  }

  async putLetter(letter: Letter): Promise<Letter | undefined> {
    const kept = this.#vens.get(letter.venId)?.mailbox.replace(letter);
    if (kept !== undefined && kept.state !== "failed" && kept.dueAt === undefined) this.#announce(kept.venId);
    return kept;
  }

  async removeLetter(letter: Letter): Promise<boolean> {
    return this.#vens.get(letter.venId)?.mailbox.remove(letter) ?? false;
  }

  async venIdsToPush(): Promise<readonly string[]> {
    return [...this.#vens]
      .filter(([, { registration, mailbox }]) => !registration.httpPullModel && mailbox.isWaiting)
      .map(([venId]) => venId);
  }

  watchMailboxes(listener: (venId: string) => void): () => void {
    // Of its own, so that the same function may watch twice.
    const watcher = (venId: string): void => listener(venId);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #put(venId: string, entry: MailboxEntry): string {
    const letterId = this.#require(venId).mailbox.put(entry);
    this.#announce(venId);
    return letterId;
  }

  #announce(venId: string): void {
    if (this.#watchers.size === 0 || this.#vens.get(venId)?.registration.httpPullModel !== false) return;
    for (const watcher of this.#watchers) watcher(venId);
  }

  /** Changes what decides which events are for a VEN, and leaves word of those that are by now, and are no longer. */
  #changeEventsOf(venId: string, now: Date, change: () => void): void {
    const eventIds = (): ReadonlySet<string> =>
      new Set(this.#audiences.eventsFor(venId, now).map(({ event }) => event.eventDescriptor.eventId));
    const before = eventIds();
    change();
    const after = eventIds();
    if ([...after].some((eventId) => !before.has(eventId))) this.#leaveWord(venId);
    for (const eventId of before) if (!after.has(eventId)) this.#withdraw(eventId, venId);
  }

  #leaveWord(venId: string): void {
    if (this.#vens.has(venId)) this.#put(venId, { kind: "events" });
  }

  /** Takes an event from a VEN that may have it. */
  #withdraw(eventId: string, venId: string): void {
    const ven = this.#vens.get(venId);
    if (ven === undefined) return;
    ven.eventOpts.delete(eventId);
    if (ven.deliveries.delete(eventId)) this.#put(venId, { kind: "events", withdrawn: true });
  }

  #vensOf(venId: string | undefined): readonly VenState[] {
    if (venId === undefined) return [...this.#vens.values()];
    const ven = this.#vens.get(venId);
    return ven === undefined ? [] : [ven];
  }

  #reporting(venId: string): Reporting {
    const readings = new ReadingsInMemory(this.#readingsPerDataPoint);
    return (this.#require(venId).reporting ??= { offers: [], requests: new Map(), readings });
  }

  #require(venId: string): VenState {
    const ven = this.#vens.get(venId);
    if (ven === undefined) throw new RangeError(`venId: expected a registered VEN, got ${JSON.stringify(venId)}`);
    return ven;
  }
}
