/** Something that has to be over by a deadline. */
export interface Expiring {
  /** Called once if the deadline passes first. */
  expire(): void;
}

/**
 * One deadline, the same span from now, for each of many things, with a single timer for all of them.
 *
 * What was added first expires first, so the timer only ever looks at the head of the queue; a request that is over in
 * time costs no timer at all. The timer keeps no process alive.
 */
export class Deadlines {
  readonly #spanMs: number;
  /** When each expires; a `Map` keeps the order in which they were added. */
  readonly #waiting = new Map<Expiring, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  add(item: Expiring): void {
    this.#waiting.set(item, performance.now() + this.#spanMs);
    if (this.#timer === undefined) this.#wakeIn(this.#spanMs);
  }

  /** Does nothing if the item is not, or no longer, waited for. */
  remove(item: Expiring): void {
    this.#waiting.delete(item);
  }

  #wakeIn(delayMs: number): void {
    this.#timer = setTimeout(() => this.#expireOverdue(), delayMs).unref();
  }

  #expireOverdue(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [item, deadline] of this.#waiting) {
      if (deadline > now) return this.#wakeIn(deadline - now + 1);
      this.#waiting.delete(item);
      item.expire();
    }
  }
}
