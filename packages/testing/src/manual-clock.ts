import { milliseconds, type Clock, type Duration } from "@openleadr/protocol";

interface Sleeper {
  readonly dueAt: number;
  wake(): void;
}

/** Options of a {@link ManualClock}. */
export interface ManualClockOptions {
  /**
   * Whether something goes on that time is to wait for, and that the clock cannot see, such as input and output:
   * `() => traffic.isUnderWay` of an {@link HttpTraffic}. Asked after each turn of the event loop until it says no.
   * @default nothing does
   */
  readonly isBusy?: (() => boolean) | undefined;
}

/**
 * A clock that stands still until it is told to go on.
 *
 * Whoever sleeps on it is woken at the very instant asked for, one after the other, and what they do without waiting for
 * anything but promises and `setImmediate` is done before time goes on. Real input and output, such as sockets, is not
 * waited for unless `isBusy` tells of it.
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();
  readonly #isBusy: () => boolean;
  /** How many turns of the event loop are waited for at present. */
  #turnsAwaited = 0;

  /** Begins at that instant. @default 2026-01-01T00:00:00Z */
  constructor(start: Date | string = "2026-01-01T00:00:00Z", { isBusy = () => false }: ManualClockOptions = {}) {
    this.#now = new Date(start).getTime();
    this.#isBusy = isBusy;
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
    let crowdedTurns = 0;
    for (let quietTurns = 0; quietTurns < turnsToSettle; quietTurns++) {
      this.#turnsAwaited++;
      await new Promise((resolve) => setImmediate(resolve));
      this.#turnsAwaited--;
      if (this.#isBusy()) quietTurns = -1;
      else if (quietTurns === turnsToSettle - 1 && this.#isCrowded() && crowdedTurns++ < mostCrowdedTurns)
        quietTurns = -1;
    }
  }

  /** Whether others have something to do in the next turn of the event loop. */
  #isCrowded(): boolean {
    const waiting = process.getActiveResourcesInfo().filter((type) => type === "Immediate");
    return waiting.length > this.#turnsAwaited;
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

/** There may be others who wait like this, and for ever. */
const mostCrowdedTurns = 100;
