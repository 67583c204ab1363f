import {
  InvalidIdError,
  METADATA,
  responseFor,
  type EiResponse,
  type OadrRegisterReport,
  type OadrReport,
  type OadrUpdateReport,
  type ReportRequest,
} from "@openleadr/protocol";
import { askHandler } from "../ask-handler.ts";
import { errorOf } from "../async/failure.ts";
import type { VenContext } from "../context.ts";
import type { Reply } from "../incoming/reply.ts";
import type { ReportHandlerName } from "../status.ts";
import { metadataOffer, recordOf, requestFor } from "./selected-report.ts";
import { updateOf } from "./vtn-report-data.ts";
import type { ReportSelection, VtnReportRequest, VtnReportUpdate } from "./vtn-report-options.ts";

/**
 * EiReport with the parts exchanged: the VTN offers and sends, the VEN asks.
 *
 * @see OpenADR 2.0b, §8.3, rules 300–346
 */
export class VtnReports {
  readonly #context: VenContext;
  readonly #requests = new Map<string, VtnReportRequest>();
  /** Requests of which all has come, the latest few: the VTN sends again what it believes was lost (rule 346). */
  readonly #delivered = new Map<string, VtnReportRequest>();
  #offered: readonly OadrReport[] = [];

  constructor(context: VenContext) {
    this.#context = context;
  }

  /** What the VTN offers. */
  get offered(): readonly OadrReport[] {
    return this.#offered;
  }

  /** What is still to come (rule 329). */
  get requests(): readonly VtnReportRequest[] {
    return [...this.#requests.values()];
  }

  /** The registration has ended, and all requests with it (rules 406, 407). */
  clear(): void {
    this.#offered = [];
    this.#delivered.clear();
    for (const request of this.requests) this.#end(request);
  }

  /**
   * Keeps what the VTN offers in place of what it offered before. What was requested is void then, requests for metadata
   * apart (306), and what the application wants is requested with the answer (344).
   */
  async receiveRegister(message: OadrRegisterReport, reply: Reply): Promise<void> {
    const { reports, requestId, reportRequestId = "" } = message;
    this.#offered = reports;
    for (const request of this.requests) if (!isForMetadata(request)) this.#end(request);
    const fulfilled = this.#requests.get(reportRequestId);
    if (fulfilled?.isOnce === true) this.#end(fulfilled);
    const reportRequests = await this.#wanted(reports);
    this.#context.tell({ type: "vtnReportsOffered", reports: reports.length, requested: reportRequests.length });
    for (const request of reportRequests) this.#remember(request);
    const response = { responseCode: 200, requestId };
    const { venId } = this.#context.registration();
    const { isTaken } = await reply("oadrRegisteredReport", { response, reportRequests, venId });
    for (const request of reportRequests) this.#settle(request, isTaken);
  }

  /** Deals with data, if all of them were requested; the VTN hears of any that were not. */
  async receiveUpdate({ requestId, reports }: OadrUpdateReport, reply: Reply): Promise<void> {
    let response: EiResponse = { responseCode: 200, requestId };
    try {
      const updates = reports.map((report) => updateOf(report, this.#requestOf(report)));
      for (const update of updates) await this.#deal(update);
    } catch (error) {
      if (this.#context.isEnd(error)) throw error;
      this.#context.options.logger.warn({ requestId, error }, "report refused");
      response = responseFor(error, requestId);
    }
    await reply("oadrUpdatedReport", { response, venId: this.#context.registration().venId });
  }

  /** Asks for some of what a report offers, or for the metadata. Rejects if the VTN refuses, or cannot be reached. */
  async request(
    reportSpecifierId: string,
    selection: ReportSelection,
    signal?: AbortSignal,
  ): Promise<VtnReportRequest> {
    const { newId, clock, logger } = this.#context.options;
    const request = requestFor(this.#offerOf(reportSpecifierId), selection, {
      reportRequestId: newId(),
      now: clock.now(),
    });
    const { reportRequestId } = request;
    const record = this.#remember(request);
    try {
      const { venId } = this.#context.registration();
      const payload = { requestId: newId(), reportRequests: [request] as const, venId };
      const answer = await this.#context.call("oadrCreateReport", payload, signal);
      logger.debug({ reportRequestId, pendingReports: answer?.payload.pendingReports }, "report requested");
    } catch (error) {
      this.#end(record, errorOf(error));
      throw error;
    }
    return this.#settle(request, true) ?? record;
  }

  /** Wants a report no longer. Rejects if the VTN refuses or cannot be reached; one that it does not know is over. */
  async cancel(reportRequestId: string, reportToFollow: boolean, signal?: AbortSignal): Promise<void> {
    const request = this.#requests.get(reportRequestId);
    if (request === undefined)
      throw new RangeError(`reportRequestId: expected one that goes on, got ${JSON.stringify(reportRequestId)}`);
    const requestId = this.#context.options.newId();
    const { venId } = this.#context.registration();
    const payload = { requestId, reportRequestIds: [reportRequestId] as const, reportToFollow, venId };
    try {
      await this.#context.call("oadrCancelReport", payload, signal);
    } catch (error) {
      if (!(error instanceof InvalidIdError)) throw error;
      return this.#end(request);
    }
    if (!this.#requests.has(reportRequestId)) return;
    if (reportToFollow) this.#requests.set(reportRequestId, { ...request, state: "ending", isOnce: true });
    else this.#end(request);
  }

  /** What to ask for of each report; nothing of one where the handler fails. */
  async #wanted(reports: readonly OadrReport[]): Promise<readonly ReportRequest[]> {
    const { onRegisterReport, newId, clock } = this.#context.options;
    if (onRegisterReport === undefined) return [];
    const requests: ReportRequest[] = [];
    for (const report of reports) {
      try {
        const selection = await askHandler(this.#context, (context) => onRegisterReport(report, context));
        if (selection === undefined) continue;
        requests.push(requestFor(report, selection, { reportRequestId: newId(), now: clock.now() }));
      } catch (error) {
        this.#handlerFailed("onRegisterReport", report, error);
      }
    }
    return requests;
  }

  async #deal(update: VtnReportUpdate): Promise<void> {
    const { reportRequestId, readings } = update;
    const { onReport } = this.#context.options;
    try {
      if (onReport !== undefined) await askHandler(this.#context, (context) => onReport(update, context));
    } catch (error) {
      this.#handlerFailed("onReport", update, error);
      throw error;
    }
    this.#context.tell({ type: "vtnReportReceived", reportRequestId, readings: readings.length });
    const request = this.#requests.get(reportRequestId);
    if (request === undefined) return;
    if (request.isOnce) this.#finish(request);
    else this.#requests.set(reportRequestId, { ...request, state: "active" });
  }

  #handlerFailed(
    handler: ReportHandlerName,
    { reportSpecifierId }: Pick<OadrReport, "reportSpecifierId">,
    error: unknown,
  ): void {
    if (this.#context.isEnd(error)) throw error;
    this.#context.options.logger.error({ handler, reportSpecifierId, error }, "handler failed");
    this.#context.tell({ type: "handlerFailed", handler, reportSpecifierId, error: errorOf(error) });
  }

  #requestOf({ reportRequestId }: OadrReport): VtnReportRequest | undefined {
    return this.#requests.get(reportRequestId) ?? this.#delivered.get(reportRequestId);
  }

  #offerOf(reportSpecifierId: string): Parameters<typeof requestFor>[0] {
    if (reportSpecifierId === METADATA) return metadataOffer;
    const offered = this.#offered.find((report) => report.reportSpecifierId === reportSpecifierId);
    if (offered !== undefined) return offered;
    throw new RangeError(
      `reportSpecifierId: expected a report that the VTN offers, got ${JSON.stringify(reportSpecifierId)}`,
    );
  }

  /** Data may come before the answer does. */
  #remember(request: ReportRequest): VtnReportRequest {
    const { reportSpecifierId } = request.reportSpecifier;
    const offered = this.#offered.find((report) => report.reportSpecifierId === reportSpecifierId);
    const record = recordOf(request, offered);
    this.#requests.set(request.reportRequestId, record);
    return record;
  }

  /** The VTN has taken a request, or not. All may have come already. */
  #settle({ reportRequestId }: ReportRequest, isTaken: boolean): VtnReportRequest | undefined {
    const record = this.#requests.get(reportRequestId);
    if (record === undefined) return undefined;
    if (!isTaken) {
      this.#end(record, new Error("the VTN has not taken the request"));
      return undefined;
    }
    const settled: VtnReportRequest = { ...record, state: "active" };
    this.#requests.set(reportRequestId, settled);
    const { reportSpecifierId } = record;
    this.#context.tell({ type: "vtnReportRequested", reportRequestId, reportSpecifierId });
    return settled;
  }

  #finish(request: VtnReportRequest): void {
    this.#delivered.set(request.reportRequestId, request);
    const [oldest] = this.#delivered.keys();
    if (this.#delivered.size > mostDelivered && oldest !== undefined) this.#delivered.delete(oldest);
    this.#end(request);
  }

  #end({ reportRequestId }: VtnReportRequest, error?: Error): void {
    if (!this.#requests.delete(reportRequestId)) return;
    this.#context.tell({ type: "vtnReportEnded", reportRequestId, ...(error !== undefined && { error }) });
  }
}

const mostDelivered = 100;

function isForMetadata({ reportSpecifierId }: VtnReportRequest): boolean {
  return reportSpecifierId === METADATA;
}
