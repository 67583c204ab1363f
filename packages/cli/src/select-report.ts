import { milliseconds, seconds, type Duration } from "@openleadr/protocol";
import type { OfferedReport, ReportSelection } from "@openleadr/vtn";

/**
 * All of a report that is offered: telemetry every five seconds, or as near to it as data points allow, and
 * history once, as far back as it is kept.
 */
export function selectReport({ reportName, duration, dataPoints }: OfferedReport, now: Date): ReportSelection {
  const rates = dataPoints.flatMap(({ samplingRate }) => samplingRate ?? []);
  const slowest = Math.min(...rates.map(({ maxPeriod }) => maxPeriod));
  const fastest = Math.max(seconds(1), ...rates.map(({ minPeriod }) => minPeriod));
  const granularity = milliseconds(Math.max(fastest, Math.min(preferred, slowest)));
  if (reportName?.startsWith("HISTORY_") !== true) return { granularity };
  const dtstart = new Date(now.getTime() - (duration ?? 0));
  return { reportInterval: { dtstart, duration: duration ?? seconds(0) } };
}

const preferred: Duration = seconds(5);
