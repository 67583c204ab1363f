import type { EventWord, Letter, MailboxEntry } from "./mailbox-store.ts";

/** The mailbox of one VEN in memory: its letters, in order. */
export class MemoryMailbox {
  readonly #venId: string;
  readonly #newLetterId: () => string;
  readonly #letters: Letter[] = [];

  constructor(venId: string, newLetterId: () => string) {
    this.#venId = venId;
    this.#newLetterId = newLetterId;
  }

  get letters(): readonly Letter[] {
    return [...this.#letters];
  }

  /** Whether something is there that is no dead letter. */
  get isWaiting(): boolean {
    return this.#letters.some(({ state }) => state !== "failed");
  }

  /** Puts an entry at the end, or into the word of events that waits; the ID of its letter. */
  put(entry: MailboxEntry): string {
    return entry.kind === "events" ? this.#putWord(entry) : this.#append(entry);
  }

  nextDue(now: Date): Letter | undefined {
    return this.#letters.find(
      ({ state, dueAt }) => state !== "failed" && (dueAt === undefined || dueAt.getTime() <= now.getTime()),
    );
  }

  replace(letter: Letter): Letter | undefined {
    const index = this.#indexOf(letter);
    if (index === -1) return undefined;
    const kept = { ...letter, revision: letter.revision + 1 };
    this.#letters[index] = kept;
    return kept;
  }

  remove(letter: Letter): boolean {
    const index = this.#indexOf(letter);
    if (index === -1) return false;
    this.#letters.splice(index, 1);
    return true;
  }

  #putWord(word: EventWord): string {
    const waiting = this.#letters.find(({ entry }) => entry.kind === "events");
    if (waiting === undefined) return this.#append(word);
    const entry: MailboxEntry = { ...waiting.entry, ...word };
    if (waiting.state === "queued") {
      const { dueAt: _, ...atOnce } = waiting;
      this.replace({ ...atOnce, entry });
      return waiting.letterId;
    }
    this.remove(waiting);
    return this.#append(entry);
  }

  #append(entry: MailboxEntry): string {
    const letterId = this.#newLetterId();
    this.#letters.push({ letterId, venId: this.#venId, entry, state: "queued", tries: 0, revision: 0 });
    return letterId;
  }

  #indexOf({ letterId, revision }: Letter): number {
    return this.#letters.findIndex((letter) => letter.letterId === letterId && letter.revision === revision);
  }
}
