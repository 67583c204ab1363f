import { setImmediate } from "node:timers/promises";
import { milliseconds, minutes, type Duration } from "@openleadr/protocol";
import { backOff } from "@openleadr/transport";
import { errorOf } from "../async/failure.ts";
import type { VenContext } from "../context.ts";
import { Nap } from "../async/nap.ts";
import { textOf, valueOf, type EntryKind } from "./entry-kind.ts";
import type { StoreChange, StoredEntry, StoredVen } from "./ven-store.ts";

/** Something that has changed, and is to be written as it is by then. */
interface Note extends Pick<StoredEntry, "kind" | "id"> {
  readonly name: string;
  text(): string | undefined;
}

/** Who waits until something is in the store. */
interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** What the notebook needs of a VEN. */
type Owner = Pick<VenContext, "options" | "stopping" | "tell" | "run">;

/**
 * What a VEN must not forget, on its way to the store.
 *
 * Whoever changes something notes it, and it is written soon, with all that has changed by then. Who is about to
 * acknowledge something waits for {@link saved}. What cannot be written is told (`storeFailed`), and tried again.
 */
export class Notebook {
  readonly #owner: Owner;
  readonly #stored: StoredVen;
  readonly #kept: Set<string>;
  #read: readonly StoredEntry[];
  #notes = new Map<string, Note>();
  readonly #held = new Set<string>();
  /** Those who wait for the next attempt to write. */
  #waiting: (() => void)[] = [];
  #isFailing = false;
  #onAdded: () => void = () => {};
  #isPlanned = false;
  /** Whether something has been noted since the last write that is to be written soon. */
  #isUrgent = false;
  #isWriting = false;
  /** Those who wait for what is being written, or is next while nothing is. */
  #current: Waiter[] = [];
  /** Those who wait for what is written after that. */
  #next: Waiter[] = [];
  /** By when that is to be written which can wait; undefined where nothing waits. */
  #deadline: { readonly at: number } | undefined;
  #isWatching = false;
  readonly #nap: Nap;

  /** `entries`: what is in the store. */
  constructor(owner: Owner, stored: StoredVen, entries: readonly StoredEntry[]) {
    this.#owner = owner;
    this.#nap = new Nap(owner.options.clock);
    this.#stored = stored;
    this.#read = entries;
    this.#kept = new Set(entries.map(({ kind, id }) => nameOf(kind, id)));
  }

  /** What was in the store at the beginning, of a kind, by ID; once. Throws `VenStoreError` for what is damaged. */
  take<T>(kind: EntryKind<T>): ReadonlyMap<string, T> {
    const entries = this.#read.filter((entry) => entry.kind === kind.kind);
    this.#read = this.#read.filter((entry) => entry.kind !== kind.kind);
    return new Map(entries.map((entry) => [entry.id, valueOf(kind, entry)]));
  }

  /** Calls `listener`, and none that was set before, whenever there is something in the store that was not there before. */
  setAddedListener(listener: () => void): void {
    this.#onAdded = listener;
  }

  /** Whether an entry of that name is in the store, as it is now or was before. */
  has({ kind }: Pick<EntryKind<unknown>, "kind">, id: string): boolean {
    return this.#kept.has(nameOf(kind, id));
  }

  /** Has an entry written: `current` is asked what there is to write by then, nothing to drop it. */
  note<T>(kind: EntryKind<T>, id: string, current: () => T | undefined): void {
    this.noteLater(kind, id, current);
    this.#plan();
  }

  /** Has an entry written with whatever is written next, or when the VEN stops. */
  noteLater<T>(kind: EntryKind<T>, id: string, current: () => T | undefined): void {
    const name = nameOf(kind.kind, id);
    const text = (): string | undefined => {
      const value = current();
      return value === undefined ? undefined : textOf(kind, value);
    };
    this.#notes.set(name, { name, kind: kind.kind, id, text });
  }

  /** Has what was noted to be written later written within a span at the latest. */
  writeWithin(span: Duration): void {
    if (span === 0) return this.#plan();
    this.#deadline ??= { at: this.#now() + span };
    if (!this.#isWatching) this.#owner.run(() => this.#watchDeadline(span));
  }

  /** Leaves an entry as it is in the store until what is returned is called. */
  hold({ kind }: Pick<EntryKind<unknown>, "kind">, id: string): () => void {
    const name = nameOf(kind, id);
    this.#held.add(name);
    return () => {
      this.#held.delete(name);
      if (this.#notes.has(name)) this.#plan();
    };
  }

  /**
   * Resolves when everything noted so far is in the store, whatever is noted meanwhile. Rejects when the VEN stops before
   * it is: with the error of the store, or the reason of the stop.
   */
  async saved(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve, reject) => {
      const waiting = this.#due().length > 0 ? this.#next : this.#current;
      waiting.push({ resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  /** Resolves when everything noted so far is in the store, or cannot be written for now. */
  async tried(): Promise<void> {
    if (this.#isFailing) return;
    const attempt = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#owner.run(() => this.#save());
    await attempt;
  }

  /** As {@link tried}, but what else happens in this turn of the event loop is written with it. */
  async triedInTurn(): Promise<void> {
    if (this.#isFailing) return;
    const attempt = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#plan();
    await attempt;
  }

  async #watchDeadline(span: Duration): Promise<void> {
    const { stopping } = this.#owner;
    this.#isWatching = true;
    try {
      while (this.#deadline !== undefined) {
        const deadline = this.#deadline;
        const remaining = deadline.at - this.#now();
        // A clock that was set back must not put it off, whether before the sleep or during it.
        if (remaining > 0 && remaining <= span) await this.#nap.sleep(milliseconds(remaining), stopping);
        if (this.#deadline === deadline) this.#dueNow();
      }
    } catch (error) {
      if (!stopping.aborted) throw error;
    } finally {
      this.#isWatching = false;
    }
  }

  #dueNow(): void {
    this.#deadline = undefined;
    this.#plan();
  }

  /** In the next turn of the event loop, with what else happens in this one. */
  #plan(): void {
    this.#isUrgent = true;
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#owner.run(async () => {
      await setImmediate();
      this.#isPlanned = false;
      // Somebody may have waited for it to be written, and what has been noted since can wait.
      if (this.#isUrgent) await this.#save();
    });
  }

  async #save(): Promise<void> {
    try {
      await this.saved();
    } catch {
      // Told already. The VEN stops; what was not written was not acknowledged.
    }
    if (this.#isIdle()) this.#wakeWaiting(this.#waiting.splice(0));
  }

  #wakeWaiting(waiting: readonly (() => void)[]): void {
    for (const wake of waiting) wake();
  }

  /** Writes as long as somebody waits for it, or it is not to wait. Never rejects: who waits hears of what fails. */
  async #writeAll(): Promise<void> {
    const delays = backOff({ max: minutes(1), random: this.#owner.options.random })[Symbol.iterator]();
    this.#isWriting = true;
    try {
      while (this.#hasToWrite()) await this.#attempt(delays);
      for (const { resolve } of this.#takeWaiters()) resolve();
    } catch (error) {
      for (const { reject } of this.#takeWaiters()) reject(error);
    } finally {
      this.#isWriting = false;
      this.#wakeWaiting(this.#waiting.splice(0));
    }
  }

  /** Writes what there is. Where that fails, resolves when it may be tried again; rejects where that is never. */
  async #attempt(delays: Iterator<Duration>): Promise<void> {
    const { options, stopping } = this.#owner;
    const waiting = this.#waiting.splice(0);
    this.#current.push(...this.#next.splice(0));
    this.#isUrgent = false;
    const error = await this.#write(this.#due());
    this.#isFailing = error !== undefined;
    this.#wakeWaiting(waiting);
    if (error === undefined) {
      for (const { resolve } of this.#current.splice(0)) resolve();
      return;
    }
    const retryIn = stopping.aborted ? false : (delays.next() as IteratorYieldResult<Duration>).value;
    options.logger.error({ error, retryIn }, "state not stored");
    this.#owner.tell({ type: "storeFailed", error, retryIn });
    if (retryIn === false) throw error;
    await options.clock.sleep(retryIn, stopping);
  }

  #hasToWrite(): boolean {
    const isAwaited = this.#next.length > 0 || this.#waiting.length > 0;
    const isWanted = isAwaited || this.#isUrgent || this.#isFailing || this.#owner.stopping.aborted;
    return isWanted && this.#due().length > 0;
  }

  #takeWaiters(): readonly Waiter[] {
    return [...this.#current.splice(0), ...this.#next.splice(0)];
  }

  /** Whether there is nothing to write, and nothing being written. */
  #isIdle(): boolean {
    return !this.#isWriting && this.#due().length === 0;
  }

  #due(): Note[] {
    return [...this.#notes.values()].filter(({ name }) => !this.#held.has(name));
  }

  /** What failed, if anything did; it remains to be written then. */
  async #write(notes: readonly Note[]): Promise<Error | undefined> {
    for (const { name } of notes) this.#notes.delete(name);
    this.#deadline = undefined;
    if (this.#isWatching) this.#nap.wake();
    try {
      const changes = notes.map(({ kind, id, text }): StoreChange => ({ kind, id, text: text() }));
      const isNeeded = ({ kind, id, text }: StoreChange): boolean =>
        text !== undefined || this.#kept.has(nameOf(kind, id));
      const needed = changes.filter(isNeeded);
      if (needed.length > 0) await this.#stored.write(needed);
      this.#written(needed);
      return undefined;
    } catch (error) {
      this.#notes = new Map([...notes.map((note) => [note.name, note] as const), ...this.#notes]);
      return errorOf(error);
    }
  }

  #now(): number {
    return this.#owner.options.clock.now().getTime();
  }

  #written(changes: readonly StoreChange[]): void {
    let isNew = false;
    for (const { kind, id, text } of changes) {
      const name = nameOf(kind, id);
      if (text === undefined) this.#kept.delete(name);
      else isNew = this.#kept.size < this.#kept.add(name).size || isNew;
    }
    if (isNew) this.#onAdded();
  }
}

function nameOf(kind: string, id: string): string {
  return `${kind} ${id}`;
}
