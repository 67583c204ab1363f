import { hours, minutes } from "@openleadr/protocol";

/**
 * Whether what a clock shows is good enough to drop data by. One that has just been set ahead may be set back in a moment,
 * and so may one that the VEN was started with.
 */
export class Steadiness {
  #seenAt: number;
  #steadySince: number;

  constructor(now: number) {
    this.#seenAt = now;
    this.#steadySince = now;
  }

  /** To be asked at least every ten minutes, with what the clock shows. */
  look(now: number): boolean {
    if (now < this.#seenAt || now - this.#seenAt > longestGap) this.#steadySince = now;
    this.#seenAt = now;
    return now - this.#steadySince >= trial;
  }
}

/** More than a handler takes. */
const longestGap = minutes(10);

const trial = hours(1);
