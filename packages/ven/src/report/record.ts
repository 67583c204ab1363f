import type { Clock } from "@openleadr/protocol";
import type { DataPoint } from "./data-point.ts";
import { readingOf } from "./reading.ts";
import type { OfferedDataPoint, RecordOptions } from "./report-options.ts";
import type { DataValue } from "./value.ts";

/** What the application gets of a data point that it offers; `stored` says when everything so far is in the store. */
export function offeredDataPoint(
  reportSpecifierId: string,
  point: DataPoint,
  { clock, stored }: { readonly clock: Clock; readonly stored: OfferedDataPoint["stored"] },
): OfferedDataPoint {
  return {
    reportSpecifierId,
    rId: point.rId,
    record: (value, given) => record(point, value, { ...given, clock }),
    stored,
  };
}

/** Keeps a value that the application has of itself. */
function record(
  point: DataPoint,
  value: DataValue,
  { at, clock, ...details }: RecordOptions & { readonly clock: Clock },
): void {
  const { source, rId } = point;
  if (source.kind !== "recorded")
    throw new TypeError(`record: expected a data point without collect and collectSpan, got ${JSON.stringify(rId)}`);
  const now = clock.now();
  const dtstart = at ?? now;
  if (dtstart > now) throw new RangeError(`at: expected no time in the future, got ${dtstart.toISOString()}`);
  source.readings.add(readingOf(point, { ...details, value, dtstart }));
}
