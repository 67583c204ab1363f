import { milliseconds, type Clock, type Duration } from "@openleadr/protocol";

interface Sleeper {
  readonly dueAt: number;
  wake(): void;
}

/**
 * A clock that stands still until it is told to go on.
 *
 * Whoever sleeps on it is woken at the very instant asked for, one after the other, and what they do without waiting for
 * anything but promises is done before time goes on. Real input and output, such as sockets, is not waited for.
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  /** Begins at that instant. @default 2026-01-01T00:00:00Z */
  constructor(start: Date | string = "2026-01-01T00:00:00Z") {
    this.#now = new Date(start).getTime();
    if (Number.isNaN(this.#now)) throw new RangeError(`start: expected an instant, got ${JSON.stringify(start)}`);
  }

  /** How many sleep at present. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  now(): Date {
    return new Date(this.#now);
  }

  async sleep(span: Duration, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (span <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        end();
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        end();
        resolve();
      };
      const sleeper: Sleeper = { dueAt: this.#now + span, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Lets a span of time pass; resolves when all that was due in it has been done. */
  async advance(span: Duration): Promise<void> {
    if (!(span >= 0)) throw new RangeError(`span: expected a duration of 0 or more, got ${span} ms`);
    const end = this.#now + span;
    await this.settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.dueAt);
      next.wake();
      await this.settle();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Lets time pass until an instant, or none if that is past. */
  async advanceTo(instant: Date): Promise<void> {
    await this.advance(milliseconds(Math.max(0, instant.getTime() - this.#now)));
  }

  /** Resolves when there is nothing left to do at this instant. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < turnsToSettle; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** The one who is due first, not after `end`; the first to fall asleep of several. */
  #next(end: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.dueAt <= end && (first === undefined || sleeper.dueAt < first.dueAt)) first = sleeper;
    }
    return first;
  }
}

/** A turn of the event loop empties the queue of promises; some of what they wait for takes one more. */
const turnsToSettle = 2;
