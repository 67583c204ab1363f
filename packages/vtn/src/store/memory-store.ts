import type { Duration } from "@openleadr/protocol";
import type { EventOpt, OptRecord, OptSchedule } from "../opt/opt-record.ts";
import { isFor, type Addressed } from "../targeting/audience.ts";
import type { VenEnrolment } from "../targeting/enrolment.ts";
import { AudienceIndex } from "./audience-index.ts";
import type { OfferedReport } from "../report/offered-report.ts";
import type { Reading } from "../report/reading.ts";
import type { RequestedReport } from "../report/requested-report.ts";
import { ReadingsInMemory } from "./readings-in-memory.ts";
import type { ReadingsQuery } from "./report-store.ts";
import type { Store } from "./store.ts";
import type { Delivery, EventAnswer, EventRecord, VenEvent } from "./event-store.ts";
import type { EventWord, MailboxEntry } from "./mailbox-store.ts";
import type { DueOwnReports, OwnReportRequest } from "./own-report-store.ts";
import { MemoryAdmissions } from "./memory-admissions.ts";
import { RegistrationIndex } from "./registration-index.ts";
import type { Registration, RegistrationKey } from "./registration-store.ts";

interface VenState {
  registration: Registration;
  readonly mailbox: MailboxEntry[];
  /** All that is about reports; undefined until there is something, as most VENs are idle. */
  reporting: Reporting | undefined;
  /** By eventID. */
  readonly deliveries: Map<string, Delivery>;
  /** By recordID. */
  readonly ownReportRequests: Map<string, OwnReportRequest>;
  optSchedules: readonly OptSchedule[];
  /** By eventID. */
  readonly eventOpts: Map<string, readonly EventOpt[]>;
}

interface Reporting {
  offers: readonly OfferedReport[];
  /** By reportRequestID. */
  requests: Map<string, RequestedReport>;
  readonly readings: ReadingsInMemory;
}

/** Options of a {@link MemoryStore}. */
export interface MemoryStoreOptions {
  /**
   * How many readings of one data point are kept, the latest ones; one takes some 200 bytes. At least 1. Readings of data
   * points that the VEN no longer offers are forgotten. The default, as many as a VEN must keep (rule 510), is for having a
   * look; a history wants more, or a store on disk.
   *
   * @default 100
   */
  readonly readingsPerDataPoint?: number | undefined;
}

/** A {@link Store} that keeps everything in memory, and forgets it with the process. */
export class MemoryStore extends MemoryAdmissions implements Store {
  readonly #readingsPerDataPoint: number;
  readonly #vens = new Map<string, VenState>();
  readonly #index = new RegistrationIndex();
  readonly #events = new Map<string, EventRecord>();
  readonly #audiences = new AudienceIndex();

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

  async register(registration: Registration, mailbox: readonly MailboxEntry[]): Promise<void> {
    this.#index.remove(this.#vens.get(registration.venId)?.registration);
    this.#index.add(registration);
    this.#vens.set(registration.venId, {
      registration,
      mailbox: [...mailbox],
      reporting: undefined,
      deliveries: new Map(),
      ownReportRequests: new Map(),
      optSchedules: [],
      eventOpts: new Map(),
    });
  }

  async updateRegistration(registration: Registration): Promise<void> {
    const ven = this.#require(registration.venId);
    const { pollFrequency } = ven.registration;
    const { pollFrequency: _, ...said } = registration;
    this.#index.remove(ven.registration);
    this.#index.add(registration);
    ven.registration = { ...said, ...(pollFrequency !== undefined && { pollFrequency }) };
  }

  async putPollFrequency(venId: string, pollFrequency: Duration | undefined): Promise<void> {
    const ven = this.#require(venId);
    const { pollFrequency: _, ...said } = ven.registration;
    ven.registration = { ...said, ...(pollFrequency !== undefined && { pollFrequency }) };
  }

  async unregister(venId: string): Promise<void> {
    this.#index.remove(this.#vens.get(venId)?.registration);
    this.#vens.delete(venId);
  }

  async enrolment(venId: string): Promise<VenEnrolment | undefined> {
    return this.#audiences.enrolment(venId);
  }

  async enrolments(): Promise<readonly VenEnrolment[]> {
    return this.#audiences.enrolments();
  }

  async putEnrolment(enrolment: VenEnrolment, now: Date): Promise<void> {
    this.#enrol(enrolment.venId, enrolment, now);
  }

  async removeEnrolment(venId: string, now: Date): Promise<void> {
    this.#enrol(venId, undefined, now);
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
    const isIts = delivery !== undefined || isFor(venId, record, this.#audiences.enrolment(venId));
    return isIts ? { ...record, delivery } : undefined;
  }

  async venIdsOf(eventId: string): Promise<readonly string[]> {
    const record = this.#events.get(eventId);
    const venIds = record === undefined ? [] : this.#audiences.venIdsOf(record, this.#vens.keys());
    return [...venIds].filter((venId) => this.#vens.has(venId));
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

  async putSent(venId: string, versions: ReadonlyMap<string, number>): Promise<void> {
    const { deliveries, mailbox } = this.#require(venId);
    for (const [eventId, sent] of versions) {
      if (this.#audiences.excludes(venId, eventId)) putEntry(mailbox, { kind: "events", withdrawn: true });
      else deliveries.set(eventId, { ...deliveries.get(eventId), sent });
    }
  }

  async putAnswers(venId: string, answers: readonly EventAnswer[]): Promise<void> {
    const { deliveries } = this.#require(venId);
    for (const answer of answers) {
      const sent = deliveries.get(answer.eventId)?.sent ?? answer.modificationNumber;
      deliveries.set(answer.eventId, { sent, answer });
    }
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
    forgotten: readonly string[] = [],
  ): Promise<boolean> {
    const { requests } = this.#reporting(venId);
    const isNext = ({ reportRequestId, revision }: RequestedReport): boolean =>
      revision === (requests.get(reportRequestId)?.revision ?? -1) + 1;
    if (!changed.every(isNext)) return false;
    for (const request of changed) requests.set(request.reportRequestId, request);
    for (const reportRequestId of forgotten) requests.delete(reportRequestId);
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

  async enqueue(venId: string, entry: MailboxEntry): Promise<void> {
    putEntry(this.#require(venId).mailbox, entry);
  }

  async takeNext(venId: string, now: Date): Promise<MailboxEntry | undefined> {
    const mailbox = this.#vens.get(venId)?.mailbox ?? [];
    const index = mailbox.findIndex((entry) => dueAt(entry) <= now.getTime());
    return index === -1 ? undefined : mailbox.splice(index, 1)[0];
  }

  #enrol(venId: string, enrolment: VenEnrolment | undefined, now: Date): void {
    const eventIds = (): ReadonlySet<string> =>
      new Set(this.#audiences.eventsFor(venId, now).map(({ event }) => event.eventDescriptor.eventId));
    const before = eventIds();
    this.#audiences.setEnrolment(venId, enrolment);
    const after = eventIds();
    if ([...after].some((eventId) => !before.has(eventId))) this.#leaveWord(venId);
    for (const eventId of before) if (!after.has(eventId)) this.#withdraw(eventId, venId);
  }

  #leaveWord(venId: string): void {
    const mailbox = this.#vens.get(venId)?.mailbox;
    if (mailbox !== undefined) putEntry(mailbox, { kind: "events" });
  }

  /** Takes an event from a VEN that may have it. */
  #withdraw(eventId: string, venId: string): void {
    const ven = this.#vens.get(venId);
    if (ven === undefined) return;
    ven.eventOpts.delete(eventId);
    if (ven.deliveries.delete(eventId)) putEntry(ven.mailbox, { kind: "events", withdrawn: true });
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

function putEntry(mailbox: MailboxEntry[], entry: MailboxEntry): void {
  const index = mailbox.findIndex(({ kind }) => kind === "events");
  const waiting = mailbox[index];
  if (entry.kind === "events" && waiting?.kind === "events") mailbox[index] = joined(entry, waiting);
  else mailbox.push(entry);
}

/** What two words of events are together. */
function joined(word: EventWord, waiting: EventWord): EventWord {
  const first = dueAt(word) < dueAt(waiting) ? word : waiting;
  return word.withdrawn === true || waiting.withdrawn === true ? { ...first, withdrawn: true } : first;
}

function dueAt(entry: MailboxEntry): number {
  return entry.kind === "events" && entry.notBefore !== undefined ? entry.notBefore.getTime() : -Infinity;
}
