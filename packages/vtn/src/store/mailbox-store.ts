import type { Message } from "@openleadr/protocol";

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

/** The part of a store that holds what waits for each VEN. */
export interface MailboxStore {
  /**
   * Puts an entry at the end of a VEN's mailbox. Word of events is there only once, with the earlier `notBefore` of
   * two, and `withdrawn` if one of them is.
   */
  enqueue(venId: string, entry: MailboxEntry): Promise<void>;
  /** Takes out the first entry of a VEN's mailbox that may be taken at `now`; undefined if there is none. */
  takeNext(venId: string, now: Date): Promise<MailboxEntry | undefined>;
}
