import { isDeepStrictEqual } from "node:util";
import {
  InvalidIdError,
  type Message,
  type OadrCanceledReport,
  type OadrCreatedReport,
  type OadrRegisterReport,
  type OadrUpdateReport,
} from "@openleadr/protocol";
import { success } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import { offeredDataPoint, ordersOfPoints, type DataPointSelection } from "./data-point-selection.ts";
import { offeredReport, type OfferedReport } from "./offered-report.ts";
import { ReportData } from "./report-data.ts";
import {
  idsOf,
  ReportRequests,
  type CancelReportOptions,
  type OrderContext,
  type OrderedReport,
} from "./report-requests.ts";
import { ordersOf, ReportRules, type ReportRule } from "./report-rules.ts";
import { METADATA, type ReportOrder } from "./report-selection.ts";
import { isOnce, isOpen, type RequestedReport } from "./requested-report.ts";
import type { Reports } from "./reports.ts";
import type { Reading } from "./reading.ts";
import type { ReadingsQuery } from "../store/report-store.ts";

/**
 * EiReport from VEN to VTN: takes what VENs offer, and asks for it by handlers and rules.
 *
 * @see OpenADR 2.0b, §8.3, rules 300–346
 */
export class ReportService implements Reports {
  readonly #vtn: VtnContext;
  readonly #requests: ReportRequests;
  readonly #rules: ReportRules;
  readonly #data: ReportData;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
    this.#requests = new ReportRequests(vtn);
    this.#rules = new ReportRules(vtn.reportRules);
    this.#data = new ReportData(vtn, this.#requests, this.#rules);
  }

  async offered(venId: string): Promise<readonly OfferedReport[]> {
    return this.#vtn.store.offeredReports(venId);
  }

  async request(venId: string, orders: ReportOrder | readonly ReportOrder[]): Promise<readonly RequestedReport[]> {
    return this.#requests.ask(venId, [orders].flat());
  }

  async cancel(venId: string, reportRequestIds: readonly string[], options: CancelReportOptions = {}): Promise<void> {
    await this.#requests.cancel(venId, reportRequestIds, options);
  }

  async requests(venId: string): Promise<readonly RequestedReport[]> {
    return this.#requests.list(venId);
  }

  async readings(query: ReadingsQuery): Promise<readonly Reading[]> {
    return this.#vtn.store.readings(query);
  }

  async addRule(rule: ReportRule): Promise<void> {
    this.#rules.add(rule);
    for (const { venId } of await this.#vtn.store.registrations()) await this.#applyTo(venId, rule);
  }

  async removeRule(name: string, options: CancelReportOptions = {}): Promise<void> {
    if (!this.#rules.delete(name)) return;
    for (const { venId } of await this.#vtn.store.registrations())
      await this.#requests.cancelOfRule(venId, { rule: name }, options);
  }

  /** Asks VENs that a store remembers for what the rules want of them, unless they were asked already. */
  async applyRules(): Promise<void> {
    const rules = this.#rules.list();
    if (rules.length === 0) return;
    for (const { venId } of await this.#vtn.store.registrations())
      for (const rule of rules) await this.#applyTo(venId, rule);
  }

  async #applyTo(venId: string, rule: ReportRule): Promise<void> {
    try {
      const asked = (await this.#requests.list(venId)).filter((requested) => requested.rule === rule.name);
      const orders = ordersOf(rule, venId, await this.#vtn.store.offeredReports(venId));
      const isOut = (order: ReportOrder): boolean => asked.some((requested) => isSame(requested, order));
      const isOutdated = (requested: RequestedReport): boolean => !orders.some((order) => isSame(requested, order));
      await this.#requests.cancelOfRule(venId, { rule: rule.name, matches: isOutdated });
      await this.#requests.ask(
        venId,
        orders.filter((order) => !isOut(order)),
        rule.name,
      );
    } catch (error) {
      this.#vtn.tell({ type: "reportRuleFailed", venId, rule: rule.name, error });
    }
  }

  /** Keeps what the VEN offers in place of what it offered before, and asks for what is wanted (rules 306, 344). */
  async register(message: OadrRegisterReport, request: VenRequest): Promise<Message<"oadrRegisteredReport">> {
    const { requestId, reports } = message;
    const { store } = this.#vtn;
    const { venId } = request;
    const offeredAt = this.#vtn.clock.now();
    requireUniqueIds(message);
    await this.#requireMetadataRequest(message, venId);
    const offers = reports.map(offeredReport);
    const context = { venId, offers, requestId, isMail: false, offeredAt };
    const ordered = [...(await this.#byHandlers(context, request)), ...this.#byRules(context)];
    const requests = ordered.map(({ requested }) => requested);
    const before = await store.reportRequests(venId);
    const kept = metadataRequests(before, message.reportRequestId);
    await store.putReports(venId, offers, [...kept, ...requests]);
    this.#requests.keepHandlers(venId, kept);
    this.#requests.bind(ordered);
    // What still lies in the mailbox would begin although it is void by now.
    await this.#requests.withdraw(venId, idsOf(before.filter(isStale)));
    this.#vtn.tell({ type: "reportsRegistered", venId, reports: reports.length, requested: requests.length });
    const reportRequests = requests.map((requested) => requested.request);
    return { name: "oadrRegisteredReport", payload: { response: success(requestId), reportRequests, venId } };
  }

  async #byHandlers(context: OrderContext, request: VenRequest): Promise<readonly OrderedReport[]> {
    const orders: ReportOrder[] = [];
    for (const offer of context.offers) {
      const { reportSpecifierId } = offer;
      const selected = (await this.#vtn.onRegisterReport?.(offer, request)) ?? [];
      orders.push(...[selected].flat().map((selection) => ({ ...selection, reportSpecifierId })));
      orders.push(...(await this.#byDataPoint(offer, request)));
    }
    return this.#requests.prepare(orders, context);
  }

  async #byDataPoint(offer: OfferedReport, request: VenRequest): Promise<readonly ReportOrder[]> {
    const { onRegisterDataPoint } = this.#vtn;
    if (onRegisterDataPoint === undefined) return [];
    const selections = new Map<string, DataPointSelection>();
    for (const dataPoint of offer.dataPoints) {
      const selection = await onRegisterDataPoint(offeredDataPoint(request.venId, offer, dataPoint), request);
      if (selection !== undefined) selections.set(dataPoint.rId, selection);
    }
    return ordersOfPoints(offer.reportSpecifierId, selections);
  }

  #byRules(context: OrderContext): readonly OrderedReport[] {
    const { venId, offers } = context;
    return this.#rules.list().flatMap((rule) => {
      try {
        const orders = ordersOf(rule, venId, offers);
        return this.#requests.prepare(orders, { ...context, rule: rule.name });
      } catch (error) {
        this.#vtn.tell({ type: "reportRuleFailed", venId, rule: rule.name, error });
        return [];
      }
    });
  }

  /** Rules 304, 311: metadata that fulfil a request name one. "" and 0, which VENs have been seen to send, name none. */
  async #requireMetadataRequest({ reportRequestId = "" }: OadrRegisterReport, venId: string): Promise<void> {
    if (reportRequestId === "" || reportRequestId === "0") return;
    const requested = await this.#vtn.store.reportRequest(venId, reportRequestId);
    if (requested === undefined || !isMetadata(requested))
      throw new InvalidIdError(`no metadata were requested as ${reportRequestId}`);
  }

  async created(answer: OadrCreatedReport, request: VenRequest): Promise<Message<"oadrResponse">> {
    return this.#requests.created(answer, request);
  }

  async canceled(answer: OadrCanceledReport, request: VenRequest): Promise<Message<"oadrResponse">> {
    return this.#requests.canceled(answer, request);
  }

  async update(message: OadrUpdateReport, request: VenRequest): Promise<Message<"oadrUpdatedReport">> {
    return this.#data.update(message, request);
  }
}

/** Rule 308: with one ID twice, nobody could tell which is meant. */
function requireUniqueIds({ reports }: OadrRegisterReport): void {
  const repeated = firstRepeated(reports.map(({ reportSpecifierId }) => reportSpecifierId));
  if (repeated !== undefined) throw new InvalidIdError(`rule 308: reportSpecifierID ${repeated} occurs twice`);
  for (const { reportSpecifierId, reportDescriptions } of reports) {
    const rId = firstRepeated(reportDescriptions.map(({ rId }) => rId));
    if (rId !== undefined) throw new InvalidIdError(`rule 308: rID ${rId} occurs twice in ${reportSpecifierId}`);
  }
}

function firstRepeated(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

/** Requests for metadata outlive new metadata (rule 306); the one that these fulfil is done if it was for once. */
function metadataRequests(
  requests: readonly RequestedReport[],
  fulfilled: string | undefined,
): readonly RequestedReport[] {
  return requests.filter(isMetadata).map((requested) => {
    const isDone = requested.reportRequestId === fulfilled && isOnce(requested) && isOpen(requested);
    return isDone ? { ...requested, state: "completed", revision: requested.revision + 1 } : requested;
  });
}

/** Whether a request that new metadata end may still be on its way to the VEN. */
function isStale(requested: RequestedReport): boolean {
  return requested.isMail && requested.state === "requested" && !isMetadata(requested);
}

function isMetadata({ reportSpecifierId }: RequestedReport): boolean {
  return reportSpecifierId === METADATA;
}

/** Whether a request that was made for a rule is what the rule wants now. */
function isSame({ state, request }: RequestedReport, order: ReportOrder): boolean {
  const { reportSpecifierId, granularity, reportBackDuration, specifierPayloads } = request.reportSpecifier;
  if (state === "cancelled" || reportSpecifierId !== order.reportSpecifierId) return false;
  const { reportInterval = request.reportSpecifier.reportInterval } = order;
  if (!isDeepStrictEqual(reportInterval, request.reportSpecifier.reportInterval)) return false;
  const wanted = order.granularity ?? 0;
  if (granularity !== wanted || reportBackDuration !== (order.reportBackDuration ?? wanted)) return false;
  return isDeepStrictEqual(
    specifierPayloads.map(({ rId }) => rId),
    order.rIds,
  );
}
