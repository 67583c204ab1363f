import { isDeepStrictEqual } from "node:util";
import {
  hours,
  lastSample,
  METADATA,
  milliseconds,
  nextReport,
  nextSample,
  type ReportInterval,
  type ReportSchedule,
  type StreamPayload,
} from "@openleadr/protocol";
import type { OwnReportRequest } from "../store/own-report-store.ts";
import { durationOf } from "./own-report-offer.ts";
import { samplingPeriodOf, timesOf, type RequestedTelemetry } from "./own-report-request.ts";

/** Whether a request asks for metadata. */
export function isForMetadata({ request }: OwnReportRequest): boolean {
  return request.reportSpecifier.reportSpecifierId === METADATA;
}

/** What a sample belongs to: an instant, or the interval before it. */
export function spanOf(at: number, period: number, isPoint: boolean) {
  if (isPoint) return { dtstart: new Date(at), duration: undefined };
  return { dtstart: new Date(at - period), duration: milliseconds(period) };
}

/**
 * The instant to sample for; undefined if no sample is due. Samples that were missed, as by a VTN that did not run, are
 * not made up.
 */
export function dueSample({ sampleAt }: OwnReportRequest, schedule: ReportSchedule, now: number): number | undefined {
  const at = sampleAt?.getTime() ?? Infinity;
  if (at > now) return undefined;
  return now - at >= schedule.period ? lastSample(schedule, Math.min(now, schedule.end)) : at;
}

/** A request when a sample has been taken. Where only changes are wanted, others are passed over (rule 317). */
export function withSample(record: OwnReportRequest, interval: ReportInterval, most: number): OwnReportRequest {
  const { payloads } = interval;
  const isNews = !wantsChanges(record) || !isDeepStrictEqual(payloads, record.lastPayloads);
  const intervals = isNews ? [...record.intervals, interval] : record.intervals;
  return { ...record, intervals: intervals.slice(-most), lastPayloads: payloads };
}

/** How many intervals may wait to be sent; the oldest give way. */
export function mostIntervals({ report, points }: RequestedTelemetry): number {
  return Math.min(10_000, Math.max(100, Math.ceil(durationOf(report) / samplingPeriodOf(points))));
}

/** The data of a report that is due: where only changes are wanted and there were none, just that (rule 317). */
export function dataToSend(
  { intervals, lastPayloads }: OwnReportRequest,
  schedule: ReportSchedule,
  now: number,
): readonly ReportInterval[] {
  const [first, ...rest] = (lastPayloads ?? []).map(unchanged);
  if (intervals.length > 0 || first === undefined) return intervals;
  const { dtstart, duration } = spanOf(now, schedule.period, schedule.isPoint);
  return [{ dtstart, ...(duration !== undefined && { duration }), payloads: [first, ...rest] }];
}

/** A request after what was due at `now`; undefined when there is nothing more to come. */
export function afterStep(
  record: OwnReportRequest,
  schedule: ReportSchedule,
  now: number,
): OwnReportRequest | undefined {
  const { sampleAt, reportAt, ...rest } = record;
  const nextSampleAt = sampleAt !== undefined && sampleAt.getTime() <= now ? nextSample(schedule, now) : sampleAt;
  const nextReportAt = reportAt !== undefined && reportAt.getTime() <= now ? nextReport(schedule, now) : reportAt;
  const times = timesOf(Number(nextSampleAt ?? Infinity), Number(nextReportAt ?? Infinity));
  if (times === undefined) return undefined;
  // The last report is due at once, also where it was asked for in the meantime.
  return { ...rest, ...times, ...(record.isEnding === true && { dueAt: record.dueAt }) };
}

/**
 * Whether data wait because the VEN has yet to answer the message before: a VEN that is away for long finds few messages
 * with much data, not many with little.
 */
export function isHeldBack({ unanswered }: OwnReportRequest, now: number): boolean {
  return unanswered !== undefined && now - unanswered.sentAt.getTime() < patience;
}

const patience = hours(1);

/** The intervals of as many messages as they need, so that each stays well below what VENs take. */
export function messagesOf(intervals: readonly ReportInterval[]): readonly (readonly ReportInterval[])[] {
  const perMessage = Math.max(1, Math.floor(valuesPerMessage / (intervals[0]?.payloads.length ?? 1)));
  return Array.from({ length: Math.ceil(intervals.length / perMessage) }, (_, index) =>
    intervals.slice(index * perMessage, (index + 1) * perMessage),
  );
}

const valuesPerMessage = 1000;

function wantsChanges({ request }: OwnReportRequest): boolean {
  const { granularity, reportBackDuration } = request.reportSpecifier;
  return granularity === 0 && reportBackDuration > 0;
}

function unchanged(payload: StreamPayload): StreamPayload {
  return payload.kind === "reportPayload" ? { ...payload, dataQuality: "No New Value - Previous Value Used" } : payload;
}
