import { hours, minutes, type Duration, type ReportInterval } from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import { fewestReadings } from "./data-point.ts";

/** How much data is kept for a VTN that is away. */
export interface UnsentReportOptions {
  /**
   * How old data may be that the VTN does not have yet; at least 1 s. Each request keeps its last 100 intervals, however
   * old (rule 510). @default hours(72): a weekend without anybody who mends the line
   */
  readonly keepFor?: Duration | undefined;
  /**
   * How many values are kept for each request, whatever their age; at least 100. About 200 bytes each.
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

/** How many of the oldest intervals are too many. */
export function excessOf(
  intervals: readonly ReportInterval[],
  { keepFor, maxReadings }: ResolvedUnsentReportOptions,
  now: Date,
): number {
  const perInterval = intervals[0]?.payloads.length ?? 1;
  const tooMany = intervals.length - Math.max(1, Math.floor(maxReadings / perInterval));
  const oldest = now.getTime() - keepFor;
  const firstYoung = intervals.findIndex(({ dtstart }) => (dtstart?.getTime() ?? Infinity) >= oldest);
  const tooOld = Math.min(firstYoung === -1 ? intervals.length : firstYoung, intervals.length - fewestReadings);
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
