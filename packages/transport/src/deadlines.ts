/** Something that has to be over by a deadline. */
export abstract class Expiring {
  /** Where it stands in the queue of its {@link Deadlines}, who alone use this. */
  readonly place: Place = { previous: undefined, next: undefined, deadline: undefined };

  /** Called once if the deadline passes first. */
  abstract expire(): void;
}

interface Place {
  previous: Expiring | undefined;
  next: Expiring | undefined;
  deadline: number | undefined;
}

/**
 * One deadline, the same span from now, for each of many things, with a single timer for all of them.
 *
 * What was added first expires first, so the timer only ever looks at the head of the queue; a request that is over in
 * time costs no timer at all. The timer keeps no process alive.
 *
 * The queue is a linked list because a `Map` that much is added to and deleted from keeps what it held through several
 * garbage collections (its old tables point to the newer ones), which doubled the time of a poll.
 */
export class Deadlines {
  readonly #spanMs: number;
  #first: Expiring | undefined;
  #last: Expiring | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  add(item: Expiring): void {
    item.place.deadline = performance.now() + this.#spanMs;
    item.place.previous = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.place.next = item;
    this.#last = item;
    if (this.#timer === undefined) this.#wakeIn(this.#spanMs);
  }

  /** Does nothing if the item is not, or no longer, in the queue. */
  remove({ place }: Expiring): void {
    if (place.deadline === undefined) return;
    const { previous, next } = place;
    if (previous === undefined) this.#first = next;
    else previous.place.next = next;
    if (next === undefined) this.#last = previous;
    else next.place.previous = previous;
    place.previous = undefined;
    place.next = undefined;
    place.deadline = undefined;
  }

  #wakeIn(delayMs: number): void {
    this.#timer = setTimeout(() => this.#expireOverdue(), delayMs).unref();
  }

  #expireOverdue(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let item = this.#first; item !== undefined; item = this.#first) {
      const left = (item.place.deadline ?? now) - now;
      if (left > 0) return this.#wakeIn(left + 1);
      this.remove(item);
      item.expire();
    }
  }
}
