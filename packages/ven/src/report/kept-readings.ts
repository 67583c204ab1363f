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

/** What readings have in common of which the last one counts. */
export type ReadingKey = "start" | "start and length";

/** The latest readings of one data point, in order of time; a later one replaces an earlier of the same key (rule 346). */
export class KeptReadings {
  readonly #most: number;
  readonly #key: ReadingKey;
  #readings: KeptReading[] = [];
  #listener: ReadingsListener | undefined;

  /** Keeps at most `most`. */
  constructor(most: number, key: ReadingKey) {
    this.#most = most;
    this.#key = key;
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
   * key since.
   */
  restore(readings: readonly KeptReading[]): void {
    const since = new Map(this.#readings.map((reading) => [this.#keyOf(reading), reading]));
    for (const reading of readings) {
      const later = since.get(this.#keyOf(reading));
      if (later === undefined || isDeepStrictEqual(later, reading)) this.#insert(reading);
    }
  }

  /** Calls `listener`, and none that was set before, whenever there is a change. */
  setListener(listener: ReadingsListener | undefined): void {
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
    const after = this.#after(reading.dtstart.getTime());
    const same = this.#sameBefore(after, reading);
    const dropped = this.#readings.splice(same ?? after, same === undefined ? 0 : 1, reading);
    const oldest = this.#readings.length > this.#most ? this.#readings.shift() : undefined;
    return oldest === undefined ? dropped : [...dropped, oldest];
  }

  /** The index of the one of a reading's key, among those of its start, which end at an index. */
  #sameBefore(end: number, reading: KeptReading): number | undefined {
    const at = reading.dtstart.getTime();
    for (let index = end - 1; this.#readings[index]?.dtstart.getTime() === at; index--) {
      const other = this.#readings[index];
      if (other !== undefined && this.#keyOf(other) === this.#keyOf(reading)) return index;
    }
    return undefined;
  }

  #keyOf({ dtstart, duration }: KeptReading): string {
    return this.#key === "start" ? String(dtstart.getTime()) : `${dtstart.getTime()} ${duration ?? ""}`;
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
