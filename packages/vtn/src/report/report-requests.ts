import {
  InvalidIdError,
  type Message,
  type OadrCanceledReport,
  type OadrCancelReport,
  type OadrCreatedReport,
} from "@openleadr/protocol";
import { acknowledgement } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import { makeRoom, post } from "../delivery/post.ts";
import type { OfferedReport } from "./offered-report.ts";
import { requireAllowed } from "./report-request-check.ts";
import { requestFor, type ReadingsHandler, type ReportOrder } from "./report-selection.ts";
import {
  afterCanceled,
  afterCreated,
  isOpen,
  pendingDifference,
  requestAt,
  type ReportCancellation,
  type RequestedReport,
} from "./requested-report.ts";

/** How a report is cancelled. */
export interface CancelReportOptions {
  /** Have one more report sent first (rule 345). @default false */
  readonly reportToFollow?: boolean | undefined;
  /**
   * Say so in the answer to the next data of the report (rule 328), and in a message of its own only if data come all the
   * same (rule 335). @default false, in a message of its own
   */
  readonly inUpdatedReport?: boolean | undefined;
}

/** What requests are made of, beside the orders. */
export interface OrderContext {
  readonly venId: string;
  readonly offers: readonly OfferedReport[];
  /** The requestID of the message they go with. */
  readonly requestId: string;
  readonly isMail: boolean;
  /** When the offer came that this answers. @default now */
  readonly offeredAt?: Date;
  /** The name of the report rule that asks. */
  readonly rule?: string;
}

/** A request that is about to be made. */
export interface OrderedReport {
  readonly requested: RequestedReport;
  readonly onReadings: ReadingsHandler | undefined;
}

/** How many requests of a VEN that have come to an end are remembered, so that one sees what became of them. */
const rememberedRequests = 100;

/**
 * The requests for VENs' reports: asks, cancels, and keeps track of what VENs answer.
 *
 * @see OpenADR 2.0b, §8.3.2, rules 300, 322, 328, 329, 335, 336, 345
 */
export class ReportRequests {
  readonly #vtn: VtnContext;
  /** By venID and reportRequestID; in this process only. */
  readonly #handlers = new Map<string, Map<string, ReadingsHandler>>();

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  /** The requests that orders make. Throws {@link RuleViolationError} for one that may not be sent. */
  prepare(orders: readonly ReportOrder[], context: OrderContext): readonly OrderedReport[] {
    const now = this.#vtn.clock.now();
    return orders.map((order) => {
      const offer = context.offers.find(({ reportSpecifierId }) => reportSpecifierId === order.reportSpecifierId);
      const request = requestFor(order, { offer, reportRequestId: this.#vtn.newId(), now });
      const { venId, requestId, isMail, offeredAt = now, rule } = context;
      requireAllowed(request, offer, { now, offeredAt });
      const requested: RequestedReport = {
        venId,
        reportRequestId: request.reportRequestId,
        reportSpecifierId: order.reportSpecifierId,
        ...(offer?.reportName !== undefined && { reportName: offer.reportName }),
        state: "requested",
        requestedAt: now,
        ...(rule !== undefined && { rule }),
        request,
        requestId,
        isMail,
        revision: 0,
      };
      return { requested, onReadings: order.onReadings };
    });
  }

  /** Asks for reports in one message. */
  async ask(venId: string, orders: readonly ReportOrder[], rule?: string): Promise<readonly RequestedReport[]> {
    const { store, newId } = this.#vtn;
    await this.#requireRegistered(venId);
    const requestId = newId();
    const offers = await store.offeredReports(venId);
    const ruled = rule === undefined ? {} : { rule };
    const ordered = this.prepare(orders, { venId, offers, requestId, isMail: true, ...ruled });
    const requests = ordered.map(({ requested }) => requested);
    const [first, ...rest] = requests.map(({ request }) => request);
    if (first === undefined) return [];
    const ended = (await this.list(venId)).filter((requested) => !isOpen(requested));
    const forgotten = ended.slice(0, -rememberedRequests).map(({ reportRequestId }) => reportRequestId);
    const payload = { requestId, reportRequests: [first, ...rest] as const, venId };
    const message = { name: "oadrCreateReport", payload } as const;
    if (!(await store.putReportRequests(venId, requests, { forgotten, message })))
      throw new RangeError(`newId: expected an ID that no other report request has, got ${first.reportRequestId}`);
    for (const reportRequestId of forgotten) this.#bind(venId, reportRequestId, undefined);
    this.bind(ordered);
    await makeRoom(this.#vtn, venId);
    this.#vtn.tell({ type: "reportsRequested", venId, reportRequestIds: idsOf(requests) });
    return requests;
  }

  async list(venId: string): Promise<readonly RequestedReport[]> {
    const now = this.#vtn.clock.now();
    return (await this.#vtn.store.reportRequests(venId)).map((requested) => requestAt(now, requested));
  }

  /** Ends reports; rejects for one that is none, or has ended, and then ends none. */
  async cancel(venId: string, reportRequestIds: readonly string[], options: CancelReportOptions): Promise<void> {
    const ids = [...new Set(reportRequestIds)];
    await this.#cancel(venId, (requests) => ids.map((id) => requireOpen(id, { venId, requests })), options);
  }

  /** Ends the reports of a rule that are open, those that `matches` chooses. */
  async cancelOfRule(
    venId: string,
    {
      rule,
      matches = () => true,
    }: { readonly rule: string; readonly matches?: (requested: RequestedReport) => boolean },
    options: CancelReportOptions = {},
  ): Promise<void> {
    const isMeant = (requested: RequestedReport): boolean =>
      requested.rule === rule && isOpen(requested) && matches(requested);
    await this.#cancel(venId, (requests) => requests.filter(isMeant), options);
  }

  async #cancel(
    venId: string,
    select: (requests: readonly RequestedReport[]) => readonly RequestedReport[],
    { reportToFollow = false, inUpdatedReport = false }: CancelReportOptions,
  ): Promise<void> {
    const requestId = this.#vtn.newId();
    const cancellation: ReportCancellation = inUpdatedReport
      ? { reportToFollow, step: "planned" }
      : { reportToFollow, step: "asked", requestId };
    await this.change(
      venId,
      (requests) => select(requests).map((requested) => ({ ...requested, cancellation })),
      inUpdatedReport ? undefined : (ids) => cancelMessage(ids, { requestId, reportToFollow, venId }),
    );
  }

  /** Says once more that reports have ended, as data come all the same (rule 335). */
  async cancelAgain(venId: string, reportRequestIds: readonly string[]): Promise<void> {
    const requestId = this.#vtn.newId();
    const cancellation: ReportCancellation = { reportToFollow: false, step: "asked", requestId };
    const message = cancelMessage(reportRequestIds, { requestId, reportToFollow: false, venId });
    const isMeant = ({ reportRequestId }: RequestedReport): boolean => reportRequestIds.includes(reportRequestId);
    const changed = await this.change(
      venId,
      (requests) => requests.filter(isMeant).map((requested) => ({ ...requested, cancellation })),
      () => message,
    );
    if (changed.length === 0 && message !== undefined) await post(this.#vtn, venId, message);
  }

  /** Has a VEN give up reports that it may only now be told to begin. */
  async withdraw(venId: string, reportRequestIds: readonly string[]): Promise<void> {
    const requestId = this.#vtn.newId();
    const message = cancelMessage(reportRequestIds, { requestId, reportToFollow: false, venId });
    if (message !== undefined) await post(this.#vtn, venId, message);
  }

  async created(answer: OadrCreatedReport, { venId }: VenRequest): Promise<Message<"oadrResponse">> {
    const changed = await this.change(venId, (requests) => afterCreated(requests, answer));
    const refused = idsOf(changed.filter(({ state }) => state === "refused"));
    const { responseCode, requestId } = answer.response;
    this.#vtn.tell({ type: "reportCreated", venId, responseCode, refused });
    await this.#compare(venId, answer.pendingReports);
    return acknowledgement(requestId);
  }

  async canceled(answer: OadrCanceledReport, { venId }: VenRequest): Promise<Message<"oadrResponse">> {
    const changed = await this.change(venId, (requests) => afterCanceled(requests, answer));
    const { responseCode, requestId } = answer.response;
    const cancelled = idsOf(changed.filter(({ state }) => state === "cancelled"));
    this.#vtn.tell({ type: "reportsCancelled", venId, responseCode, reportRequestIds: cancelled });
    await this.#compare(venId, answer.pendingReports);
    return acknowledgement(requestId);
  }

  /** Tells where the VEN's list of pending reports differs from ours (rule 329). */
  async #compare(venId: string, pendingReports: readonly string[]): Promise<void> {
    const requests = await this.#vtn.store.reportRequests(venId);
    const { missing, unknown } = pendingDifference(requests, pendingReports, this.#vtn.clock.now());
    if (missing.length > 0 || unknown.length > 0)
      this.#vtn.tell({ type: "pendingReportsDiffer", venId, missing, unknown });
  }

  /**
   * Changes requests; what comes back is stored, unless another change came first: then once more. What the VEN is to be
   * told of those that change is stored with them.
   */
  async change(
    venId: string,
    changesOf: (requests: readonly RequestedReport[]) => readonly RequestedReport[],
    messageOf: (reportRequestIds: readonly string[]) => Message | undefined = () => undefined,
  ): Promise<readonly RequestedReport[]> {
    const { store } = this.#vtn;
    for (;;) {
      const requests = changesOf(await this.list(venId));
      const changed = requests.map((requested) => ({ ...requested, revision: requested.revision + 1 }));
      if (changed.length === 0) return changed;
      const message = messageOf(idsOf(changed));
      if (!(await store.putReportRequests(venId, changed, { message }))) continue;
      if (message !== undefined) await makeRoom(this.#vtn, venId);
      return changed;
    }
  }

  handlerOf(venId: string, reportRequestId: string): ReadingsHandler | undefined {
    return this.#handlers.get(venId)?.get(reportRequestId);
  }

  /** Forgets the handlers of all requests but these. */
  keepHandlers(venId: string, requests: readonly RequestedReport[]): void {
    const handlers = this.#handlers.get(venId);
    if (handlers === undefined) return;
    const kept = new Set(idsOf(requests));
    for (const reportRequestId of handlers.keys())
      if (!kept.has(reportRequestId)) this.#bind(venId, reportRequestId, undefined);
  }

  /** Has handlers called with the data of their requests. */
  bind(ordered: readonly OrderedReport[]): void {
    for (const { requested, onReadings } of ordered) this.#bind(requested.venId, requested.reportRequestId, onReadings);
  }

  #bind(venId: string, reportRequestId: string, handler: ReadingsHandler | undefined): void {
    const handlers = this.#handlers.get(venId) ?? new Map<string, ReadingsHandler>();
    if (handler === undefined) handlers.delete(reportRequestId);
    else handlers.set(reportRequestId, handler);
    if (handlers.size === 0) this.#handlers.delete(venId);
    else this.#handlers.set(venId, handlers);
  }

  async #requireRegistered(venId: string): Promise<void> {
    if ((await this.#vtn.store.registration(venId)) === undefined)
      throw new RangeError(`venId: expected a registered VEN, got ${JSON.stringify(venId)}`);
  }
}

/** Undefined where there is nothing to end. */
function cancelMessage(
  [first, ...rest]: readonly string[],
  { requestId, reportToFollow, venId }: Omit<OadrCancelReport, "reportRequestIds">,
): Message<"oadrCancelReport"> | undefined {
  if (first === undefined) return undefined;
  const reportRequestIds = [first, ...rest] as const;
  return {
    name: "oadrCancelReport",
    payload: { requestId, reportRequestIds, reportToFollow, ...(venId !== undefined && { venId }) },
  };
}

export function idsOf(requests: readonly RequestedReport[]): readonly string[] {
  return requests.map(({ reportRequestId }) => reportRequestId);
}

/** Rule 336: only what is still to come can be cancelled. */
function requireOpen(
  reportRequestId: string,
  { venId, requests }: { readonly venId: string; readonly requests: readonly RequestedReport[] },
): RequestedReport {
  const requested = requests.find((requested) => requested.reportRequestId === reportRequestId);
  if (requested !== undefined && isOpen(requested)) return requested;
  const got = requested === undefined ? "none" : `one that is ${requested.state}`;
  throw new InvalidIdError(`rule 336: expected a report of VEN ${venId} requested as ${reportRequestId}, got ${got}`);
}
