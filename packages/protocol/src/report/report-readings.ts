import type { DataQuality } from "../enumerations.ts";
import type { OadrReport } from "../messages/report.ts";
import type { ResourceStatus, StreamPayload } from "../messages/stream.ts";
import { timedIntervals } from "./report-intervals.ts";
import type { Extension } from "../schema/scalar.ts";
import type { XmlTree } from "../schema/tree.ts";
import type { Duration } from "../time.ts";

/** What is said of a reading, whatever its kind. */
interface ReadingFacts {
  /** The data point. Green Button content, which names none, has that of its request, or "" if there are several. */
  readonly rId: string;
  /** The instant, or the start of the span, that it belongs to. */
  readonly dtstart: Date;
  /** The span; absent for a reading at an instant (rule 315). */
  readonly duration?: Duration;
  /** How sure the sender is, in percent. */
  readonly confidence?: number;
  /** In the unit of the value (rule 319). */
  readonly accuracy?: number;
  readonly dataQuality?: DataQuality | Extension;
}

/**
 * One reading of one data point: a number in the unit of the data point, the status of a resource, or Green Button
 * content; told apart by `kind`.
 */
export type ReportReading = ReadingFacts &
  (
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "status"; readonly value: ResourceStatus }
    | { readonly kind: "greenButton"; readonly value: XmlTree }
  );

/**
 * The readings of a data report in the order of time, those of one interval as they were sent; `rIds` are the data points
 * that were asked for. Throws {@link InvalidDataError} where the times cannot be told.
 *
 * @see OpenADR 2.0b, rules 314–316
 */
export function reportReadings(report: OadrReport, rIds: readonly string[]): readonly ReportReading[] {
  const onlyId = rIds.length === 1 ? (rIds[0] ?? "") : "";
  return timedIntervals(report).flatMap(({ start: dtstart, interval: { duration, payloads } }) => {
    const time = { dtstart, ...(duration !== undefined && { duration }) };
    return payloads.flatMap((payload) => readingsIn(payload, onlyId).map((reading) => ({ ...time, ...reading })));
  });
}

type Untimed<Reading> = Reading extends ReportReading ? Omit<Reading, "dtstart" | "duration"> : never;

function readingsIn(payload: StreamPayload, onlyId: string): readonly Untimed<ReportReading>[] {
  if (payload.kind === "signalPayload") return [];
  if (payload.kind === "gbPayload") return [{ kind: "greenButton", rId: onlyId, value: payload.feed }];
  const { kind: _, value, ...facts } = payload;
  return typeof value === "number" ? [{ ...facts, kind: "number", value }] : [{ ...facts, kind: "status", value }];
}
