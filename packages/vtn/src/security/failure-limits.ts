import type { Clock, Duration } from "@openleadr/protocol";

/** How many failures a peer is granted in a span of time. */
export interface FailureLimit {
  /** At least 1. */
  readonly failures: number;
  /** At least 1 s. */
  readonly per: Duration;
}

/** What became of a count. */
export interface Count {
  readonly isOver: boolean;
  /** Whether it is the first one that is. */
  readonly isFirstOver: boolean;
  /** When counting begins anew. */
  readonly until: Date;
}

/**
 * Counts failures by key, each in spans of its own. Memory is bounded: of too many keys, the one that failed first is
 * forgotten.
 */
export class FailureLimits {
  readonly #limit: FailureLimit | false;
  readonly #clock: Pick<Clock, "now">;
  readonly #counts = new Map<string, { failures: number; readonly endsAt: number }>();

  constructor(limit: FailureLimit | false, clock: Pick<Clock, "now">) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Whether the next failure would be over the limit. */
  isReached(key: string): boolean {
    const count = this.#counts.get(key);
    return this.#limit !== false && count !== undefined && this.#isOn(count) && count.failures >= this.#limit.failures;
  }

  /** Counts a failure. */
  count(key: string): Count {
    const now = this.#clock.now();
    if (this.#limit === false) return { isOver: false, isFirstOver: false, until: now };
    const known = this.#counts.get(key);
    const count = known !== undefined && this.#isOn(known) ? known : this.#begin(key, this.#limit.per);
    count.failures += 1;
    const over = count.failures - this.#limit.failures;
    return { isOver: over > 0, isFirstOver: over === 1, until: new Date(count.endsAt) };
  }

  #isOn({ endsAt }: { readonly endsAt: number }): boolean {
    return this.#clock.now().getTime() < endsAt;
  }

  #begin(key: string, per: Duration): { failures: number; readonly endsAt: number } {
    const count = { failures: 0, endsAt: this.#clock.now().getTime() + per };
    this.#counts.delete(key);
    this.#counts.set(key, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > mostKeys && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }
}

const mostKeys = 10_000;
