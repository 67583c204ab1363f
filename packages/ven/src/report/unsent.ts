import { hours, minutes, type Duration, type ReportInterval } from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import { fewestReadings } from "./data-point.ts";
import type { UnsentInterval } from "./request-record.ts";

/** How much data is kept for a VTN that is away. */
export interface UnsentReportOptions {
  /**
   * How long data may wait for a VTN that is away; at least 1 s. Each request keeps its last 100 intervals, however long
   * they wait (rule 510). In the first hour after a start, and after the clock has jumped ahead, nothing is dropped for
   * this. @default hours(72): a weekend without anybody who mends the line
   */
  readonly keepFor?: Duration | undefined;
  /**
   * How many values are kept for all requests of a VEN together, whatever their age; at least 100. Each request has the
   * same share, and at least 100. About 200 bytes each.
   * @default 50,000: ten data points, each minute, for three days
   */
  readonly maxReadings?: number | undefined;
  /**
   * How long a reading may wait until it is in the store, which is what a crash may cost: those that are sampled for the
   * next report, and those that are given to `record`. They are written with whatever is written before; with a report, as
   * it is due. 0 s for at once. @default minutes(15)
   */
  readonly storeWithin?: Duration | undefined;
}

export type ResolvedUnsentReportOptions = {
  readonly [Name in keyof UnsentReportOptions]-?: Exclude<UnsentReportOptions[Name], undefined>;
};

/** Fills in defaults. Throws `RangeError`, with name and value, for options out of range. */
export function resolveUnsentReportOptions(options: UnsentReportOptions = {}): ResolvedUnsentReportOptions {
  const { keepFor = hours(72), maxReadings = 50_000, storeWithin = minutes(15) } = options;
  if (!(keepFor >= 1000)) throw new RangeError(`unsentReports.keepFor: expected at least 1 s, got ${keepFor} ms`);
  if (!(Number.isInteger(maxReadings) && maxReadings >= fewestReadings))
    throw new RangeError(
      `unsentReports.maxReadings: expected a whole number, at least ${fewestReadings}, got ${maxReadings}`,
    );
  if (!(storeWithin >= 0))
    throw new RangeError(`unsentReports.storeWithin: expected a duration of 0 or more, got ${storeWithin} ms`);
  return { keepFor, maxReadings, storeWithin };
}

/** How many values each of a number of requests may keep. */
export function shareOf({ maxReadings }: ResolvedUnsentReportOptions, requests: number): number {
  return Math.max(fewestReadings, Math.floor(maxReadings / Math.max(1, requests)));
}

/** How many of the first intervals are too many; without `now`, as it may be wrong, whatever their age. */
export function excessOf(
  intervals: readonly UnsentInterval[],
  { keepFor, maxReadings }: Pick<ResolvedUnsentReportOptions, "keepFor" | "maxReadings">,
  now: number | undefined,
): number {
  const perInterval = intervals[0]?.payloads.length ?? 1;
  const tooMany = intervals.length - Math.max(1, Math.floor(maxReadings / perInterval));
  const oldest = (now ?? -Infinity) - keepFor;
  // Those before one that has waited for too long have, too, whatever the clock showed when they came.
  const lastOld = intervals.findLastIndex(({ since, dtstart }) => ((since ?? dtstart)?.getTime() ?? Infinity) < oldest);
  const tooOld = Math.min(lastOld + 1, intervals.length - fewestReadings);
  return Math.max(0, tooMany, tooOld);
}

/** Tells of data that the VTN has not got, and will not get. */
export function tellDropped(
  context: Pick<VenContext, "options" | "tell">,
  reportRequestId: string,
  dropped: readonly ReportInterval[],
): void {
  if (dropped.length === 0) return;
  const intervals = dropped.length;
  context.options.logger.warn({ reportRequestId, intervals }, "unsent data dropped");
  const [from, to] = [dropped[0]?.dtstart, dropped.at(-1)?.dtstart];
  context.tell({ type: "reportDropped", reportRequestId, intervals, from, to });
}
