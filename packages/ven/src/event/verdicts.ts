import type { Notebook } from "../store/notebook.ts";
import type { EntryKind } from "../store/entry-kind.ts";
import type { Verdict } from "./record.ts";

/**
 * What the VEN answered to versions of events that it does not go by, so that it answers the same whenever they come again
 * (rule 12): one for each event, until the VTN sends that no longer.
 */
export class Verdicts {
  readonly #notebook: Notebook;
  readonly #entry: EntryKind<Verdict>;
  /** None as long as there is nothing to remember: that is so of most VENs, of which there may be thousands. */
  #verdicts: Map<string, Verdict> | undefined;

  constructor(notebook: Notebook, entry: EntryKind<Verdict>) {
    this.#notebook = notebook;
    this.#entry = entry;
    const stored = notebook.take(entry);
    if (stored.size > 0) this.#verdicts = new Map(stored);
  }

  get(eventId: string): Verdict | undefined {
    return this.#verdicts?.get(eventId);
  }

  /** The answer to that very version; undefined if there was none. */
  answerTo(eventId: string, modificationNumber: number): Verdict["answer"] | undefined {
    const verdict = this.#verdicts?.get(eventId);
    return verdict?.modificationNumber === modificationNumber ? verdict.answer : undefined;
  }

  set(eventId: string, verdict: Verdict): void {
    this.#verdicts ??= new Map();
    this.#verdicts.set(eventId, verdict);
    this.#note(eventId);
  }

  forget(eventId: string): void {
    if (this.#verdicts?.delete(eventId) === true) this.#note(eventId);
  }

  /** Forgets those of events that the VTN sends no longer. */
  keepOnly(sent: ReadonlySet<string>): void {
    for (const eventId of this.#verdicts?.keys() ?? []) if (!sent.has(eventId)) this.forget(eventId);
  }

  #note(eventId: string): void {
    this.#notebook.note(this.#entry, eventId, () => this.#verdicts?.get(eventId));
  }
}
