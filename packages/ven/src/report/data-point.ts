import {
  parseXmlTree,
  type Duration,
  type Extension,
  type Measurement,
  type ReportDescription,
  type ReportName,
  type Target,
  type XmlTree,
} from "@openleadr/protocol";
import { KeptReadings } from "./kept-readings.ts";
import { measurementOf } from "./measurement.ts";
import type { AskedSpan, AskedValue, Collected, ReportOptions } from "./report-options.ts";
import { durationOf, samplingRateOf } from "./sampling.ts";
import type { DataValue, TimedValue } from "./value.ts";

/** The name of a report, without `METADATA_`. */
export type DataReportName = Exclude<ReportName, `METADATA_${string}`> | Extension;

type Awaitable<T> = T | Promise<T>;

/** Where the values of a data point come from. */
export type DataSource =
  | { readonly kind: "collected"; readonly collect: (asked: AskedValue) => Awaitable<Collected<DataValue>> }
  | { readonly kind: "spans"; readonly collect: (asked: AskedSpan) => Awaitable<readonly TimedValue[]> }
  | { readonly kind: "feeds"; readonly collect: (asked: AskedSpan) => Awaitable<XmlTree | string | undefined> }
  | { readonly kind: "recorded"; readonly readings: KeptReadings };

/** A data point that is on offer. */
export interface DataPoint {
  readonly rId: string;
  readonly reportName: DataReportName;
  /** Whether its values belong to instants, and not to spans. */
  readonly isPoint: boolean;
  readonly description: ReportDescription;
  /** The shortest time between two values, in milliseconds; 0 for history. */
  readonly minPeriod: number;
  /** How much data is kept (rule 312). */
  readonly duration: Duration;
  readonly source: DataSource;
  /**
   * What was sampled of late, sent or not, so that the VTN can ask for it again (rule 510); also where requests sample at
   * other rates, so that spans of one start are of different lengths.
   */
  readonly sampled: KeptReadings;
}

/** Throws `RangeError` and `TypeError` for what the VTN would have to refuse. Without an `rId`, `named` gives it one. */
export function dataPointOf(options: ReportOptions): DataPoint {
  const { rId = "", reportName = "TELEMETRY_USAGE" } = options;
  if (options.rId !== undefined) requireText("rId", rId);
  const isHistory = reportName.startsWith("HISTORY_");
  const samplingRate = isHistory ? undefined : samplingRateOf(options);
  const duration = durationOf(options, isHistory);
  const minPeriod = samplingRate?.minPeriod ?? 0;
  const most = Math.min(mostReadings, Math.max(fewestReadings, Math.ceil(duration / (minPeriod || 60_000))));
  return {
    rId,
    reportName,
    isPoint: reportName === "TELEMETRY_STATUS" || ("isPoint" in options && options.isPoint === true),
    description: { rId, ...scopeOf(options), ...kindOf(options), ...(samplingRate && { samplingRate }) },
    minPeriod,
    duration,
    source: sourceOf(options, most),
    sampled: new KeptReadings(most, "start and length"),
  };
}

/** The data point by another ID. */
export function named(point: DataPoint, rId: string): DataPoint {
  return { ...point, rId, description: { ...point.description, rId } };
}

/** Rule 510. */
export const fewestReadings = 100;
/** So that a data point of a second's period and months of duration does not fill the memory. */
const mostReadings = 10_000;

/** What the data are of (rules 302, 307, 343). */
function scopeOf(
  options: ReportOptions,
): Pick<ReportDescription, "reportSubject" | "reportDataSource" | "marketContext"> {
  const { resourceId, reportDataSource = [], reportSubject, marketContext } = options;
  if (resourceId !== undefined) requireText("resourceId", resourceId);
  const sources: readonly Target[] = [...(resourceId === undefined ? [] : [{ resourceId }]), ...reportDataSource];
  return {
    ...(reportSubject !== undefined && { reportSubject: reportSubject.map((endDeviceAsset) => ({ endDeviceAsset })) }),
    ...(sources.length > 0 && { reportDataSource: sources }),
    ...(marketContext !== undefined && { marketContext }),
  };
}

type Kind = Pick<ReportDescription, "reportType" | "measurement" | "readingType">;

/** What kind of data they are; rule 331 fixes it for the reports of the standard. */
function kindOf(options: ReportOptions): Kind {
  const measurement = unitOf(options);
  const unit = measurement !== undefined && { measurement };
  const { reportName = "TELEMETRY_USAGE" } = options;
  const { reportType, readingType } = options;
  switch (reportName) {
    case "TELEMETRY_USAGE":
    case "HISTORY_USAGE":
      if (!usageMeasurements.includes(measurement?.name))
        throw new RangeError(
          `measurement: expected ${usageMeasurements.join(" | ")}, or a reportName that begins with x-, got ${String(measurement?.name)}`,
        );
      requireFixed({ reportType, readingType }, { reportType: "usage", readingType: "Direct Read" });
      return { reportType: "usage", readingType: "Direct Read", ...unit };
    case "TELEMETRY_STATUS":
      requireFixed({ reportType, readingType }, { reportType: "x-resourceStatus", readingType: "x-notApplicable" });
      return { reportType: "x-resourceStatus", readingType: "x-notApplicable", ...unit };
    case "HISTORY_GREENBUTTON":
      return { reportType: reportType ?? "usage", readingType: readingType ?? "Direct Read", ...unit };
    default:
      if (!reportName.startsWith("x-"))
        throw new RangeError(`reportName: expected one of the standard, or x-…, got ${JSON.stringify(reportName)}`);
      return { reportType: reportType ?? "reading", readingType: readingType ?? "Direct Read", ...unit };
  }
}

const usageMeasurements: readonly (string | undefined)[] = ["powerReal", "energyReal", "pulseCount"];

function unitOf(options: ReportOptions): Measurement | undefined {
  if (options.reportName !== "HISTORY_GREENBUTTON") return measurementOf(options);
  const { dataDescription } = options;
  return dataDescription === undefined ? undefined : { name: "gbDataDescription", feed: feedOf(dataDescription) };
}

/** A feed, given as a tree or as text. */
export function feedOf(feed: XmlTree | string): XmlTree {
  return typeof feed === "string" ? parseXmlTree(feed) : feed;
}

function requireFixed(given: Partial<Record<keyof Kind, unknown>>, fixed: Partial<Record<keyof Kind, string>>): void {
  for (const name of ["reportType", "readingType"] as const) {
    if (given[name] === undefined || given[name] === fixed[name]) continue;
    throw new RangeError(
      `${name}: expected ${JSON.stringify(fixed[name])}, or a reportName that begins with x- (rule 331), got ${JSON.stringify(given[name])}`,
    );
  }
}

function sourceOf(options: ReportOptions, most: number): DataSource {
  for (const name of ["collect", "collectSpan"] as const) {
    const type = typeof options[name];
    if (type !== "function" && type !== "undefined") throw new TypeError(`${name}: expected a function, got ${type}`);
  }
  if (options.collect !== undefined && options.collectSpan !== undefined)
    throw new TypeError("collect: expected none beside collectSpan, got both");
  if (options.reportName === "HISTORY_GREENBUTTON") {
    if (typeof options.collectSpan !== "function") throw new TypeError("collectSpan: expected a function, got none");
    return { kind: "feeds", collect: options.collectSpan };
  }
  if (options.collectSpan !== undefined) return { kind: "spans", collect: options.collectSpan };
  if (options.collect !== undefined) {
    const { collect, reportName } = options;
    if ((reportName as string | undefined) === "HISTORY_USAGE")
      throw new TypeError("collect: expected collectSpan for history, got collect");
    return { kind: "collected", collect };
  }
  return { kind: "recorded", readings: new KeptReadings(most, "start") };
}

/** Throws `RangeError` for an ID that is none. */
export function requireText(name: string, text: string): void {
  if (typeof text !== "string" || text === "")
    throw new RangeError(`${name}: expected an ID, got ${JSON.stringify(text)}`);
}
