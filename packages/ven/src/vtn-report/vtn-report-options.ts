import type { Duration, OadrReport, ReportReading } from "@openleadr/protocol";
import type { HandlerContext } from "../handler-context.ts";

type Awaitable<T> = T | Promise<T>;

/** Which data of an offered report are wanted, how dense and how often. */
export interface ReportSelection {
  /** Spacing of the readings. 0, beside a `reportBackDuration`, for changes only; history has none (rule 317). @default 0 */
  readonly granularity?: Duration | undefined;
  /** Time between two reports; 0 for one report at once, as of history (rule 324). @default granularity */
  readonly reportBackDuration?: Duration | undefined;
  /** The data points wanted, of those that are offered (rule 300). @default all */
  readonly rIds?: readonly string[] | undefined;
  /**
   * Telemetry: from when, and for how long, 0 for ever. History, which must have it: the past that is wanted, 0 for all
   * since its start (rule 325). @default from now, for ever
   */
  readonly reportInterval?: { readonly dtstart: Date; readonly duration: Duration } | undefined;
}

/**
 * One reading of one data point of the VTN: a number in the unit of the data point, the status of a resource, or Green
 * Button content; told apart by `kind`.
 */
export type VtnReading = ReportReading;

/** Data that the VTN sent for one report. */
export interface VtnReportUpdate {
  readonly reportRequestId: string;
  readonly reportSpecifierId: string;
  readonly reportName?: OadrReport["reportName"];
  readonly createdDateTime: Date;
  /** In the order of time. */
  readonly readings: readonly VtnReading[];
  /** The report as it came. */
  readonly report: OadrReport;
}

/** What a VEN does with the reports of its VTN. */
export interface VtnReportOptions {
  /**
   * Called with each report that the VTN offers; its answer is which of its data to ask for, at once, in
   * oadrRegisteredReport (rule 344). A handler that throws asks for nothing of that report. @default asks for nothing
   */
  readonly onRegisterReport?:
    ((report: OadrReport, context: HandlerContext) => Awaitable<ReportSelection | undefined>) | undefined;
  /**
   * Called with the data of a report that was requested, one report after the other. They count as arrived when it is
   * done; where it throws, the VTN hears so, and may send them again.
   *
   * Readings may come twice, or corrected: a later one replaces an earlier one of the same report, data point and
   * `dtstart` (rule 346).
   */
  readonly onReport?: ((update: VtnReportUpdate, context: HandlerContext) => Awaitable<void>) | undefined;
}

/** A report that the VEN has requested of the VTN, and how far that is: plain data. */
export interface VtnReportRequest {
  readonly reportRequestId: string;
  readonly reportSpecifierId: string;
  /** The data points that were asked for. */
  readonly rIds: readonly string[];
  readonly reportName?: OadrReport["reportName"];
  /** `requested` until the VTN has agreed, `ending` for one more report after a cancellation (rule 345). */
  readonly state: "requested" | "active" | "ending";
  /** Whether one report is all there is to come. */
  readonly isOnce: boolean;
}
