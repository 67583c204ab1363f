import type { ReportInterval } from "@openleadr/protocol";
import type { DataPoint } from "./data-point.ts";
import type { KeptReading } from "./kept-readings.ts";
import { payloadOf, placeholder } from "./reading.ts";

/**
 * Readings of one instant or span make one interval, in order of time (rule 314). Each has a value of each data point
 * (rule 300), a placeholder where there is none (rule 318).
 */
export function intervalsOf(readings: readonly KeptReading[], points: readonly DataPoint[]): readonly ReportInterval[] {
  const times = new Map<string, Map<string, KeptReading>>();
  for (const reading of readings) {
    const key = `${reading.dtstart.getTime()} ${reading.duration ?? ""}`;
    const same = times.get(key) ?? new Map<string, KeptReading>();
    times.set(key, same.set(reading.rId, reading));
  }
  return [...times.values()]
    .map((same) => intervalOf(same, points))
    .sort((a, b) => (a.dtstart?.getTime() ?? 0) - (b.dtstart?.getTime() ?? 0));
}

function intervalOf(same: ReadonlyMap<string, KeptReading>, points: readonly DataPoint[]): ReportInterval {
  const [any] = same.values();
  if (any === undefined) throw new Error("an interval without readings");
  const { dtstart, duration } = any;
  const time = { dtstart, ...(duration !== undefined && { duration }) };
  const [first, ...rest] = points.map((point) => payloadOf(same.get(point.rId) ?? placeholder(point, time)));
  if (first === undefined) throw new Error("a report without data points");
  return { ...time, payloads: [first, ...rest] };
}
