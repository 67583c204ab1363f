import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  InvalidDataError,
  InvalidIdError,
  responseFor,
  type EiResponse,
  type OadrCancelReport,
  type OadrCreateReport,
  type ReportRequest,
} from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import type { Reply } from "../incoming/reply.ts";
import { DueMetadata } from "./due-metadata.ts";
import { KeptRequests } from "./kept-requests.ts";
import { MetadataRun, type MetadataRecord } from "./metadata-run.ts";
import type { OfferedPoint, ReportOffers } from "./report-offer.ts";
import { requestedData, requireOffered, type RequestedData } from "./report-request.ts";
import { ReportRun } from "./report-run.ts";
import type { ReportRequestRecord } from "./request-record.ts";
import { StoredReadings } from "./stored-readings.ts";
import { shareOf, tellDropped } from "./unsent.ts";

/** A request that has been accepted. */
type Run = ReportRun | MetadataRun;

/**
 * The VEN's reports: offers them, and serves those that the VTN asks for.
 *
 * @see OpenADR 2.0b, §8.3, rules 300–346
 */
export class Reports {
  readonly #context: VenContext;
  readonly #offers: ReportOffers;
  readonly #kept: KeptRequests;
  readonly #runs = new Map<string, Run>();
  readonly #readings: StoredReadings;
  readonly #due: DueMetadata;
  readonly #before: ReturnType<KeptRequests["take"]>;
  /** Whether the requests from before have been gone on with, or are void. */
  #isResumed = false;

  constructor(context: VenContext, offers: ReportOffers) {
    this.#context = context;
    this.#offers = offers;
    this.#due = new DueMetadata(context);
    this.#readings = new StoredReadings(context, offers);
    this.#kept = new KeptRequests(context, offers);
    this.#before = this.#kept.take();
    context.stopping.addEventListener("abort", () => this.clear(), { once: true });
  }

  /** The requests for data that are served at present, and how far they are. */
  get records(): readonly ReportRequestRecord[] {
    return [...this.#runs.values()].flatMap((run) => (run instanceof ReportRun ? [run.record] : []));
  }

  /** Goes on with the requests from before; offers everything anew, if that is not what the VTN knows. */
  async resume(): Promise<void> {
    if (this.#isResumed) return;
    // What is offered as soon as the VEN has started counts, too.
    await setImmediate();
    if (!this.#kept.isOffered()) return this.register();
    this.#isResumed = true;
    const { records, metadata } = this.#before;
    const runs = [
      ...records.flatMap((record) => this.#resumed(record)),
      ...metadata.map((record) => this.#metadataRun({ record })),
    ];
    for (const run of runs) {
      this.#runs.set(run.request.reportRequestId, run);
      this.#kept.add(run);
      this.#context.run(() => this.#serve(run));
    }
  }

  /** Has the offers sent as soon as may be: with another data point, or without a report. */
  offersChanged(added?: OfferedPoint): void {
    if (added !== undefined) this.#readings.attach(added);
    if (this.#context.isRegistered()) this.#due.add(undefined);
  }

  /** Sends the metadata that are due. */
  async registerDue(): Promise<void> {
    // What has changed may be as it was by now, and requests go on then.
    if (this.#kept.isOffered()) this.#due.delete(undefined);
    for (const reportRequestId of this.#due.ids)
      if (this.#due.isDue(reportRequestId)) await this.register(reportRequestId);
  }

  /**
   * Offers all reports, also when there are none (rule 301), and takes the requests that come with the answer (344).
   * What was requested before is void then, requests for metadata apart (306).
   */
  async register(reportRequestId?: string): Promise<void> {
    const { newId, clock } = this.#context.options;
    const requestId = newId();
    const reports = this.#offers.metadata(clock.now());
    this.#due.begun(reportRequestId);
    const outcome = await this.#context.request("oadrRegisterReport", {
      requestId,
      reports,
      venId: this.#context.registration().venId,
      ...(reportRequestId !== undefined && { reportRequestId }),
    });
    this.#due.ended(reportRequestId, outcome);
    if (!outcome.isTaken) return;
    this.#isResumed = true;
    this.#readings.retain();
    for (const { request, unsent } of this.#kept.offered()) tellDropped(this.#context, request.reportRequestId, unsent);
    for (const run of this.#runs.values()) if (run instanceof ReportRun) this.#end(run);
    const requests = outcome.answer?.payload.reportRequests ?? [];
    this.#context.tell({ type: "reportsRegistered", reports: reports.length, requested: requests.length });
    const reply: Reply = (name, payload) => this.#context.request(name, payload);
    if (requests.length > 0) await this.#accept(requests, { requestId, reply });
  }

  /** The registration has ended, and all requests with it (rules 406, 407). */
  clear(): void {
    this.#due.clear();
    for (const run of this.#runs.values()) this.#end(run);
    if (!this.#context.stopping.aborted) this.#kept.clear();
  }

  /** The life has ended: what data points keep from now on is for the next one to store. */
  close(): void {
    this.#readings.close();
  }

  async receiveCreate({ reportRequests, requestId }: OadrCreateReport, reply: Reply): Promise<void> {
    await this.#accept(reportRequests, { requestId, reply });
  }

  /** Ends reports; those that are unknown make the answer a 452, and the others end all the same (rule 336). */
  async receiveCancel({ reportRequestIds, reportToFollow, requestId }: OadrCancelReport, reply: Reply): Promise<void> {
    const unknown = reportRequestIds.filter((id) => !this.#runs.has(id));
    const runs = reportRequestIds.flatMap((id) => this.#runs.get(id) ?? []);
    for (const run of runs) {
      if (reportToFollow) run.end({ reportToFollow });
      else this.#end(run);
    }
    const refusal = new InvalidIdError(`no report requested as ${unknown.join(", ")}`);
    const response = unknown.length > 0 ? responseFor(refusal, requestId) : { responseCode: 200, requestId };
    await this.#context.notebook.saved();
    const replying = reply("oadrCanceledReport", { response, ...this.#pending() });
    // What follows has its turn after the answer.
    for (const run of runs) run.wake();
    await replying;
  }

  /** Answers requests, and serves the good ones whatever becomes of the others. */
  async #accept(
    requests: readonly ReportRequest[],
    { requestId, reply }: { readonly requestId: string; readonly reply: Reply },
  ): Promise<void> {
    let response: EiResponse = { responseCode: 200, requestId };
    const begun: Run[] = [];
    for (const request of requests) {
      try {
        begun.push(...this.#begin(request));
      } catch (error) {
        this.#context.options.logger.warn({ reportRequestId: request.reportRequestId, error }, "report refused");
        response = responseFor(error, requestId);
      }
    }
    try {
      await this.#context.notebook.saved();
      await reply("oadrCreatedReport", { response, ...this.#pending() });
    } finally {
      // Whoever asks for metadata once has the answer to that first.
      for (const run of begun) this.#context.run(() => this.#serve(run));
    }
  }

  #begin(request: ReportRequest): Run[] {
    const { reportRequestId, reportSpecifier } = request;
    const running = this.#runs.get(reportRequestId);
    // The same request once more, as after an answer that was lost, is no error; another one of that ID is (rule 322).
    if (running !== undefined && isDeepStrictEqual(running.request, request)) return [];
    if (running !== undefined) throw new InvalidIdError(`reportRequestID ${reportRequestId} is in use`);
    if (this.#runs.size >= mostRequests)
      throw new InvalidDataError(`expected at most ${mostRequests} requests at a time`);
    const data = requireOffered(request, { offers: this.#offers, now: this.#context.options.clock.now() });
    const run = this.#runOf(request, data);
    this.#runs.set(reportRequestId, run);
    this.#kept.add(run);
    const { reportSpecifierId } = reportSpecifier;
    this.#context.tell({ type: "reportRequested", reportRequestId, reportSpecifierId });
    return [run];
  }

  #runOf(request: ReportRequest, data: RequestedData | undefined): Run {
    return data === undefined ? this.#metadataRun(request) : this.#reportRun(data);
  }

  /** Nothing for a request whose data are on offer no longer. */
  #resumed(record: ReportRequestRecord): ReportRun[] {
    const data = requestedData(record.request, this.#offers);
    return data === undefined ? [] : [this.#reportRun(data, record)];
  }

  #reportRun(data: RequestedData, record?: ReportRequestRecord): ReportRun {
    const onChange = (before: ReportRequestRecord): void => this.#kept.changed(run, before);
    const mostReadings = (): number => shareOf(this.#context.options.unsentReports, this.#runs.size);
    const run = new ReportRun(this.#context, data, { onChange, mostReadings, ...(record !== undefined && { record }) });
    return run;
  }

  #metadataRun(taken: ReportRequest | { readonly record: MetadataRecord }): MetadataRun {
    const run = new MetadataRun(this.#context, taken, {
      send: async () => {
        this.#due.add(run.request.reportRequestId);
        await this.#due.settled(run.request.reportRequestId);
      },
      onChange: () => this.#kept.changedMetadata(run),
    });
    return run;
  }

  async #serve(run: Run): Promise<void> {
    try {
      // The answer to a request may have been under way as the VEN was stopped; it goes on when it is started again.
      if (!this.#context.stopping.aborted) await run.live();
    } finally {
      this.#end(run);
    }
  }

  #end(run: Run): void {
    const { reportRequestId, reportSpecifier } = run.request;
    run.cancel();
    if (this.#runs.get(reportRequestId) !== run) return;
    this.#runs.delete(reportRequestId);
    if (run instanceof MetadataRun) this.#due.delete(reportRequestId);
    // A stop ends nothing: the VEN goes on with it when it is started again.
    if (this.#context.stopping.aborted) return;
    this.#kept.delete(run);
    if (run instanceof ReportRun) tellDropped(this.#context, reportRequestId, run.record.unsent);
    const { reportSpecifierId } = reportSpecifier;
    this.#context.tell({ type: "reportEnded", reportRequestId, reportSpecifierId });
  }

  /** Rule 329: everything that is still to be delivered. */
  #pending(): { readonly pendingReports: readonly string[]; readonly venId: string } {
    return { pendingReports: [...this.#runs.keys()], venId: this.#context.registration().venId };
  }
}

/** Each takes memory and time, so that a VTN is not to ask without end. */
const mostRequests = 1000;
