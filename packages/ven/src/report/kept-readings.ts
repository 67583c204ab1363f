import type { DataQuality, Duration, Extension } from "@openleadr/protocol";
import type { DataValue } from "./value.ts";

/** A value of one data point with its time, as it is kept: plain data. */
export interface KeptReading {
  readonly rId: string;
  readonly dtstart: Date;
  readonly duration?: Duration;
  readonly value: DataValue;
  readonly confidence?: number;
  readonly accuracy?: number;
  readonly dataQuality?: DataQuality | Extension;
}

/** The latest readings of one data point, in order of time, one for each start; a later one replaces an earlier (rule 346). */
export class KeptReadings {
  readonly #most: number;
  #readings: KeptReading[] = [];

  /** Keeps at most `most`. */
  constructor(most: number) {
    this.#most = most;
  }

  add(reading: KeptReading): void {
    const at = reading.dtstart.getTime();
    const index = this.#after(at);
    const isSame = this.#readings[index - 1]?.dtstart.getTime() === at;
    this.#readings.splice(isSame ? index - 1 : index, isSame ? 1 : 0, reading);
    if (this.#readings.length > this.#most) this.#readings.shift();
  }

  /** The latest one that begins at an instant or before. */
  latest(at: number): KeptReading | undefined {
    return this.#readings[this.#after(at) - 1];
  }

  /** Those that begin at `from` or later, and before `to`. */
  between(from: number, to: number): readonly KeptReading[] {
    return this.#readings.slice(this.#after(from - 1), this.#after(to - 1));
  }

  /** The index of the first one that begins after an instant. */
  #after(at: number): number {
    let low = 0;
    let high = this.#readings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const start = this.#readings[middle]?.dtstart.getTime() ?? Infinity;
      if (start <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
