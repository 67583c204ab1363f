import type { OadrReport } from "../messages/report.ts";
import type { ReportInterval } from "../messages/stream.ts";
import { InvalidDataError } from "../response-codes.ts";

/** An interval of a data report, with the instant at which it begins. */
export interface TimedInterval {
  readonly start: Date;
  readonly interval: ReportInterval;
}

/**
 * When the intervals of a data report begin, in order of time. Those without a start of their own follow one another from
 * the report's, in the order of their uids. Throws {@link InvalidDataError}, code 454, where it cannot be told.
 *
 * @see OpenADR 2.0b, rules 314–316
 */
export function timedIntervals({ dtstart, createdDateTime, intervals = [] }: OadrReport): readonly TimedInterval[] {
  const timed = intervals.flatMap((interval) =>
    interval.dtstart === undefined ? [] : [{ start: interval.dtstart, interval }],
  );
  if (timed.length === intervals.length) return timed.sort((a, b) => a.start.getTime() - b.start.getTime());
  if (timed.length > 0) throw new InvalidDataError("expected a dtstart in all intervals or in none (rule 314)");
  let next = dtstart ?? createdDateTime;
  return byUid(intervals).map((interval) => {
    if (interval.duration === undefined && intervals.length > 1)
      throw new InvalidDataError("expected a dtstart or a duration in each of several intervals (rule 315)");
    const start = next;
    if (Number.isNaN(start.getTime())) throw new InvalidDataError("an interval begins after the end of time");
    next = new Date(start.getTime() + (interval.duration ?? 0));
    return { start, interval };
  });
}

/** Green Button content needs no uids (rule 316). */
function byUid(intervals: readonly ReportInterval[]): readonly ReportInterval[] {
  if (intervals.every(({ uid }) => uid === undefined)) return intervals;
  const inOrder = intervals.toSorted((a, b) => Number(a.uid) - Number(b.uid));
  if (inOrder.every(({ uid }, index) => uid !== undefined && uid !== "" && Number(uid) === index)) return inOrder;
  throw new InvalidDataError(
    `expected uids from 0 to ${intervals.length - 1} in intervals without a dtstart (rule 316)`,
  );
}
