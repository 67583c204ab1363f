import type { OadrEvent, Opt } from "@openleadr/protocol";
import type { Addressed, Audience } from "../targeting/audience.ts";

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
  /** Whether that arrived, as far as one can know: a VEN that pulls has fetched it, one that is pushed to has taken it. */
  readonly arrived: boolean;
  /** How often that version was sent; counted anew when it first arrives, and when the VTN had given up. */
  readonly tries: number;
  /** When that version was sent for the first time. */
  readonly firstSentAt: Date;
  readonly lastSentAt: Date;
  /** Why the last try failed. */
  readonly error?: string;
  /** When the VTN gave up: the VEN could not be reached, or did not answer. */
  readonly failedAt?: Date;
  readonly answer?: EventAnswer;
}

/** What became of events that were sent to a VEN. */
export type DeliveryOutcome =
  { readonly arrived: true } | { readonly error: string; /** If the VTN gives up. */ readonly failedAt?: Date };

/** A VEN, and how far an event has got there. */
export interface EventVen {
  readonly venId: string;
  /** Undefined until it was sent to the VEN. */
  readonly delivery: Delivery | undefined;
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

/** That events are sent to a VEN. */
export interface Sending {
  readonly at: Date;
  /** Whether they are as good as there, being the answer to a request of the VEN. */
  readonly arrived: boolean;
}

/** The part of a store that holds the events, and how far they have got. */
export interface EventStore {
  event(eventId: string): Promise<EventRecord | undefined>;
  /** All events, in the order in which they were created. */
  events(): Promise<readonly EventRecord[]>;
  /**
   * The events for one VEN that are not over at `now`, in the order in which they were created; none for one that is
   * registered as `reportOnly`.
   */
  eventsFor(venId: string, now: Date): Promise<readonly VenEvent[]>;
  /** An event at one VEN: if it is for that VEN, or was when it ended. */
  venEvent(eventId: string, venId: string): Promise<VenEvent | undefined>;
  /** The venIDs of the registered VENs that an event is for, none of them `reportOnly`; none for an unknown event. */
  venIdsOf(eventId: string): Promise<readonly string[]>;
  /** The venIDs of the registered VENs that an event names, and that are `reportOnly`. */
  withheldFrom(eventId: string): Promise<readonly string[]>;
  /** Whether some VEN is, or may come to be, in both of two audiences; one that is `reportOnly` may, too. */
  shareVen(one: Addressed, other: Addressed): Promise<boolean>;
  /**
   * Keeps a new event, or one in place of the version that has the modification number `replaced`, and puts word of it
   * into the mailboxes of its VENs; if the modification number stays, only of those that it was not for before. A VEN that
   * it was sent to and is no longer for finds word of that, and what is known of the event at that VEN is erased. Resolves
   * with false, and changes nothing, if there is one already, or another version.
   */
  putEvent(record: EventRecord, replaced?: number): Promise<boolean>;
  /** The answers to an event, the last one of each VEN. */
  answers(eventId: string): Promise<readonly EventAnswer[]>;
  /** The registered VENs that an event is for, and how far it has got at each. */
  deliveries(eventId: string): Promise<readonly EventVen[]>;
  /**
   * Keeps which modification numbers of which events, by eventID, are sent to a VEN, and counts the tries. Where an event
   * is no longer for it, nothing is kept, and word of that is put into its mailbox.
   */
  putSent(venId: string, versions: ReadonlyMap<string, number>, sending: Sending): Promise<void>;
  /**
   * Keeps what became of them, for each that has not been sent in another version, answered or taken from the VEN since.
   * Arriving takes away an error.
   */
  putOutcome(venId: string, versions: ReadonlyMap<string, number>, outcome: DeliveryOutcome): Promise<void>;
  /**
   * Forgets the tries and the failure of an event at a VEN, and puts word into its mailbox that it is to be sent `again`.
   * Resolves with false, and changes nothing, if there is no such event for that VEN.
   */
  resendEvent(venId: string, eventId: string): Promise<boolean>;
  /** Keeps a VEN's answers, each in place of the one before. What was answered has arrived, and has not failed. */
  putAnswers(venId: string, answers: readonly EventAnswer[]): Promise<void>;
}
