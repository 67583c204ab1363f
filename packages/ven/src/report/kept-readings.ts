import { isDeepStrictEqual } from "node:util";
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

/** Who wants to know what becomes of readings. */
export interface ReadingsListener {
  onAdded(reading: KeptReading): void;
  /** Called when a reading is replaced by a later one, or too old to be kept. */
  onDropped(reading: KeptReading): void;
}

/** The latest readings of one data point, in order of time, one for each start; a later one replaces an earlier (rule 346). */
export class KeptReadings {
  readonly #most: number;
  #readings: KeptReading[] = [];
  #listener: ReadingsListener | undefined;

  /** Keeps at most `most`. */
  constructor(most: number) {
    this.#most = most;
  }

  /** All of them, in order of time. */
  get all(): readonly KeptReading[] {
    return this.#readings;
  }

  add(reading: KeptReading): void {
    const dropped = this.#insert(reading);
    this.#listener?.onAdded(reading);
    for (const each of dropped) this.#listener?.onDropped(each);
  }

  /**
   * Takes those back that were kept before, in the order in which they came, unless there have been later ones of the same
   * start since.
   */
  restore(readings: readonly KeptReading[]): void {
    const since = new Map(this.#readings.map((reading) => [reading.dtstart.getTime(), reading]));
    for (const reading of readings) {
      const later = since.get(reading.dtstart.getTime());
      if (later === undefined || isDeepStrictEqual(later, reading)) this.#insert(reading);
    }
  }

  /** Calls one listener, the last one that was given, whenever there is a change; or none. */
  watch(listener: ReadingsListener | undefined): void {
    this.#listener = listener;
  }

  /** The latest one that begins at an instant or before. */
  latest(at: number): KeptReading | undefined {
    return this.#readings[this.#after(at) - 1];
  }

  /** Those that begin at `from` or later, and before `to`. */
  between(from: number, to: number): readonly KeptReading[] {
    return this.#readings.slice(this.#after(from - 1), this.#after(to - 1));
  }

  /** Those that are kept no longer. */
  #insert(reading: KeptReading): readonly KeptReading[] {
    const at = reading.dtstart.getTime();
    const index = this.#after(at);
    const isSame = this.#readings[index - 1]?.dtstart.getTime() === at;
    const dropped = this.#readings.splice(isSame ? index - 1 : index, isSame ? 1 : 0, reading);
    const oldest = this.#readings.length > this.#most ? this.#readings.shift() : undefined;
    return oldest === undefined ? dropped : [...dropped, oldest];
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
