import {
  firstReport,
  firstSample,
  InvalidDataError,
  lastSample,
  reportScheduleOf,
  type ReportInterval,
  type ReportRequest,
  type ReportSchedule,
} from "@openleadr/protocol";
import type { DataPoint } from "./data-point.ts";
import type { KeptReading } from "./kept-readings.ts";
import { isHistory, isOnce, minPeriodOf, type RequestedData } from "./report-request.ts";

/**
 * A request that has been accepted, and how far it is: plain data, and all that it takes to go on with it after a restart.
 * What is sent again then is the same in effect, as each reading has its report, data point and start (rule 346).
 */
export interface ReportRequestRecord {
  readonly request: ReportRequest;
  readonly takenAt: Date;
  /** When to sample next; absent when that is over. */
  readonly sampleAt?: Date;
  /** When to send next; absent when that is over. */
  readonly reportAt?: Date;
  /** Up to when the data points that are asked for spans have been asked. */
  readonly reportedUntil: Date;
  /** Whether one more report is to follow, and then none (rule 345). */
  readonly isEnding: boolean;
  /** What the next report has so far. */
  readonly sampled: readonly KeptReading[];
  /** The last values, where changes only are wanted (rule 317). */
  readonly last: readonly KeptReading[];
  /** What is to be sent as soon as may be, in order. */
  readonly unsent: readonly UnsentInterval[];
}

/** An interval that the VTN does not have yet. */
export interface UnsentInterval extends ReportInterval {
  /** When it was to be sent first, which may be long after its start; absent where an older version stored it. */
  readonly since?: Date;
}

/** A request for data that has just been accepted. Throws {@link InvalidDataError} for one that never begins. */
export function newRecord(data: RequestedData, now: Date): ReportRequestRecord {
  const { request, points } = data;
  const record = { request, takenAt: now, isEnding: false, sampled: [], last: [], unsent: [] };
  if (isOnce(request) || isHistory(data)) return { ...record, reportAt: now, reportedUntil: now };
  const schedule = scheduleOf(data, now);
  const sampleAt = points.every(isAskedForSpans) ? Infinity : firstSample(schedule, now.getTime());
  const times = { sampleAt, reportAt: firstReportOf(schedule, points, now.getTime()) };
  if (!(Math.min(times.sampleAt, times.reportAt) <= endOfTime))
    throw new InvalidDataError("reportInterval: expected a start before the end of time");
  const from = firstStart(schedule, now.getTime());
  const reportedUntil = new Date(points.every(isAskedForSpans) ? schedule.start : from);
  const sampled = schedule.start < from && request.reportSpecifier.granularity > 0 ? known(data, schedule, from) : [];
  return { ...record, ...timesOf(times), reportedUntil, sampled };
}

/** When the data of a periodic request are sampled and sent. */
export function scheduleOf(data: RequestedData, takenAt: Date): ReportSchedule {
  const { isPoint } = data.offer;
  return reportScheduleOf(data.request.reportSpecifier, { now: takenAt, minPeriod: minPeriodOf(data), isPoint });
}

/** Instants in milliseconds as a record has them. */
export function timesOf({
  sampleAt,
  reportAt,
}: {
  readonly sampleAt: number;
  readonly reportAt: number;
}): Pick<ReportRequestRecord, "sampleAt" | "reportAt"> {
  return {
    ...(sampleAt <= endOfTime && { sampleAt: new Date(sampleAt) }),
    ...(reportAt <= endOfTime && { reportAt: new Date(reportAt) }),
  };
}

/** The last instant that a `Date` can hold. */
const endOfTime = 8_640_000_000_000_000;

/** Whether a data point has nothing to sample, and tells of a span when a report is due. */
export function isAskedForSpans({ source }: DataPoint): boolean {
  return source.kind === "spans";
}

/** A span is over before a report of it can be sent, also where its values belong to instants. */
export function firstReportOf(schedule: ReportSchedule, points: readonly DataPoint[], now: number): number {
  return firstReport(points.some(isAskedForSpans) ? { ...schedule, isPoint: false } : schedule, now);
}

/** Where the first instant or span of the request that is yet to come begins. */
function firstStart(schedule: ReportSchedule, now: number): number {
  return Math.max(schedule.start, lastSample(schedule, now));
}

/**
 * What is known of the time between a request's start and now, as when the VTN asks again (rule 510): where all data
 * points have a value, at the very instants or spans that are asked for.
 */
function known(
  { points }: RequestedData,
  { start, period, isPoint }: ReportSchedule,
  until: number,
): readonly KeptReading[] {
  const fits = ({ dtstart, duration }: KeptReading): boolean =>
    duration === (isPoint ? undefined : period) && (dtstart.getTime() - start) % period === 0;
  const readings = points.map(({ sampled }) => sampled.between(start, until).filter(fits));
  const counts = new Map<number, number>();
  for (const { dtstart } of readings.flat()) counts.set(dtstart.getTime(), (counts.get(dtstart.getTime()) ?? 0) + 1);
  return readings.flat().filter(({ dtstart }) => counts.get(dtstart.getTime()) === points.length);
}
