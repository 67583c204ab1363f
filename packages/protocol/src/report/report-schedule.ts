import type { ReportSpecifier } from "../messages/report.ts";

/** When the data of one request are sampled and sent; instants and spans in milliseconds. */
export interface ReportSchedule {
  /** What all instants are aligned to. */
  readonly start: number;
  /** `Infinity` for a request without an end. */
  readonly end: number;
  /** From one sample to the next. */
  readonly period: number;
  /** From one report to the next. */
  readonly back: number;
  /** Whether a sample belongs to an instant, and not to the interval before it. */
  readonly isPoint: boolean;
}

/**
 * The schedule of a periodic request. One without a reportInterval begins now and has no end.
 *
 * @see OpenADR 2.0b, rules 317, 324, 325, 341
 */
export function reportScheduleOf(
  { granularity, reportBackDuration, reportInterval }: ReportSpecifier,
  { now, minPeriod, isPoint }: { readonly now: Date; readonly minPeriod: number; readonly isPoint: boolean },
): ReportSchedule {
  const start = (reportInterval?.dtstart ?? now).getTime();
  const duration = reportInterval?.duration ?? 0;
  return {
    start,
    end: duration > 0 ? start + duration : Infinity,
    period: granularity > 0 && reportBackDuration > 0 ? granularity : minPeriod,
    back: reportBackDuration,
    isPoint,
  };
}

/** When to sample first: a point at once, an interval when it is over. */
export function firstSample(schedule: ReportSchedule, now: number): number {
  const from = Math.max(schedule.start, now);
  return within(schedule, schedule.isPoint ? from : nextTick(schedule, from, schedule.period));
}

/** When to sample next; what was missed, as by a machine that slept, is not made up. `Infinity` past the end. */
export function nextSample(schedule: ReportSchedule, now: number): number {
  return within(schedule, nextTick(schedule, now, schedule.period));
}

/** When to send first: at once if the first sample is all there is to wait for (§8.3.2.2). */
export function firstReport(schedule: ReportSchedule, now: number): number {
  const { isPoint, period, back, start, end } = schedule;
  if (isPoint && period === back) return firstSample(schedule, now);
  return Math.min(nextTick(schedule, Math.max(start, now), back), end);
}

/** When to send next; `Infinity` after the last report, which is sent at the end. */
export function nextReport(schedule: ReportSchedule, now: number): number {
  return now >= schedule.end ? Infinity : Math.min(nextTick(schedule, now, schedule.back), schedule.end);
}

/** When the sample before `now`, or at it, was to be taken. */
export function lastSample({ start, period }: ReportSchedule, now: number): number {
  return start + Math.floor((now - start) / period) * period;
}

/** The first multiple of `span` after the start that is later than `now`. */
function nextTick({ start }: ReportSchedule, now: number, span: number): number {
  return start + (Math.floor((now - start) / span) + 1) * span;
}

/** The end belongs to the last interval, and to no point. */
function within({ end, isPoint }: ReportSchedule, at: number): number {
  return isPoint ? (at < end ? at : Infinity) : at <= end ? at : Infinity;
}
