import type { VtnContext } from "../context.ts";
import type { Letter } from "../store/mailbox-store.ts";

/** What waits for VENs, and what could not be delivered to them. */
export interface Mailboxes {
  /** All letters to a VEN in the order in which they came, dead letters too; none for a VEN that is not registered. */
  list(venId: string): Promise<readonly Letter[]>;
  /** The dead letters to a VEN, or to all VENs. */
  deadLetters(venId?: string): Promise<readonly Letter[]>;
  /**
   * Sends a letter again, a dead one or one that waits for its answer: as soon as its turn comes, and as often as a new
   * one. Rejects with `RangeError` if there is no such letter, or no more.
   */
  resend(venId: string, letterId: string): Promise<void>;
  /**
   * Throws a letter away. Rejects with `RangeError` if there is no such letter, or no more; and for word of events that is
   * no dead letter, since an event is called off with `events.cancel`.
   */
  discard(venId: string, letterId: string): Promise<void>;
}

/** The mailboxes of a VTN. */
export class MailboxService implements Mailboxes {
  readonly #vtn: VtnContext;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  async list(venId: string): Promise<readonly Letter[]> {
    return this.#vtn.store.letters(venId);
  }

  async deadLetters(venId?: string): Promise<readonly Letter[]> {
    return this.#vtn.store.deadLetters(venId);
  }

  async resend(venId: string, letterId: string): Promise<void> {
    const letter = await this.#require(venId, letterId);
    if (letter.entry.kind === "events") return this.#resendEvents(venId);
    const { dueAt: _, error: _error, ...rest } = letter;
    const queued = await this.#vtn.store.putLetter({ ...rest, state: "queued", tries: 0 });
    // Something has just happened to it, such as another try.
    if (queued === undefined) return this.resend(venId, letterId);
  }

  async discard(venId: string, letterId: string): Promise<void> {
    const letter = await this.#require(venId, letterId);
    if (letter.entry.kind === "events" && letter.state !== "failed")
      throw new RangeError("letterId: expected a message or a dead letter, got word of events, which are called off");
    if (!(await this.#vtn.store.removeLetter(letter))) return this.discard(venId, letterId);
  }

  /** New word takes the place of the old. */
  async #resendEvents(venId: string): Promise<void> {
    const { store, clock } = this.#vtn;
    for (const { event, delivery } of await store.eventsFor(venId, clock.now()))
      if (delivery?.failedAt !== undefined) await store.resendEvent(venId, event.eventDescriptor.eventId);
    await store.enqueue(venId, { kind: "events", again: true });
  }

  async #require(venId: string, letterId: string): Promise<Letter> {
    const letter = (await this.#vtn.store.letters(venId)).find((letter) => letter.letterId === letterId);
    if (letter !== undefined) return letter;
    throw new RangeError(`letterId: expected a letter to VEN ${venId}, got ${JSON.stringify(letterId)}`);
  }
}
