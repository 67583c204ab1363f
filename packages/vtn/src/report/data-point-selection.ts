import type { Duration, Measurement, SiScaleCode } from "@openleadr/protocol";
import type { DataPoint, DataReportName, OfferedReport } from "./offered-report.ts";
import type { ReadingsHandler, ReportOrder, ReportSelection } from "./report-selection.ts";

/** One data point of a report that a VEN offers, as `onRegisterDataPoint` is asked about it. */
export interface OfferedDataPoint {
  readonly venId: string;
  readonly reportSpecifierId: string;
  readonly reportName: DataReportName | undefined;
  readonly rId: string;
  /** The resource; undefined where data are about all resources of the VEN (rule 343). */
  readonly resourceId: string | undefined;
  /** The name of the measurement, such as `powerReal`; undefined in TELEMETRY_STATUS. */
  readonly measurement: Measurement["name"] | undefined;
  readonly unit: string | undefined;
  readonly scale: SiScaleCode | undefined;
  /** Data are sampled no more often than this. */
  readonly minSamplingInterval: Duration | undefined;
  /** Data are sampled no less often than this. */
  readonly maxSamplingInterval: Duration | undefined;
  /** All that the VEN says of it. */
  readonly dataPoint: DataPoint;
}

/** How a data point is wanted. */
export interface DataPointSelection {
  /** Spacing of the readings (`granularity`). */
  readonly samplingInterval: Duration;
  /** Time between two reports (`reportBackDuration`). @default samplingInterval */
  readonly reportBackDuration?: Duration | undefined;
  /** See {@link ReportSelection.reportInterval}. @default from now, for ever */
  readonly reportInterval?: ReportSelection["reportInterval"];
  /** Called with the readings of this data point, as {@link ReportSelection.onReadings} is. */
  readonly onReadings?: ReadingsHandler | undefined;
}

/** A data point as a handler sees it. */
export function offeredDataPoint(venId: string, report: OfferedReport, dataPoint: DataPoint): OfferedDataPoint {
  const { rId, resourceId, measurement, unit, scale, samplingRate } = dataPoint;
  return {
    venId,
    reportSpecifierId: report.reportSpecifierId,
    reportName: report.reportName,
    rId,
    resourceId,
    measurement: measurement?.name,
    unit,
    scale,
    minSamplingInterval: samplingRate?.minPeriod,
    maxSamplingInterval: samplingRate?.maxPeriod,
    dataPoint,
  };
}

/** Orders for data points of one report: those that are wanted alike in one request, which has one granularity only. */
export function ordersOfPoints(
  reportSpecifierId: string,
  selections: ReadonlyMap<string, DataPointSelection>,
): readonly ReportOrder[] {
  const alike = new Map<string, [string, DataPointSelection][]>();
  for (const [rId, selection] of selections) {
    const { samplingInterval, reportBackDuration = samplingInterval, reportInterval } = selection;
    const key = JSON.stringify([samplingInterval, reportBackDuration, reportInterval]);
    alike.set(key, [...(alike.get(key) ?? []), [rId, selection]]);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { samplingInterval: granularity, reportBackDuration, reportInterval } = first[1];
    const onReadings = handlerOf(new Map(group));
    const rIds = group.map(([rId]) => rId);
    return [{ reportSpecifierId, rIds, granularity, reportBackDuration, reportInterval, onReadings }];
  });
}

/** Hands each data point's readings to its own handler. */
function handlerOf(selections: ReadonlyMap<string, DataPointSelection>): ReadingsHandler | undefined {
  if ([...selections.values()].every(({ onReadings }) => onReadings === undefined)) return undefined;
  return async (readings, update) => {
    for (const [rId, { onReadings }] of selections) {
      const own = readings.filter((reading) => reading.rId === rId);
      if (own.length > 0) await onReadings?.(own, update);
    }
  };
}
