import { milliseconds, type Duration } from "@openleadr/protocol";
import { tell, type TellOptions } from "../tell.ts";

/** What a skew is measured by, and to whom it is told. */
export interface ClockSkewOptions extends TellOptions {
  readonly clock: { now(): Date };
  readonly maxClockSkew: Duration;
}

/**
 * How far the VTN's clock is ahead of ours.
 *
 * Over HTTP it follows from the Date header, to about a second. Else it shows only where the VTN has made an event at a
 * time that is yet to come here; that a clock is behind cannot be told from what is said.
 *
 * @see OpenADR 2.0b, rule 114
 */
export class ClockSkew {
  readonly #options: ClockSkewOptions;
  #skew: Duration | undefined;
  #told: Duration | undefined;
  #hasDates = false;
  #newest = -Infinity;

  constructor(options: ClockSkewOptions) {
    this.#options = options;
  }

  /** Positive where the VTN's clock is ahead; undefined as long as nothing is known. */
  get skew(): Duration | undefined {
    return this.#skew;
  }

  /**
   * Between when and when it is at the VTN, as far as is known. Of clocks that differ by more than `maxClockSkew`, as much
   * is believed.
   */
  get vtnTime(): { readonly earliest: Date; readonly latest: Date } {
    const { maxClockSkew, clock } = this.#options;
    const now = clock.now();
    if (this.#skew === undefined) return { earliest: now, latest: now };
    const behind = Math.min(Math.max(accuracy - this.#skew, 0), maxClockSkew);
    const ahead = Math.min(Math.max(this.#skew + accuracy, 0), maxClockSkew);
    return { earliest: new Date(now.getTime() - behind), latest: new Date(now.getTime() + ahead) };
  }

  /** The second in which the VTN sent what has just come. */
  sentAt(date: Date): void {
    this.#hasDates = true;
    this.#measured(date.getTime() + halfASecond);
  }

  /** When the VTN made what it has sent; what is not new says nothing about now. */
  createdAt(date: Date): void {
    if (this.#hasDates || date.getTime() <= this.#newest) return;
    this.#newest = date.getTime();
    this.#measured(Math.max(date.getTime(), this.#options.clock.now().getTime()));
  }

  #measured(vtnTime: number): void {
    const { maxClockSkew, clock } = this.#options;
    const skew = milliseconds(vtnTime - clock.now().getTime());
    this.#skew = skew;
    const isWithinLimit = Math.abs(skew) <= maxClockSkew;
    const isTold = this.#told !== undefined && Math.abs(skew - this.#told) <= maxClockSkew;
    if (isWithinLimit ? this.#told === undefined : isTold) return;
    this.#told = isWithinLimit ? undefined : skew;
    if (!isWithinLimit) this.#options.logger.warn({ skew }, "the clocks of VTN and VEN differ");
    tell({ type: "clockSkew", skew, isWithinLimit }, this.#options);
  }
}

/** A Date header tells the second, and is on its way for a while. */
const accuracy = 1000;

/** A Date header leaves out the fraction of the second. */
const halfASecond = 500;
