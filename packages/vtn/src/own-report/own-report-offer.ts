import {
  checkRules,
  encode,
  hours,
  milliseconds,
  minutes,
  RuleViolationError,
  type DataQuality,
  type Duration,
  type Extension,
  type Message,
  type OadrReport,
  type ReportDescription,
  type ResourceStatus,
  type SamplingRate,
} from "@openleadr/protocol";
import type { Registration } from "../store/registration-store.ts";

type Awaitable<T> = T | Promise<T>;

/** A report that the VTN offers to VENs: present values, again and again or once, or history. */
export type OwnReport = OwnTelemetryReport | OwnHistoryReport;

interface OwnReportBase {
  /** The report's ID. It stays the same over restarts, as requests that are kept in the store refer to it. */
  readonly reportSpecifierId: string;
  /**
   * Which VENs see it. It is asked with every registration and every request, and is to answer the same until
   * {@link OwnReports.announce} tells VENs of a change.
   * @default all
   */
  readonly isFor?: ((ven: Registration) => boolean) | undefined;
  /** How much data one report covers at most, or how far back history goes (rule 312). @default 1 h, or the longest maxPeriod */
  readonly duration?: Duration | undefined;
}

/** Values of the present, sampled for each request as it asks. */
export interface OwnTelemetryReport extends OwnReportBase {
  /** TELEMETRY_STATUS has values at an instant; all others have values over intervals. @default TELEMETRY_USAGE */
  readonly reportName?: "TELEMETRY_USAGE" | "TELEMETRY_STATUS" | Extension | undefined;
  readonly dataPoints: readonly (OwnDataPoint & {
    /**
     * Asked for one value, when the interval it belongs to is over, or at the instant it belongs to. Where it has none
     * (undefined), or throws, the VEN gets a placeholder that says so (rule 318). One that never ends holds up the
     * requests of this data point alone.
     */
    readonly collect: (asked: AskedValue) => Awaitable<OwnValue | undefined>;
  })[];
}

/** What is kept of the past, sent once for each request. */
export interface OwnHistoryReport extends OwnReportBase {
  readonly reportName: "HISTORY_USAGE";
  readonly dataPoints: readonly (OwnDataPoint & {
    /** Asked for all readings that begin in a span of time, either all with a duration or none (rule 315). */
    readonly collect: (asked: AskedHistory) => Awaitable<readonly OwnReading[]>;
  })[];
}

/** A data point of one of the VTN's reports. What rule 331 fixes for a standard report may be left out. */
export interface OwnDataPoint extends Partial<Omit<ReportDescription, "rId" | "samplingRate">> {
  /** Unique in its report (rule 308). */
  readonly rId: string;
  /** How often it can be sampled; not for history. In whole seconds. @default every minute to every hour */
  readonly samplingRate?: Partial<SamplingRate> | undefined;
}

/** Which value is asked for. */
export interface AskedValue {
  readonly venId: string;
  readonly reportSpecifierId: string;
  readonly rId: string;
  /** The instant, or the start of the interval, that the value is to belong to. */
  readonly dtstart: Date;
  /** The length of the interval; undefined for a value at an instant. */
  readonly duration: Duration | undefined;
  /** Aborts when the VTN stops. */
  readonly signal: AbortSignal;
}

/** Which history is asked for. */
export interface AskedHistory extends AskedValue {
  readonly duration: Duration;
}

/** A value: a number in the unit of the data point, the state of a resource, or either with what is known of it. */
export type OwnValue = number | ResourceStatus | QualifiedValue;

/** A value, and how far it can be trusted. */
export interface QualifiedValue {
  readonly value: number | ResourceStatus;
  /** In percent, a whole number. */
  readonly confidence?: number;
  /** In the unit of the value. */
  readonly accuracy?: number;
  readonly dataQuality?: DataQuality | Extension;
}

/** A value of the past. */
export interface OwnReading extends QualifiedValue {
  /** The instant, or the start of the interval, that it belongs to. */
  readonly dtstart: Date;
  /** The length of the interval; left out for a value at an instant. */
  readonly duration?: Duration;
}

/** Everything the VTN offers, by reportSpecifierID; each is unique (rule 308). */
export class OwnReportOffers {
  readonly #reports = new Map<string, OwnReport>();

  /** Throws for a report that breaks a rule or the schema, or for two of one reportSpecifierID. */
  constructor(reports: readonly OwnReport[], now: Date) {
    for (const report of reports) {
      if (this.#reports.has(report.reportSpecifierId))
        throw new RangeError(`ownReports: expected one report ${JSON.stringify(report.reportSpecifierId)}, got two`);
      this.put(report, now);
    }
  }

  /** Offers a report, in place of one of the same ID. Throws for one that breaks a rule or the schema. */
  put(report: OwnReport, now: Date): void {
    requireIds(report);
    requireOffer(metadataOf(report, now));
    this.#reports.set(report.reportSpecifierId, report);
  }

  delete(reportSpecifierId: string): void {
    this.#reports.delete(reportSpecifierId);
  }

  get(reportSpecifierId: string): OwnReport | undefined {
    return this.#reports.get(reportSpecifierId);
  }

  /** What a VEN may see, as oadrRegisterReport tells it (rules 305, 308, 311, 312, 331). */
  metadataFor(ven: Registration, now: Date): OadrReport[] {
    return [...this.#reports.values()].filter((report) => isFor(report, ven)).map((report) => metadataOf(report, now));
  }
}

/** Whether a VEN sees a report. */
export function isFor(report: OwnReport, ven: Registration): boolean {
  return report.isFor?.(ven) ?? true;
}

/** How often a data point can be sampled, in milliseconds. */
export function minPeriodOf({ samplingRate }: OwnDataPoint): number {
  return samplingRate?.minPeriod ?? minutes(1);
}

/** How much data a report covers at most. */
export function durationOf({ duration, dataPoints }: OwnReport): Duration {
  return (
    duration ?? milliseconds(Math.max(hours(1), ...dataPoints.map(({ samplingRate }) => maxPeriodOf(samplingRate))))
  );
}

function maxPeriodOf(samplingRate: OwnDataPoint["samplingRate"]): Duration {
  return samplingRate?.maxPeriod ?? hours(1);
}

function metadataOf(report: OwnReport, now: Date): OadrReport {
  const { reportSpecifierId, reportName = "TELEMETRY_USAGE", dataPoints } = report;
  return {
    duration: durationOf(report),
    reportDescriptions: dataPoints.map((point) => descriptionOf(point, reportName)),
    reportRequestId: "0",
    reportSpecifierId,
    reportName: isExtension(reportName) ? reportName : `METADATA_${reportName}`,
    createdDateTime: now,
  };
}

function descriptionOf(point: OwnDataPoint, reportName: NonNullable<OwnReport["reportName"]>): ReportDescription {
  const { rId, reportSubject, reportDataSource, measurement, marketContext, samplingRate } = point;
  const isStatus = reportName === "TELEMETRY_STATUS";
  const { reportType = isStatus ? "x-resourceStatus" : "usage" } = point;
  const { readingType = isStatus ? "x-notApplicable" : "Direct Read" } = point;
  return {
    rId,
    ...(reportSubject !== undefined && { reportSubject }),
    ...(reportDataSource !== undefined && { reportDataSource }),
    reportType,
    ...(measurement !== undefined && { measurement }),
    readingType,
    ...(marketContext !== undefined && { marketContext }),
    ...(reportName !== "HISTORY_USAGE" && {
      samplingRate: {
        minPeriod: samplingRate?.minPeriod ?? minutes(1),
        maxPeriod: maxPeriodOf(samplingRate),
        onChange: samplingRate?.onChange ?? false,
      },
    }),
  };
}

function isExtension(name: string): name is Extension {
  return name.startsWith("x-");
}

function requireIds({ reportSpecifierId, dataPoints }: OwnReport): void {
  if (reportSpecifierId === "") throw new RangeError('reportSpecifierId: expected an ID, got ""');
  for (const [index, { rId, samplingRate, collect }] of dataPoints.entries()) {
    const path = `dataPoints[${index}]`;
    if (rId === "") throw new RangeError(`${path}.rId: expected an ID, got ""`);
    if (typeof collect !== "function")
      throw new TypeError(`${path}.collect: expected a function, got ${typeof collect}`);
    const { minPeriod = minutes(1) } = samplingRate ?? {};
    if (!(minPeriod > 0 && minPeriod <= maxPeriodOf(samplingRate)))
      throw new RangeError(
        `${path}.samplingRate.minPeriod: expected more than 0 and at most maxPeriod, got ${minPeriod} ms`,
      );
  }
}

function requireOffer(report: OadrReport): void {
  const message: Message = { name: "oadrRegisterReport", payload: { requestId: "0", reports: [report] } };
  encode(message);
  const [first, ...rest] = checkRules(message, { sender: "vtn", now: report.createdDateTime });
  if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
}
