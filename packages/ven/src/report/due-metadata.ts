import { hours, minutes, RejectedError, type Duration } from "@openleadr/protocol";
import { backOff } from "@openleadr/transport";
import type { Outcome, VenContext } from "../context.ts";
import { ownFailure } from "./outbox.ts";

/** The request that the metadata are for; undefined where they are sent of the VEN's own accord. */
export type MetadataRequestId = string | undefined;

interface Entry {
  isDue: boolean;
  tries: number;
  readonly delays: Iterator<Duration>;
  /** Those who wait until they have been sent, or are not to be any more. */
  readonly waiting: (() => void)[];
}

/** Which metadata are to be sent, and when: what could not be sent remains due, less and less often. */
export class DueMetadata {
  readonly #context: VenContext;
  readonly #entries = new Map<MetadataRequestId, Entry>();
  #ending = new AbortController();

  constructor(context: VenContext) {
    this.#context = context;
  }

  /** Has them sent as soon as may be. */
  add(id: MetadataRequestId): void {
    this.#entryOf(id).isDue = true;
    this.#context.wake("reports");
  }

  /** Resolves when they have been sent, or are not to be any more. */
  async settled(id: MetadataRequestId): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) await new Promise<void>((resolve) => entry.waiting.push(resolve));
  }

  /** Those that are to be sent now. */
  get ids(): readonly MetadataRequestId[] {
    return [...this.#entries].filter(([, { isDue }]) => isDue).map(([id]) => id);
  }

  isDue(id: MetadataRequestId): boolean {
    return this.#entries.get(id)?.isDue === true;
  }

  /** They are being sent; what is due while they are is sent once more. */
  begun(id: MetadataRequestId): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.isDue = false;
  }

  /** They have been sent; or they could not be, and are due again later unless the VTN wants none. */
  ended(id: MetadataRequestId, outcome: Outcome<"oadrRegisterReport">): void {
    const isFailed = !outcome.isTaken && !isRefused(outcome.error);
    if (isFailed && this.#entryOf(id).tries < mostTries) this.#postpone(id);
    else if (!this.isDue(id)) this.delete(id);
  }

  /** They are not to be sent. */
  delete(id: MetadataRequestId): void {
    const waiting = this.#entries.get(id)?.waiting ?? [];
    this.#entries.delete(id);
    for (const wake of waiting) wake();
  }

  clear(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    for (const id of this.#entries.keys()) this.delete(id);
  }

  #postpone(id: MetadataRequestId): void {
    const entry = this.#entryOf(id);
    entry.tries++;
    const retryIn = (entry.delays.next() as IteratorYieldResult<Duration>).value;
    this.#context.options.logger.info({ reportRequestId: id, retryIn }, "reports to be offered again");
    this.#context.run(() => this.#dueAfter(retryIn, { id, entry }));
  }

  #entryOf(id: MetadataRequestId): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const { random } = this.#context.options;
    const delays = backOff({ initial: minutes(1), max: hours(1), random })[Symbol.iterator]();
    const entry: Entry = { isDue: false, tries: 0, delays, waiting: [] };
    this.#entries.set(id, entry);
    return entry;
  }

  async #dueAfter(
    delay: Duration,
    { id, entry }: { readonly id: MetadataRequestId; readonly entry: Entry },
  ): Promise<void> {
    const { signal } = this.#ending;
    try {
      await this.#context.options.clock.sleep(delay, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return;
    }
    if (this.#entries.get(id) !== entry) return;
    entry.isDue = true;
    this.#context.wake("reports");
  }
}

/** For some hours; whoever says nothing of use for as long never will. */
const mostTries = 10;

/** Whether the VTN has understood, and wants none. */
function isRefused(error: unknown): boolean {
  return error instanceof RejectedError && error.responseCode !== ownFailure;
}
