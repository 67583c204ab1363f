import type {
  Message,
  OadrEvent,
  OadrReport,
  Opt,
  ProfileName,
  ReportRequest,
  TransportName,
} from "@openleadr/protocol";

/** A VEN that is registered. */
export interface Registration {
  readonly venId: string;
  readonly registrationId: string;
  /** Absent where the VEN gave none. */
  readonly venName?: string;
  readonly profileName: ProfileName;
  readonly transportName: TransportName;
  readonly transportAddress?: string;
  readonly reportOnly: boolean;
  readonly xmlSignature: boolean;
  readonly httpPullModel: boolean;
  readonly registeredAt: Date;
}

/** An event as the VTN keeps it. What depends on time or on the VEN is worked out when it is sent. */
export interface EventRecord {
  /** With the targets as given, and an `eventStatus` that means nothing: see `cancelled` and the clock. */
  readonly event: OadrEvent;
  readonly cancelled: boolean;
  /** The venIDs it is for, or every VEN's. */
  readonly audience: readonly string[] | "everyone";
}

/** What is known of an event at one VEN. */
export interface Delivery {
  /** The newest version that was sent to it. */
  readonly sent: number;
  readonly answer?: EventAnswer;
}

/** A VEN's answer to an event. */
export interface EventAnswer {
  readonly eventId: string;
  readonly venId: string;
  readonly modificationNumber: number;
  readonly optType: Opt;
  readonly responseCode: number;
  readonly responseDescription?: string;
  readonly answeredAt: Date;
}

/** What waits for a VEN that polls: a message, or word that its events have changed, however often they have. */
export type MailboxEntry = { readonly kind: "message"; readonly message: Message } | { readonly kind: "events" };

/**
 * The state of a VTN: a few operations, each of which happens whole or not at all. What one has resolved is kept, so
 * that nothing is acknowledged that is not stored.
 */
export interface Store {
  registration(venId: string): Promise<Registration | undefined>;
  registrationByName(venName: string): Promise<Registration | undefined>;
  registrations(): Promise<readonly Registration[]>;
  /**
   * Registers a VEN, or registers it anew: its reports, requests and mailbox are erased (rule 406), and its mailbox
   * begins with `mailbox`.
   */
  register(registration: Registration, mailbox: readonly MailboxEntry[]): Promise<void>;
  /** Replaces what a registered VEN said of itself. */
  updateRegistration(registration: Registration): Promise<void>;
  /** Erases a VEN: registration, reports, requests, mailbox and deliveries (rule 407). */
  unregister(venId: string): Promise<void>;

  event(eventId: string): Promise<EventRecord | undefined>;
  events(): Promise<readonly EventRecord[]>;
  /** The events for one VEN, in the order in which they were created. */
  eventsFor(venId: string): Promise<readonly EventRecord[]>;
  /** Keeps an event, new or changed, and puts word of it into the mailboxes of its VENs. */
  putEvent(record: EventRecord): Promise<void>;
  delivery(eventId: string, venId: string): Promise<Delivery | undefined>;
  deliveries(eventId: string): Promise<readonly Delivery[]>;
  /** Keeps which versions of which events were sent to a VEN. */
  putSent(venId: string, versions: ReadonlyMap<string, number>): Promise<void>;
  putAnswers(answers: readonly EventAnswer[]): Promise<void>;

  /** Replaces what a VEN can report, and erases all requests for its reports (rule 306). */
  putReports(venId: string, reports: readonly OadrReport[], requests: readonly ReportRequest[]): Promise<void>;
  reportRequest(venId: string, reportRequestId: string): Promise<ReportRequest | undefined>;

  /** Puts a message at the end of a VEN's mailbox. */
  enqueue(venId: string, entry: MailboxEntry): Promise<void>;
  /** Takes the first entry out of a VEN's mailbox. */
  takeNext(venId: string): Promise<MailboxEntry | undefined>;
}
