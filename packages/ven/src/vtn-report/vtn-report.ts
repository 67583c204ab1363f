import {
  InvalidIdError,
  isSuccess,
  METADATA,
  responseFor,
  type EiResponse,
  type OadrCreatedReport,
  type OadrRegisterReport,
  type OadrReport,
  type OadrUpdateReport,
  type ReportRequest,
} from "@openleadr/protocol";
import { askHandler } from "../ask-handler.ts";
import { errorOf } from "../async/failure.ts";
import { unlessAborted } from "../async/unless-aborted.ts";
import type { VenContext } from "../context.ts";
import type { Reply } from "../incoming/reply.ts";
import type { ReportHandlerName } from "../status.ts";
import { KeptVtnReports } from "./kept-vtn-reports.ts";
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
  readonly #kept: KeptVtnReports;
  /** The reportRequestIDs of requests that went with an answer to a push, and of which the VTN has yet to say more. */
  #unconfirmed: Set<string> | undefined;
  /** The requests whose cancellation, with one more report to follow, is under way, and whether data came meanwhile. */
  #cancelling: Map<string, boolean> | undefined;

  constructor(context: VenContext) {
    this.#context = context;
    this.#kept = new KeptVtnReports(context.notebook);
  }

  /** What the VTN offers. */
  get offered(): readonly OadrReport[] {
    return this.#kept.offered;
  }

  /** What is still to come (rule 329). */
  get requests(): readonly VtnReportRequest[] {
    return this.#kept.requests;
  }

  /** Asks again for what the VTN may not have heard of before a crash; to ask twice is no error. */
  async resume(): Promise<void> {
    for (const request of this.#kept.unheard) {
      if (this.#kept.get(request.reportRequestId) === undefined) continue;
      const { venId } = this.#context.registration();
      const payload = { requestId: this.#context.options.newId(), reportRequests: [request] as const, venId };
      const { isTaken } = await this.#context.request("oadrCreateReport", payload);
      this.#settle(request, isTaken);
    }
  }

  /** The registration has ended, and all requests with it (rules 406, 407). */
  clear(): void {
    for (const request of this.requests) this.#end(request);
    this.#kept.clear();
  }

  /**
   * Keeps what the VTN offers in place of what it offered before. What was requested is void then, requests for metadata
   * apart (306), and what the application wants is requested with the answer (344).
   */
  async receiveRegister(message: OadrRegisterReport, reply: Reply): Promise<void> {
    const { reports, requestId, reportRequestId = "" } = message;
    this.#kept.offer(reports);
    for (const request of this.requests) if (!isForMetadata(request)) this.#end(request);
    const fulfilled = this.#kept.get(reportRequestId);
    if (fulfilled?.isOnce === true) this.#end(fulfilled);
    const reportRequests = await this.#wanted(reports);
    this.#context.tell({ type: "vtnReportsOffered", reports: reports.length, requested: reportRequests.length });
    for (const request of reportRequests) this.#kept.add(this.#recordOf(request));
    await this.#context.notebook.saved();
    const response = { responseCode: 200, requestId };
    const { venId } = this.#context.registration();
    const { isTaken } = await reply("oadrRegisteredReport", { response, reportRequests, venId });
    const isPushed = this.#context.transportAddress !== undefined;
    if (isPushed)
      for (const { reportRequestId } of reportRequests) (this.#unconfirmed ??= new Set()).add(reportRequestId);
    else for (const request of reportRequests) this.#settle(request, isTaken);
  }

  /** The VTN says whether it has taken what was requested in answer to its push (rule 344). */
  async receiveCreated({ response, pendingReports }: OadrCreatedReport, reply: Reply): Promise<void> {
    const { responseCode, requestId } = response;
    for (const reportRequestId of this.#unconfirmed ?? [])
      this.#settle({ reportRequestId }, isSuccess(responseCode) || pendingReports.includes(reportRequestId));
    this.#unconfirmed = undefined;
    const { venId } = this.#context.registration();
    await reply("oadrResponse", { response: { responseCode: 200, requestId }, venId });
  }

  /** Deals with data, if all of them were requested; the VTN hears of any that were not. */
  async receiveUpdate({ requestId, reports }: OadrUpdateReport, reply: Reply): Promise<void> {
    let response: EiResponse = { responseCode: 200, requestId };
    let isOver = false;
    try {
      const updates = reports.map((report) => updateOf(report, this.#kept.known(report.reportRequestId)));
      for (const update of updates) isOver = (await this.#deal(update)) || isOver;
    } catch (error) {
      if (this.#context.isEnd(error)) throw error;
      this.#context.options.logger.warn({ requestId, error }, "report refused");
      response = responseFor(error, requestId);
    }
    if (isOver) await this.#context.notebook.saved();
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
    const record = this.#recordOf(request);
    this.#kept.add(record, request);
    try {
      // Otherwise data might come after a crash that nobody has asked for.
      await unlessAborted(this.#context.notebook.saved(), signal ?? this.#context.stopping);
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
    const request = this.#kept.get(reportRequestId);
    if (request === undefined)
      throw new RangeError(`reportRequestId: expected one that goes on, got ${JSON.stringify(reportRequestId)}`);
    const requestId = this.#context.options.newId();
    const { venId } = this.#context.registration();
    const payload = { requestId, reportRequestIds: [reportRequestId] as const, reportToFollow, venId };
    if (reportToFollow) (this.#cancelling ??= new Map()).set(reportRequestId, false);
    try {
      await this.#context.call("oadrCancelReport", payload, signal);
      this.#cancelled(request, reportToFollow);
    } catch (error) {
      if (!(error instanceof InvalidIdError)) throw error;
      this.#end(request);
    } finally {
      this.#cancelling?.delete(reportRequestId);
    }
    await this.#context.notebook.saved();
  }

  /** The VTN has agreed to a cancellation. The report that was to follow may have come before it said so. */
  #cancelled(request: VtnReportRequest, reportToFollow: boolean): void {
    const { reportRequestId } = request;
    if (this.#kept.get(reportRequestId) === undefined) return;
    if (!reportToFollow) this.#end(request);
    else if (this.#cancelling?.get(reportRequestId) === true) this.#deliver(request);
    else this.#kept.change({ ...request, state: "ending", isOnce: true });
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

  /** Whether that was all there was to come. */
  async #deal(update: VtnReportUpdate): Promise<boolean> {
    const { reportRequestId, readings } = update;
    const { onReport } = this.#context.options;
    try {
      if (onReport !== undefined) await askHandler(this.#context, (context) => onReport(update, context));
    } catch (error) {
      this.#handlerFailed("onReport", update, error);
      throw error;
    }
    this.#context.tell({ type: "vtnReportReceived", reportRequestId, readings: readings.length });
    if (this.#cancelling?.has(reportRequestId) === true) this.#cancelling.set(reportRequestId, true);
    const request = this.#kept.get(reportRequestId);
    if (request === undefined) return false;
    if (!request.isOnce) {
      if (request.state !== "active") this.#kept.heard({ ...request, state: "active" });
      return false;
    }
    this.#deliver(request);
    return true;
  }

  /** All that was to come of a request has come. */
  #deliver(request: VtnReportRequest): void {
    this.#kept.deliver(request);
    this.#context.tell({ type: "vtnReportEnded", reportRequestId: request.reportRequestId });
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

  #offerOf(reportSpecifierId: string): Parameters<typeof requestFor>[0] {
    if (reportSpecifierId === METADATA) return metadataOffer;
    const offered = this.#kept.offered.find((report) => report.reportSpecifierId === reportSpecifierId);
    if (offered !== undefined) return offered;
    throw new RangeError(
      `reportSpecifierId: expected a report that the VTN offers, got ${JSON.stringify(reportSpecifierId)}`,
    );
  }

  #recordOf(request: ReportRequest): VtnReportRequest {
    const { reportSpecifierId } = request.reportSpecifier;
    return recordOf(
      request,
      this.#kept.offered.find((report) => report.reportSpecifierId === reportSpecifierId),
    );
  }

  /** The VTN has taken a request, or not. All may have come already. */
  #settle({ reportRequestId }: Pick<ReportRequest, "reportRequestId">, isTaken: boolean): VtnReportRequest | undefined {
    const record = this.#kept.get(reportRequestId);
    if (record === undefined) return undefined;
    if (!isTaken) {
      this.#end(record, new Error("the VTN has not taken the request"));
      return undefined;
    }
    const settled: VtnReportRequest = { ...record, state: "active" };
    this.#kept.heard(settled);
    const { reportSpecifierId } = record;
    this.#context.tell({ type: "vtnReportRequested", reportRequestId, reportSpecifierId });
    return settled;
  }

  #end({ reportRequestId }: VtnReportRequest, error?: Error): void {
    this.#unconfirmed?.delete(reportRequestId);
    if (!this.#kept.delete(reportRequestId)) return;
    this.#context.tell({ type: "vtnReportEnded", reportRequestId, ...(error !== undefined && { error }) });
  }
}

function isForMetadata({ reportSpecifierId }: VtnReportRequest): boolean {
  return reportSpecifierId === METADATA;
}
