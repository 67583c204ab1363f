import type { OadrReport, ReportRequest } from "@openleadr/protocol";
import type { Delivery, EventAnswer, EventRecord, MailboxEntry, Registration, Store } from "./store.ts";

interface VenState {
  registration: Registration;
  mailbox: MailboxEntry[];
  reports: readonly OadrReport[];
  requests: ReadonlyMap<string, ReportRequest>;
  /** By eventID. */
  readonly deliveries: Map<string, Delivery>;
}

/** A {@link Store} that keeps everything in memory, and forgets it with the process. */
export class MemoryStore implements Store {
  readonly #vens = new Map<string, VenState>();
  readonly #events = new Map<string, EventRecord>();

  async registration(venId: string): Promise<Registration | undefined> {
    return this.#vens.get(venId)?.registration;
  }

  async registrationByName(venName: string): Promise<Registration | undefined> {
    return (await this.registrations()).find((registration) => registration.venName === venName);
  }

  async registrations(): Promise<readonly Registration[]> {
    return [...this.#vens.values()].map(({ registration }) => registration);
  }

  async register(registration: Registration, mailbox: readonly MailboxEntry[]): Promise<void> {
    const deliveries = this.#vens.get(registration.venId)?.deliveries ?? new Map<string, Delivery>();
    const fresh = { registration, mailbox: [...mailbox], reports: [], requests: new Map(), deliveries };
    this.#vens.set(registration.venId, fresh);
  }

  async updateRegistration(registration: Registration): Promise<void> {
    this.#require(registration.venId).registration = registration;
  }

  async unregister(venId: string): Promise<void> {
    this.#vens.delete(venId);
  }

  async event(eventId: string): Promise<EventRecord | undefined> {
    return this.#events.get(eventId);
  }

  async events(): Promise<readonly EventRecord[]> {
    return [...this.#events.values()];
  }

  async eventsFor(venId: string): Promise<readonly EventRecord[]> {
    return [...this.#events.values()].filter(({ audience }) => audience === "everyone" || audience.includes(venId));
  }

  async putEvent(record: EventRecord): Promise<void> {
    this.#events.set(record.event.eventDescriptor.eventId, record);
    const venIds = record.audience === "everyone" ? this.#vens.keys() : record.audience;
    for (const venId of venIds) {
      const mailbox = this.#vens.get(venId)?.mailbox;
      if (mailbox?.every(({ kind }) => kind !== "events") === true) mailbox.push({ kind: "events" });
    }
  }

  async delivery(eventId: string, venId: string): Promise<Delivery | undefined> {
    return this.#vens.get(venId)?.deliveries.get(eventId);
  }

  async deliveries(eventId: string): Promise<readonly Delivery[]> {
    return [...this.#vens.values()].flatMap(({ deliveries }) => deliveries.get(eventId) ?? []);
  }

  async putSent(venId: string, versions: ReadonlyMap<string, number>): Promise<void> {
    const { deliveries } = this.#require(venId);
    for (const [eventId, sent] of versions) deliveries.set(eventId, { ...deliveries.get(eventId), sent });
  }

  async putAnswers(answers: readonly EventAnswer[]): Promise<void> {
    for (const answer of answers) {
      const { deliveries } = this.#require(answer.venId);
      const sent = deliveries.get(answer.eventId)?.sent ?? answer.modificationNumber;
      deliveries.set(answer.eventId, { sent, answer });
    }
  }

  async putReports(venId: string, reports: readonly OadrReport[], requests: readonly ReportRequest[]): Promise<void> {
    const ven = this.#require(venId);
    ven.reports = reports;
    ven.requests = new Map(requests.map((request) => [request.reportRequestId, request]));
  }

  async reportRequest(venId: string, reportRequestId: string): Promise<ReportRequest | undefined> {
    return this.#vens.get(venId)?.requests.get(reportRequestId);
  }

  async enqueue(venId: string, entry: MailboxEntry): Promise<void> {
    this.#require(venId).mailbox.push(entry);
  }

  async takeNext(venId: string): Promise<MailboxEntry | undefined> {
    return this.#vens.get(venId)?.mailbox.shift();
  }

  #require(venId: string): VenState {
    const ven = this.#vens.get(venId);
    if (ven === undefined) throw new RangeError(`venId: expected a registered VEN, got ${JSON.stringify(venId)}`);
    return ven;
  }
}
