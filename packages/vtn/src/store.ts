import type {
  Message,
  OadrEvent,
  OadrReport,
  Opt,
  ProfileName,
  ReportRequest,
  TransportName,
} from "@openleadr/protocol";
import type { Audience } from "./audience.ts";
import type { EventOpt, OptRecord, OptSchedule } from "./opt-record.ts";

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
  readonly audience: Audience;
}

/** What is known of an event at one VEN. */
export interface Delivery {
  /** The modification number that was sent to it last. */
  readonly sent: number;
  readonly answer?: EventAnswer;
}

/** An event, and how far it has got at one of its VENs. */
export interface VenEvent extends EventRecord {
  /** Undefined until it was sent to the VEN. */
  readonly delivery: Delivery | undefined;
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

/** What waits for a VEN that polls: a message, or word of events. */
export type MailboxEntry = { readonly kind: "message"; readonly message: Message } | EventWord;

/** Word that a VEN has yet to hear of an event or to answer it. */
export interface EventWord {
  readonly kind: "events";
  /** When it may be taken; at once when left out. */
  readonly notBefore?: Date;
  /** An event that was sent to the VEN is no longer for it: it gets its events even if nothing else is new. */
  readonly withdrawn?: true;
}

/**
 * The state of a VTN: a few operations, each of which happens whole or not at all. What one has resolved is kept, so
 * that nothing is acknowledged that is not stored.
 *
 * What changes the state of one VEN rejects with `RangeError`, and changes nothing, if that VEN is not registered.
 */
export interface Store {
  registration(venId: string): Promise<Registration | undefined>;
  /** The first registration of that name. */
  registrationByName(venName: string): Promise<Registration | undefined>;
  registrations(): Promise<readonly Registration[]>;
  /**
   * Registers a VEN, or registers it anew: all that is known of it is erased (rule 406), and its mailbox is `mailbox`.
   */
  register(registration: Registration, mailbox: readonly MailboxEntry[]): Promise<void>;
  /** Replaces what a registered VEN said of itself. */
  updateRegistration(registration: Registration): Promise<void>;
  /** Erases all that is known of a VEN, if it is registered (rule 407). */
  unregister(venId: string): Promise<void>;

  event(eventId: string): Promise<EventRecord | undefined>;
  /** All events, in the order in which they were created. */
  events(): Promise<readonly EventRecord[]>;
  /** The events for one VEN, in the order in which they were created. */
  eventsFor(venId: string): Promise<readonly VenEvent[]>;
  /**
   * Keeps a new event, or one in place of the version that has the modification number `replaced`, and puts word of it
   * into the mailboxes of its VENs. A VEN that it was sent to and is no longer for finds word of that, and what is known
   * of the event at that VEN is erased. Resolves with false, and changes nothing, if there is one already, or another
   * version.
   */
  putEvent(record: EventRecord, replaced?: number): Promise<boolean>;
  /** The answers to an event, the last one of each VEN. */
  answers(eventId: string): Promise<readonly EventAnswer[]>;
  /**
   * Keeps which modification numbers of which events, by eventID, were sent to a VEN. Where an event is no longer for it,
   * nothing is kept, and word of that is put into its mailbox.
   */
  putSent(venId: string, versions: ReadonlyMap<string, number>): Promise<void>;
  /** Keeps a VEN's answers, each in place of the one before. */
  putAnswers(venId: string, answers: readonly EventAnswer[]): Promise<void>;

  /** Replaces what a VEN can report, and all requests for its reports (rule 306). */
  putReports(venId: string, reports: readonly OadrReport[], requests: readonly ReportRequest[]): Promise<void>;
  reportRequest(venId: string, reportRequestId: string): Promise<ReportRequest | undefined>;

  /** The opt schedules of a VEN, or of all VENs, cancelled ones too, each VEN's in the order in which they came. */
  optSchedules(venId?: string): Promise<readonly OptSchedule[]>;
  /** The opts for an event, of one VEN or of all, each VEN's in the order in which they came. */
  eventOpts(eventId: string, venId?: string): Promise<readonly EventOpt[]>;
  /** Keeps an opt of a VEN as its newest, and erases those of its opts that have the recordIDs `forgotten`. */
  putOpt(opt: OptRecord, forgotten: readonly string[]): Promise<void>;
  /** Marks the schedules of a VEN that have that optID as cancelled (rule 204), unless they are marked already. */
  cancelOptSchedules(venId: string, optId: string, cancelledAt: Date): Promise<void>;

  /**
   * Puts an entry at the end of a VEN's mailbox. Word of events is there only once, with the earlier `notBefore` of
   * two, and `withdrawn` if one of them is.
   */
  enqueue(venId: string, entry: MailboxEntry): Promise<void>;
  /** Takes out the first entry of a VEN's mailbox that may be taken at `now`; undefined if there is none. */
  takeNext(venId: string, now: Date): Promise<MailboxEntry | undefined>;
}
