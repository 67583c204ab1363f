import { isDeepStrictEqual } from "node:util";
import {
  InvalidDataError,
  InvalidIdError,
  RejectedError,
  responseFor,
  type EiResponse,
  type Message,
  type OadrCancelReport,
  type OadrCreateReport,
  type OadrRegisteredReport,
  type OadrReport,
  type OadrUpdatedReport,
  type ReportRequest,
} from "@openleadr/protocol";
import { acknowledgement, success } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import type { OwnReportRequest } from "../store/own-report-store.ts";
import type { Registration } from "../store/registration-store.ts";
import { OwnReportAgenda } from "./own-report-agenda.ts";
import { OwnReportDelivery } from "./own-report-delivery.ts";
import { isFor, OwnReportOffers, type OwnReport } from "./own-report-offer.ts";
import { firstTimes, requestedReport, requireFit } from "./own-report-request.ts";

/** The reports that the VTN itself offers to VENs: what is on offer, and who has asked for it. */
export interface OwnReports {
  /**
   * Offers a report, in place of one of the same reportSpecifierID. The VENs that see it, or saw the one before, are told
   * all that they are offered; what they had requested of this VTN is void then, but for metadata (rule 306).
   *
   * Rejects with {@link RuleViolationError} for what breaks a rule of the standard, and as `encode` throws for what
   * breaks the schema.
   */
  offer(report: OwnReport): Promise<void>;
  /** Offers a report no longer, and tells the VENs that saw it. Rejects with `RangeError` if there is none of that ID. */
  withdraw(reportSpecifierId: string): Promise<void>;
  /**
   * Tells a VEN, or all VENs, what they are offered: after `isFor` has changed its mind, or a restart with other reports.
   * What they had requested of this VTN is void then, but for metadata (rule 306). Rejects with `RangeError` for a VEN
   * that is not registered.
   */
  announce(venId?: string): Promise<void>;
  /** What a VEN, or all VENs, have requested of this VTN and are still to get (rule 329). */
  requests(venId?: string): Promise<readonly OwnReportRequest[]>;
}

/**
 * EiReport with the parts exchanged: the VTN offers and sends, VENs ask.
 *
 * @see OpenADR 2.0b, §8.3, rules 300–346
 */
export class OwnReportService implements OwnReports {
  readonly #vtn: VtnContext;
  readonly #offers: OwnReportOffers;
  readonly #delivery: OwnReportDelivery;
  readonly #agenda: OwnReportAgenda;

  /** Throws for reports among the options that break a rule or the schema. */
  constructor(vtn: VtnContext) {
    const { ownReports, store, clock, logger } = vtn;
    this.#vtn = vtn;
    this.#offers = new OwnReportOffers(ownReports, clock.now());
    const delivery = new OwnReportDelivery(vtn, this.#offers);
    this.#delivery = delivery;
    this.#agenda = new OwnReportAgenda({
      store,
      clock,
      logger,
      serve: async (record, signal) => delivery.serve(record, signal),
    });
  }

  /** Begins to serve requests, those that are kept in the store included. */
  start(): void {
    this.#agenda.start();
  }

  async stop(): Promise<void> {
    await this.#agenda.stop();
  }

  async offer(report: OwnReport): Promise<void> {
    const before = this.#offers.get(report.reportSpecifierId);
    this.#offers.put(report, this.#vtn.clock.now());
    await this.#announceTo((ven) => isFor(report, ven) || (before !== undefined && isFor(before, ven)));
  }

  async withdraw(reportSpecifierId: string): Promise<void> {
    const before = this.#offers.get(reportSpecifierId);
    if (before === undefined)
      throw new RangeError(`reportSpecifierId: expected one on offer, got ${JSON.stringify(reportSpecifierId)}`);
    this.#offers.delete(reportSpecifierId);
    await this.#announceTo((ven) => isFor(before, ven));
  }

  async announce(venId?: string): Promise<void> {
    if (venId === undefined) return this.#announceTo(() => true);
    const ven = await this.#vtn.store.registration(venId);
    if (ven === undefined) throw new RangeError(`venId: expected a registered VEN, got ${JSON.stringify(venId)}`);
    await this.#delivery.sendMetadata(ven);
  }

  async requests(venId?: string): Promise<readonly OwnReportRequest[]> {
    return this.#vtn.store.ownReportRequests(venId);
  }

  /** What a VEN is offered, as it is told. */
  metadataFor(ven: Registration): readonly OadrReport[] {
    return this.#offers.metadataFor(ven, this.#vtn.clock.now());
  }

  async create({ reportRequests, requestId }: OadrCreateReport, request: VenRequest): Promise<Message> {
    return this.#take(reportRequests, requestId, request);
  }

  /** The VEN has seen what the VTN offers, and may ask for some of it at once (rule 344). */
  async registered({ response, reportRequests }: OadrRegisteredReport, request: VenRequest): Promise<Message> {
    await this.#answered(response, request);
    if (reportRequests.length === 0) return acknowledgement(response.requestId);
    return this.#take(reportRequests, response.requestId, request);
  }

  /** Ends reports; those that are unknown make the answer a 452, and the others end all the same (rule 336). */
  async cancel(cancel: OadrCancelReport, { venId }: VenRequest): Promise<Message<"oadrCanceledReport">> {
    const { reportRequestIds, requestId } = cancel;
    const records = await this.#vtn.store.ownReportRequests(venId);
    const unknown = unknownAmong(reportRequestIds, records);
    await this.#end(records, cancel);
    const response = unknown === undefined ? success(requestId) : responseFor(unknown, requestId);
    return { name: "oadrCanceledReport", payload: { response, pendingReports: await this.#pending(venId), venId } };
  }

  /** Rule 328: a cancellation in the answer counts for the request that it answers, and for no other. */
  async updated({ response, cancelReport }: OadrUpdatedReport, request: VenRequest): Promise<Message<"oadrResponse">> {
    const record = await this.#answered(response, request);
    const records = record === undefined ? [] : [record];
    if (cancelReport !== undefined) await this.#end(records, cancelReport);
    const unknown = unknownAmong(cancelReport?.reportRequestIds ?? [], records);
    if (unknown !== undefined) throw unknown;
    return acknowledgement(response.requestId);
  }

  async #announceTo(isTold: (ven: Registration) => boolean): Promise<void> {
    for (const ven of await this.#vtn.store.registrations()) if (isTold(ven)) await this.#delivery.sendMetadata(ven);
  }

  /** Takes requests, the good ones whatever becomes of the others. */
  async #take(
    requests: readonly ReportRequest[],
    requestId: string,
    { venId }: VenRequest,
  ): Promise<Message<"oadrCreatedReport">> {
    let response: EiResponse = success(requestId);
    try {
      for (const request of requests) {
        const refusal = await this.#refusalOf(request, venId);
        if (refusal !== undefined) response = responseFor(refusal, requestId);
      }
    } finally {
      this.#agenda.wake();
    }
    return { name: "oadrCreatedReport", payload: { response, pendingReports: await this.#pending(venId), venId } };
  }

  /** Takes a request, or resolves with why it is refused. */
  async #refusalOf(request: ReportRequest, venId: string): Promise<RejectedError | undefined> {
    try {
      await this.#begin(request, venId);
      return undefined;
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      this.#vtn.logger.warn({ venId, reportRequestId: request.reportRequestId, error }, "own report refused");
      return error;
    }
  }

  async #begin(request: ReportRequest, venId: string): Promise<void> {
    const { store, clock, newId } = this.#vtn;
    const { reportRequestId, reportSpecifier } = request;
    const records = await store.ownReportRequests(venId);
    const same = records.find((record) => record.request.reportRequestId === reportRequestId);
    // The same request once more, as after an answer that was lost, is no error; another one of that ID is (rule 322).
    if (same !== undefined && isDeepStrictEqual(same.request, request)) return;
    if (same !== undefined) throw new InvalidIdError(`reportRequestID ${reportRequestId} is in use`);
    if (records.length >= mostRequests)
      throw new InvalidDataError(`expected at most ${mostRequests} requests at a time`);
    const ven = await store.registration(venId);
    if (ven === undefined) throw new InvalidIdError("not registered");
    const takenAt = clock.now();
    const requested = requestedReport(request, { offers: this.#offers, ven });
    requireFit(request, requested, takenAt);
    const times = firstTimes({ request, takenAt }, requested);
    await store.addOwnReportRequest({
      venId,
      recordId: newId(),
      version: 0,
      request,
      takenAt,
      intervals: [],
      ...times,
    });
    const { reportSpecifierId } = reportSpecifier;
    this.#vtn.tell({ type: "ownReportRequested", venId, reportRequestId, reportSpecifierId });
  }

  /** The VEN has answered a message; resolves with the request that it was for, if that goes on. */
  async #answered(
    { requestId, responseCode }: EiResponse,
    { venId }: VenRequest,
  ): Promise<OwnReportRequest | undefined> {
    const records = await this.#vtn.store.ownReportRequests(venId);
    const record = records.find(({ unanswered }) => unanswered?.requestIds.includes(requestId) === true);
    if (record === undefined) return undefined;
    // The VEN knows nothing of the request any more.
    if (responseCode === unknownId) return this.#delivery.end(record);
    return this.#delivery.change(record, ({ unanswered, ...rest }) => {
      const requestIds = unanswered?.requestIds.filter((id) => id !== requestId) ?? [];
      if (unanswered === undefined || requestIds.length === 0) return rest;
      return { ...rest, unanswered: { ...unanswered, requestIds } };
    });
  }

  /** Ends those requests that are named; after one more report, if that is to follow (rule 345). */
  async #end(records: readonly OwnReportRequest[], cancel: OadrCancelReport): Promise<void> {
    const { reportRequestIds, reportToFollow } = cancel;
    const dueAt = this.#vtn.clock.now();
    for (const record of records) {
      if (!reportRequestIds.includes(record.request.reportRequestId)) continue;
      if (reportToFollow) await this.#delivery.change(record, (current) => ({ ...current, isEnding: true, dueAt }));
      else await this.#delivery.end(record);
    }
    this.#agenda.wake();
  }

  /** Rule 329: everything that is still to be delivered. */
  async #pending(venId: string): Promise<readonly string[]> {
    const records = await this.#vtn.store.ownReportRequests(venId);
    return records.map(({ request }) => request.reportRequestId);
  }
}

const unknownId = 452;

/** Requests are kept in the store, so that one VEN is not to fill it. */
const mostRequests = 100;

function unknownAmong(
  reportRequestIds: readonly string[],
  records: readonly OwnReportRequest[],
): InvalidIdError | undefined {
  const known = new Set(records.map(({ request }) => request.reportRequestId));
  const unknown = reportRequestIds.filter((id) => !known.has(id));
  return unknown.length === 0 ? undefined : new InvalidIdError(`no report requested as ${unknown.join(", ")}`);
}
