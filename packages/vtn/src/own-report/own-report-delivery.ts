import { historySpan, InvalidIdError, type ReportInterval } from "@openleadr/protocol";
import type { VtnContext } from "../context.ts";
import { post } from "../delivery/post.ts";
import type { OwnReportRequest } from "../store/own-report-store.ts";
import type { Registration } from "../store/registration-store.ts";
import { history, numbered, sample, type Asking } from "./own-report-data.ts";
import { durationOf, type OwnReport, type OwnReportOffers } from "./own-report-offer.ts";
import { requestedReport, scheduleFor, type RequestedReport, type RequestedTelemetry } from "./own-report-request.ts";
import {
  afterStep,
  dataToSend,
  dueSample,
  isForMetadata,
  isHeldBack,
  messagesOf,
  mostIntervals,
  spanOf,
  withSample,
} from "./own-report-run.ts";

/**
 * Serves the requests for the VTN's own reports: samples, and puts what is to be sent into the mailboxes of VENs.
 *
 * @see OpenADR 2.0b, §8.3, rules 306, 313–318, 324, 325, 345
 */
export class OwnReportDelivery {
  readonly #vtn: VtnContext;
  readonly #offers: OwnReportOffers;

  constructor(vtn: VtnContext, offers: OwnReportOffers) {
    this.#vtn = vtn;
    this.#offers = offers;
  }

  /** Does what is due for a request; resolves with when it is due next, or undefined when it is done. */
  async serve(record: OwnReportRequest, signal: AbortSignal): Promise<Date | undefined> {
    const ven = await this.#vtn.store.registration(record.venId);
    if (ven === undefined) return undefined;
    const requested = this.#requested(record, ven);
    const asking = { venId: record.venId, signal, logger: this.#vtn.logger };
    if (requested === undefined) return this.end(record);
    if (requested.kind === "metadata") return this.#serveMetadata(record, ven, requested);
    if (requested.kind === "telemetry") return this.#serveTelemetry(record, requested, asking);
    const limits = { duration: durationOf(requested.report), now: record.takenAt };
    const span = historySpan(record.request.reportSpecifier, limits);
    return this.#sendLast(record, requested.report, await history(requested, span, asking));
  }

  /**
   * Tells a VEN what it is offered; what it has requested is void then, but for metadata (rule 306). Resolves with the
   * requestID.
   */
  async sendMetadata(ven: Registration, reportRequestId?: string): Promise<string> {
    const { store, clock, newId } = this.#vtn;
    const { venId } = ven;
    const requests = await store.ownReportRequests(venId);
    const requestId = newId();
    const reports = this.#offers.metadataFor(ven, clock.now());
    const payload = { requestId, reports, venId, ...(reportRequestId !== undefined && { reportRequestId }) };
    await post(this.#vtn, venId, { name: "oadrRegisterReport", payload });
    for (const record of requests) if (!isForMetadata(record)) await this.end(record);
    return requestId;
  }

  /** The request is served, or void. */
  async end({ venId, recordId, request }: OwnReportRequest): Promise<undefined> {
    await this.#vtn.store.eraseOwnReportRequests(venId, [recordId]);
    this.#vtn.tell({ type: "ownReportEnded", venId, reportRequestId: request.reportRequestId });
    return undefined;
  }

  /** Changes a request as it is by now; resolves with undefined if it has ended. */
  async change(
    { venId, recordId }: OwnReportRequest,
    apply: (current: OwnReportRequest) => OwnReportRequest,
  ): Promise<OwnReportRequest | undefined> {
    const { store } = this.#vtn;
    for (;;) {
      const current = (await store.ownReportRequests(venId)).find((record) => record.recordId === recordId);
      if (current === undefined) return undefined;
      const changed = { ...apply(current), version: current.version + 1 };
      if (await store.replaceOwnReportRequest(changed)) return changed;
    }
  }

  /** Undefined for what is not offered any more, as after a restart with other reports. */
  #requested(record: OwnReportRequest, ven: Registration): RequestedReport | undefined {
    try {
      return requestedReport(record.request, { offers: this.#offers, ven });
    } catch (error) {
      if (error instanceof InvalidIdError) return undefined;
      throw error;
    }
  }

  async #serveMetadata(
    record: OwnReportRequest,
    ven: Registration,
    requested: Extract<RequestedReport, { readonly kind: "metadata" }>,
  ): Promise<Date | undefined> {
    const now = this.#now();
    const { reportRequestId } = record.request;
    const isOnce = this.#isOnce(record);
    const requestIds = isOnce || !isHeldBack(record, now) ? [await this.sendMetadata(ven, reportRequestId)] : undefined;
    const schedule = scheduleFor(record, requested);
    const isLast = isOnce || afterStep(record, schedule, now) === undefined;
    if (requestIds !== undefined)
      this.#vtn.tell({ type: "ownReportSent", venId: ven.venId, reportRequestId, intervals: 0 });
    if (isLast) return this.end(record);
    const changed = await this.change(record, (current) => ({
      ...(afterStep(current, schedule, now) ?? current),
      ...(requestIds !== undefined && { unanswered: { requestIds, sentAt: new Date(now) } }),
    }));
    return changed?.dueAt;
  }

  async #serveTelemetry(
    record: OwnReportRequest,
    requested: RequestedTelemetry,
    asking: Asking,
  ): Promise<Date | undefined> {
    const now = this.#now();
    const schedule = scheduleFor(record, requested);
    const take = async (at: number): Promise<ReportInterval> =>
      sample(requested, spanOf(at, schedule.period, schedule.isPoint), asking);
    if (this.#isOnce(record)) {
      const { intervals } = record;
      return this.#sendLast(record, requested.report, intervals.length > 0 ? intervals : [await take(now)]);
    }
    const at = dueSample(record, schedule, now);
    const interval = at === undefined ? undefined : await take(at);
    const most = mostIntervals(requested);
    const sampled = await this.change(record, (current) =>
      interval === undefined ? current : withSample(current, interval, most),
    );
    if (sampled === undefined) return undefined;
    const { venId, request } = record;
    if (record.intervals.length === most && sampled.intervals.at(-1) === interval)
      this.#vtn.logger.warn({ venId, reportRequestId: request.reportRequestId }, "unsent data dropped");
    const isLast = afterStep(sampled, schedule, now) === undefined;
    const isDue = (sampled.reportAt?.getTime() ?? Infinity) <= now && (isLast || !isHeldBack(sampled, now));
    const intervals = isDue ? dataToSend(sampled, schedule, now) : [];
    if (isLast) return this.#sendLast(sampled, requested.report, intervals);
    const requestIds = await this.#send(sampled, requested.report, intervals);
    const changed = await this.change(sampled, (current) => ({
      ...(afterStep(current, schedule, now) ?? current),
      ...(requestIds.length > 0 && { intervals: [], unanswered: { requestIds, sentAt: new Date(now) } }),
    }));
    return changed?.dueAt;
  }

  /** Sends the last data of a request, unless it was cancelled in the meantime. */
  async #sendLast(
    record: OwnReportRequest,
    report: OwnReport,
    intervals: readonly ReportInterval[],
  ): Promise<undefined> {
    if ((await this.change(record, (current) => current)) === undefined) return undefined;
    await this.#send(record, report, intervals);
    return this.end(record);
  }

  /** Resolves with the requestIDs under which the data are sent. */
  async #send(
    { venId, request: { reportRequestId } }: OwnReportRequest,
    { reportSpecifierId, reportName = "TELEMETRY_USAGE" }: OwnReport,
    intervals: readonly ReportInterval[],
  ): Promise<readonly string[]> {
    const { newId, clock } = this.#vtn;
    const requestIds: string[] = [];
    for (const some of messagesOf(intervals)) {
      const [first] = some;
      const report = {
        ...(first?.dtstart !== undefined && { dtstart: first.dtstart }),
        intervals: numbered(some),
        reportDescriptions: [],
        reportRequestId,
        reportSpecifierId,
        reportName,
        createdDateTime: clock.now(),
      };
      const requestId = newId();
      await post(this.#vtn, venId, { name: "oadrUpdateReport", payload: { requestId, reports: [report], venId } });
      requestIds.push(requestId);
    }
    if (intervals.length > 0)
      this.#vtn.tell({ type: "ownReportSent", venId, reportRequestId, intervals: intervals.length });
    return requestIds;
  }

  #isOnce({ request, isEnding }: OwnReportRequest): boolean {
    return isEnding === true || request.reportSpecifier.reportBackDuration === 0;
  }

  #now(): number {
    return this.#vtn.clock.now().getTime();
  }
}
