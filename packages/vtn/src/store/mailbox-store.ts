import type { Message } from "@openleadr/protocol";

/** What waits for a VEN: a message, or word of events. */
export type MailboxEntry = { readonly kind: "message"; readonly message: Message } | EventWord;

/** Word that a VEN has yet to hear of an event or to answer it. What it is sent, is worked out when it is sent. */
export interface EventWord {
  readonly kind: "events";
  /** An event that was sent to the VEN is no longer for it: it gets its events even if nothing else is new. */
  readonly withdrawn?: true;
  /** Somebody wants them sent again: the VEN gets its events even if nothing is new. */
  readonly again?: true;
}

/** An entry of a VEN's mailbox, and how far it has got. */
export interface Letter {
  /** Unique in the store. */
  readonly letterId: string;
  readonly venId: string;
  readonly entry: MailboxEntry;
  /**
   * `queued`: it waits to be sent, for the first time or again. `sent`: it went out, and its answer is awaited. `failed`:
   * a dead letter, which stays until somebody sends it again or discards it.
   */
  readonly state: "queued" | "sent" | "failed";
  /** From when on it may be sent; at once when left out. */
  readonly dueAt?: Date;
  /** How often it was sent, whether it arrived or not. */
  readonly tries: number;
  /** When that was last. */
  readonly triedAt?: Date;
  /** Why the last try failed. */
  readonly error?: string;
  /** Raised by the store with every change, so that nobody changes what somebody else has changed. */
  readonly revision: number;
}

/** The part of a store that holds what waits for each VEN, until the VEN has acknowledged it. */
export interface MailboxStore {
  /**
   * Puts an entry at the end of a VEN's mailbox; resolves with the ID of its letter.
   *
   * Word of events is there only once. Where one is queued already, the two become one in its place, due at once; where
   * one was sent or has failed, the new one takes its place at the end. `withdrawn` and `again` hold if one of them has it.
   */
  enqueue(venId: string, entry: MailboxEntry): Promise<string>;
  /** The first letter to a VEN that is no dead letter and due at `now`; undefined if there is none. */
  nextDue(venId: string, now: Date): Promise<Letter | undefined>;
  /** All letters to a VEN in the order in which they came, dead letters too. */
  letters(venId: string): Promise<readonly Letter[]>;
  /** The dead letters to a VEN, or to all VENs, each VEN's in the order in which they came. */
  deadLetters(venId?: string): Promise<readonly Letter[]>;
  /**
   * Keeps a letter in its place, and resolves with it as it is then, its revision raised; with undefined, and changes
   * nothing, if there is none of that ID and revision.
   */
  putLetter(letter: Letter): Promise<Letter | undefined>;
  /** Erases a letter, unless there is none of that ID and revision; resolves with whether it did. */
  removeLetter(letter: Letter): Promise<boolean>;
  /** The venIDs of the VENs that are pushed to and have letters that are no dead letters. */
  venIdsToPush(): Promise<readonly string[]>;
  /**
   * Has `listener` called with the venID of a VEN that is pushed to whenever one of its letters has become due at once, or
   * its registration has been updated while some wait; after that is stored and whoever did it, also another process that
   * shares the store. What comes back ends that.
   */
  watchMailboxes(listener: (venId: string) => void): () => void;
}
