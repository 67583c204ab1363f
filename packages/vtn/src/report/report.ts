import {
  InvalidDataError,
  InvalidIdError,
  seconds,
  type DataQuality,
  type Duration,
  type Extension,
  type Message,
  type OadrCreatedReport,
  type OadrRegisterReport,
  type OadrReport,
  type OadrUpdateReport,
  type ReportInterval,
  type ReportRequest,
  type ResourceStatus,
} from "@openleadr/protocol";
import { acknowledgement, success } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";

/** Which data of an offered report are wanted, how dense and how often. */
export interface ReportSelection {
  /** Spacing of the readings; 0, beside a `reportBackDuration`, for changes only (rule 317). */
  readonly granularity: Duration;
  /** Time between two reports; 0 for one report at once (rule 324). @default granularity */
  readonly reportBackDuration?: Duration | undefined;
  /** The data points wanted, of those that are offered (rule 300). @default all */
  readonly rIds?: readonly string[] | undefined;
  /** From when, and for how long, 0 for ever (rule 325). @default from now, for ever */
  readonly reportInterval?: { readonly dtstart: Date; readonly duration: Duration } | undefined;
}

/** One reading of one data point. */
export interface Reading {
  readonly rId: string;
  /** The instant, or the start of the span, that it belongs to. */
  readonly dtstart: Date;
  /** The span; absent for a reading at an instant (rule 315). */
  readonly duration?: Duration;
  /** A number in the unit of the data point, or the state of a resource in TELEMETRY_STATUS. */
  readonly value: number | ResourceStatus;
  /** In percent. */
  readonly confidence?: number;
  /** In the unit of the value. */
  readonly accuracy?: number;
  readonly dataQuality?: DataQuality | Extension;
}

/** Data that a VEN sent for one report. */
export interface ReportUpdate {
  readonly venId: string;
  readonly reportRequestId: string;
  readonly reportSpecifierId: string;
  readonly reportName?: OadrReport["reportName"];
  readonly createdDateTime: Date;
  /** In the order in which they were sent. */
  readonly readings: readonly Reading[];
  /** The report as it came, with what is no reading, such as Green Button content. */
  readonly report: OadrReport;
}

/**
 * EiReport, seen from the VTN.
 *
 * @see OpenADR 2.0b, §8.3, rules 300–346
 */
export class ReportService {
  readonly #vtn: VtnContext;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  /** Keeps what the VEN offers in place of what it offered before, and asks for what is wanted (rules 306, 344). */
  async register(
    { requestId, reports }: OadrRegisterReport,
    request: VenRequest,
  ): Promise<Message<"oadrRegisteredReport">> {
    const { store, onRegisterReport } = this.#vtn;
    const reportRequests: ReportRequest[] = [];
    for (const report of reports) {
      const selection = await onRegisterReport?.(report, request);
      if (selection !== undefined) reportRequests.push(this.#requestFor(report, selection));
    }
    await store.putReports(request.venId, reports, reportRequests);
    const { venId } = request;
    this.#vtn.tell({ type: "reportsRegistered", venId, reports: reports.length, requested: reportRequests.length });
    return { name: "oadrRegisteredReport", payload: { response: success(requestId), reportRequests, venId } };
  }

  created({ response }: OadrCreatedReport, { venId }: VenRequest): Message<"oadrResponse"> {
    this.#vtn.tell({ type: "reportCreated", venId, responseCode: response.responseCode });
    return acknowledgement(response.requestId);
  }

  /**
   * Hands data on, if all of them were asked for. They count as arrived once the handler has them all; if it fails, the
   * VEN sends all of them again (rule 346).
   */
  async update({ requestId, reports }: OadrUpdateReport, request: VenRequest): Promise<Message<"oadrUpdatedReport">> {
    const { venId } = request;
    const updates = reports.map((report) => updateOf(report, venId));
    for (const update of updates) await this.#requireRequested(update);
    for (const update of updates) {
      await this.#vtn.onUpdateReport?.(update, request);
      const { reportSpecifierId } = update;
      this.#vtn.tell({ type: "reportReceived", venId, reportSpecifierId, readings: update.readings.length });
    }
    return { name: "oadrUpdatedReport", payload: { response: success(requestId), venId } };
  }

  /** Throws for data of a report, or of data points, that nobody asked for (rules 300, 304). */
  async #requireRequested({ venId, reportRequestId, reportSpecifierId, readings }: ReportUpdate): Promise<void> {
    const request = await this.#vtn.store.reportRequest(venId, reportRequestId);
    if (request === undefined) throw new InvalidIdError(`no report was requested as ${reportRequestId}`);
    const { reportSpecifier } = request;
    if (reportSpecifier.reportSpecifierId !== reportSpecifierId)
      throw new InvalidIdError(`report ${reportSpecifierId} was not requested as ${reportRequestId}`);
    const rIds = new Set(reportSpecifier.specifierPayloads.map(({ rId }) => rId));
    const unknown = readings.find(({ rId }) => !rIds.has(rId));
    if (unknown !== undefined) throw new InvalidIdError(`data point ${unknown.rId} was not requested`);
  }

  #requestFor(report: OadrReport, selection: ReportSelection): ReportRequest {
    const { granularity, reportBackDuration = granularity } = selection;
    const offered = report.reportDescriptions.map(({ rId }) => rId);
    const { rIds = offered } = selection;
    const unknown = rIds.find((rId) => !offered.includes(rId));
    if (unknown !== undefined)
      throw new RangeError(`rIds: expected data points that are offered, got ${JSON.stringify(unknown)}`);
    const always = { dtstart: this.#vtn.clock.now(), duration: seconds(0) };
    const { reportInterval = reportBackDuration > 0 ? always : undefined } = selection;
    return {
      reportRequestId: this.#vtn.newId(),
      reportSpecifier: {
        reportSpecifierId: report.reportSpecifierId,
        granularity,
        reportBackDuration,
        ...(reportInterval !== undefined && { reportInterval }),
        specifierPayloads: rIds.map((rId) => ({ rId, readingType: "x-notApplicable" })),
      },
    };
  }
}

function updateOf(report: OadrReport, venId: string): ReportUpdate {
  const { reportRequestId, reportSpecifierId, reportName, createdDateTime } = report;
  return {
    venId,
    reportRequestId,
    reportSpecifierId,
    ...(reportName !== undefined && { reportName }),
    createdDateTime,
    readings: readingsOf(report),
    report,
  };
}

/** Intervals without a start of their own follow one another from the report's (rules 314, 315). */
function readingsOf({ dtstart, createdDateTime, intervals = [] }: OadrReport): readonly Reading[] {
  let next = dtstart ?? createdDateTime;
  return intervals.flatMap((interval) => {
    const start = interval.dtstart ?? next;
    if (Number.isNaN(start.getTime())) throw new InvalidDataError("an interval begins after the end of time");
    next = new Date(start.getTime() + (interval.duration ?? 0));
    return readingsAt(start, interval);
  });
}

function readingsAt(dtstart: Date, { duration, payloads }: ReportInterval): readonly Reading[] {
  return payloads.flatMap((payload) => {
    if (payload.kind !== "reportPayload") return [];
    const { kind: _, ...reading } = payload;
    return [{ ...reading, dtstart, ...(duration !== undefined && { duration }) }];
  });
}
