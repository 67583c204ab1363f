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

/** The part of a store that holds the events, and how far they have got. */
export interface EventStore {
  event(eventId: string): Promise<EventRecord | undefined>;
  /** All events, in the order in which they were created. */
  events(): Promise<readonly EventRecord[]>;
  /** The events for one VEN that are not over at `now`, in the order in which they were created. */
  eventsFor(venId: string, now: Date): Promise<readonly VenEvent[]>;
  /** An event at one VEN: if it is for that VEN, or was when it ended. */
  venEvent(eventId: string, venId: string): Promise<VenEvent | undefined>;
  /** The venIDs of the registered VENs that an event is for; none for an unknown event. */
  venIdsOf(eventId: string): Promise<readonly string[]>;
  /** Whether some VEN is, or may come to be, in both of two audiences. */
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
  /**
   * Keeps which modification numbers of which events, by eventID, were sent to a VEN. Where an event is no longer for it,
   * nothing is kept, and word of that is put into its mailbox.
   */
  putSent(venId: string, versions: ReadonlyMap<string, number>): Promise<void>;
  /** Keeps a VEN's answers, each in place of the one before. */
  putAnswers(venId: string, answers: readonly EventAnswer[]): Promise<void>;
}
