import {
  formatDuration,
  hours,
  milliseconds,
  seconds,
  type Duration,
  type Measurement,
  type OadrReport,
  type ReportDescription,
  type SamplingRate,
} from "@openleadr/protocol";
import type { ReportIds, ReportOptions } from "../options.ts";

/** A data point that is on offer. */
export interface DataPoint {
  readonly rId: string;
  readonly description: ReportDescription;
  readonly minPeriod: Duration;
  readonly collect: ReportOptions["collect"];
}

/** A report that is on offer, with its data points by rID. */
export interface ReportOffer {
  readonly reportSpecifierId: string;
  readonly reportName: "TELEMETRY_USAGE" | "TELEMETRY_STATUS";
  /** How much data is kept (rule 312). */
  readonly duration: Duration;
  readonly points: ReadonlyMap<string, DataPoint>;
}

/** Everything a VEN can report, by reportSpecifierID; each is unique (rule 308). */
export class ReportOffers {
  readonly #offers = new Map<string, ReportOffer>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Throws `RangeError` for what the VTN would have to refuse. */
  add(options: ReportOptions): ReportIds {
    const point = dataPointOf(options, this.#newId);
    const { reportName = "TELEMETRY_USAGE" } = options;
    const reportSpecifierId = options.reportSpecifierId ?? this.#specifierOf(reportName) ?? this.#newId();
    requireText("reportSpecifierId", reportSpecifierId);
    const offer = this.#offers.get(reportSpecifierId);
    if (offer !== undefined && offer.reportName !== reportName)
      throw new RangeError(`reportSpecifierId: expected a ${offer.reportName} report, got ${reportName}`);
    if (offer?.points.has(point.rId) === true)
      throw new RangeError(`rId: expected one that the report has not, got ${JSON.stringify(point.rId)}`);
    this.#offers.set(reportSpecifierId, {
      reportSpecifierId,
      reportName,
      duration: milliseconds(Math.max(offer?.duration ?? 0, durationOf(options))),
      points: new Map([...(offer?.points ?? []), [point.rId, point]]),
    });
    return { reportSpecifierId, rId: point.rId };
  }

  get(reportSpecifierId: string): ReportOffer | undefined {
    return this.#offers.get(reportSpecifierId);
  }

  /** The reports as oadrRegisterReport tells them (rules 305, 308, 311, 312, 331, 333). */
  metadata(now: Date): OadrReport[] {
    return [...this.#offers.values()].map(({ reportSpecifierId, reportName, duration, points }) => ({
      duration,
      reportDescriptions: [...points.values()].map(({ description }) => description),
      reportRequestId: "0",
      reportSpecifierId,
      reportName: `METADATA_${reportName}` as const,
      createdDateTime: now,
    }));
  }

  #specifierOf(reportName: string): string | undefined {
    return [...this.#offers.values()].find((offer) => offer.reportName === reportName)?.reportSpecifierId;
  }
}

function dataPointOf(options: ReportOptions, newId: () => string): DataPoint {
  const { resourceId, rId = newId(), marketContext, collect } = options;
  requireText("resourceId", resourceId);
  requireText("rId", rId);
  if (typeof collect !== "function") throw new TypeError(`collect: expected a function, got ${typeof collect}`);
  const samplingRate = samplingRateOf(options);
  const description: ReportDescription = {
    rId,
    reportDataSource: [{ resourceId }],
    ...kindOf(options),
    ...(marketContext !== undefined && { marketContext }),
    samplingRate,
  };
  return { rId, description, minPeriod: samplingRate.minPeriod, collect };
}

/** What rule 331 fixes for the reports of the standard. */
function kindOf(options: ReportOptions): Pick<ReportDescription, "reportType" | "measurement" | "readingType"> {
  if (options.reportName === "TELEMETRY_STATUS")
    return { reportType: "x-resourceStatus", readingType: "x-notApplicable" };
  const { measurement } = options;
  const name: unknown = (measurement as Measurement | undefined)?.name;
  if (!usageMeasurements.includes(name))
    throw new RangeError(`measurement: expected ${usageMeasurements.join(" | ")}, got ${String(name)}`);
  return { reportType: "usage", measurement, readingType: "Direct Read" };
}

const usageMeasurements: readonly unknown[] = ["powerReal", "energyReal", "pulseCount"];

function samplingRateOf({ samplingRate }: ReportOptions): SamplingRate {
  const { minPeriod = seconds(1), maxPeriod = hours(1), onChange = false } = samplingRate ?? {};
  requireWholeSeconds("samplingRate.minPeriod", minPeriod);
  requireWholeSeconds("samplingRate.maxPeriod", maxPeriod);
  if (maxPeriod < minPeriod)
    throw new RangeError(`samplingRate.maxPeriod: expected at least minPeriod (${minPeriod} ms), got ${maxPeriod} ms`);
  return { minPeriod, maxPeriod, onChange };
}

function durationOf({ duration, samplingRate }: ReportOptions): Duration {
  const maxPeriod = samplingRate?.maxPeriod ?? hours(1);
  if (duration === undefined) return milliseconds(Math.max(maxPeriod, hours(1)));
  requireWholeSeconds("duration", duration);
  if (duration < maxPeriod)
    throw new RangeError(`duration: expected at least samplingRate.maxPeriod (${maxPeriod} ms), got ${duration} ms`);
  return duration;
}

/** The standard knows no fractions of a second in a duration (rule 1). */
function requireWholeSeconds(name: string, span: Duration): void {
  if (!(span >= seconds(1)) || formatDuration(span) === undefined)
    throw new RangeError(`${name}: expected whole seconds, at least one, got ${span} ms`);
}

function requireText(name: string, text: string): void {
  if (typeof text !== "string" || text === "")
    throw new RangeError(`${name}: expected an ID, got ${JSON.stringify(text)}`);
}
