import { milliseconds, minutes, seconds, type Duration } from "@openleadr/protocol";
import type { OfferedReport, ReportSelection } from "@openleadr/vtn";

/**
 * All of a report that is offered: telemetry every five seconds, or as near to it as data points allow, and
 * history once, as far back as it is kept, but for a little: the oldest is no longer there when the VEN is asked.
 */
export function selectReport(
  { reportName, duration = seconds(0), dataPoints }: OfferedReport,
  now: Date,
): ReportSelection {
  const rates = dataPoints.flatMap(({ samplingRate }) => samplingRate ?? []);
  const slowest = Math.min(...rates.map(({ maxPeriod }) => maxPeriod));
  const fastest = Math.max(seconds(1), ...rates.map(({ minPeriod }) => minPeriod));
  const granularity = milliseconds(Math.max(fastest, Math.min(preferred, slowest)));
  if (reportName?.startsWith("HISTORY_") !== true) return { granularity };
  const span = milliseconds(duration - Math.min(slack, Math.floor(duration / 10)));
  return { reportInterval: { dtstart: new Date(now.getTime() - span), duration: span } };
}

/** For the way to the VEN, and for clocks that differ. */
const slack: Duration = minutes(1);

const preferred: Duration = seconds(5);
