import { firstSample, lastSample, nextReport, nextSample, type ReportRequest } from "@openleadr/protocol";
import type { RequestedData } from "./report-request.ts";
import { firstReportOf, scheduleOf, timesOf, type ReportRequestRecord } from "./request-record.ts";

/** Whether a request names a start that is yet to come; one without begins when it is taken. */
export function isYetToBegin({ reportSpecifier }: ReportRequest, now: number): boolean {
  const { reportInterval } = reportSpecifier;
  return reportInterval !== undefined && now < reportInterval.dtstart.getTime();
}

/**
 * How far a request is by a clock that has been set back, so that it does not wait until the clock has caught up. What is
 * sampled twice then replaces itself (rule 346). The very record where the clock has not been.
 */
export function rewound(record: ReportRequestRecord, data: RequestedData, now: number): ReportRequestRecord {
  const schedule = scheduleOf(data, record.takenAt);
  const isEarly = isYetToBegin(record.request, now);
  const sampleAt = isEarly ? firstSample(schedule, now) : nextSample(schedule, now);
  const reportAt = isEarly ? firstReportOf(schedule, data.points, now) : nextReport(schedule, now);
  const before = {
    sampleAt: record.sampleAt?.getTime() ?? Infinity,
    reportAt: record.reportAt?.getTime() ?? Infinity,
  };
  const isSampledEarlier = before.sampleAt < Infinity && sampleAt < before.sampleAt;
  const isReportedEarlier = before.reportAt < Infinity && reportAt < before.reportAt;
  if (!isSampledEarlier && !isReportedEarlier) return record;
  const { sampleAt: _, reportAt: __, ...rest } = record;
  const until = isEarly ? schedule.start : lastSample(schedule, now);
  return {
    ...rest,
    ...timesOf({
      sampleAt: isSampledEarlier ? sampleAt : before.sampleAt,
      reportAt: isReportedEarlier ? reportAt : before.reportAt,
    }),
    reportedUntil: new Date(Math.min(until, record.reportedUntil.getTime())),
  };
}
