import {
  InvalidIdError,
  type Message,
  type OadrCancelReport,
  type OadrReport,
  type OadrUpdateReport,
} from "@openleadr/protocol";
import { success } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import { readingsOf, type Reading, type ReportUpdate } from "./reading.ts";
import type { ReportRequests } from "./report-requests.ts";
import type { ReportRules } from "./report-rules.ts";
import { METADATA } from "./report-selection.ts";
import { afterData, goesOn, type RequestedReport } from "./requested-report.ts";

/**
 * Takes the data that VENs report.
 *
 * @see OpenADR 2.0b, §8.3.3, rules 300, 304, 313–316, 328, 335, 345, 346
 */
export class ReportData {
  readonly #vtn: VtnContext;
  readonly #requests: ReportRequests;
  readonly #rules: ReportRules;

  constructor(vtn: VtnContext, requests: ReportRequests, rules: ReportRules) {
    this.#vtn = vtn;
    this.#requests = requests;
    this.#rules = rules;
  }

  /**
   * Hands data on and keeps them, if all of them were asked for. They count as arrived once all handlers have them; if one
   * fails, the VEN sends all of them again (rule 346).
   */
  async update({ requestId, reports }: OadrUpdateReport, request: VenRequest): Promise<Message<"oadrUpdatedReport">> {
    const { store, keepReadings } = this.#vtn;
    const { venId } = request;
    const arrivals: Arrival[] = [];
    for (const report of reports) arrivals.push(await this.#arrival(report, venId));
    for (const arrival of arrivals) await this.#handOn(arrival, request);
    if (keepReadings)
      for (const { update } of arrivals)
        if (update.readings.length > 0) await store.putReadings(venId, update.readings);
    const cancelReport = await this.#settle(arrivals, venId);
    for (const { update } of arrivals) {
      const { reportSpecifierId, readings } = update;
      this.#vtn.tell({ type: "reportReceived", venId, reportSpecifierId, readings: readings.length });
    }
    const answer = cancelReport === undefined ? {} : { cancelReport };
    return { name: "oadrUpdatedReport", payload: { response: success(requestId), ...answer, venId } };
  }

  /** Throws for data of a report, or of data points, that nobody asked for (rules 300, 304), and where times are unclear. */
  async #arrival(report: OadrReport, venId: string): Promise<Arrival> {
    const { reportRequestId, reportSpecifierId, reportName, createdDateTime } = report;
    const { store } = this.#vtn;
    const requested = await store.reportRequest(venId, reportRequestId);
    if (requested === undefined || requested.reportSpecifierId === METADATA)
      throw new InvalidIdError(`no report was requested as ${reportRequestId}`);
    if (requested.reportSpecifierId !== reportSpecifierId)
      throw new InvalidIdError(`report ${reportSpecifierId} was not requested as ${reportRequestId}`);
    const rIds = requested.request.reportSpecifier.specifierPayloads.map(({ rId }) => rId);
    const offers = await store.offeredReports(venId);
    const offer = offers.find((offered) => offered.reportSpecifierId === reportSpecifierId);
    const readings = readingsOf(report, { rIds, offer });
    requireWanted(readings, rIds);
    const named = reportName === undefined ? {} : { reportName };
    const update = { venId, reportRequestId, reportSpecifierId, ...named, createdDateTime, readings, report };
    return { requested, update };
  }

  async #handOn({ requested, update }: Arrival, request: VenRequest): Promise<void> {
    const { venId, readings } = update;
    const own = this.#requests.handlerOf(venId, update.reportRequestId) ?? this.#rules.handlerOf(requested.rule);
    await own?.(readings, update);
    await this.#vtn.onUpdateReport?.(update, request);
  }

  /**
   * Keeps what the data mean for their requests; what comes back cancels some of them (rule 328). Data of a request that was
   * cancelled, or is over, are taken: they may have been on their way, and corrections may come late (rules 335, 346).
   */
  async #settle(arrivals: readonly Arrival[], venId: string): Promise<OadrCancelReport | undefined> {
    const concerned = arrivals.map(({ requested }) => requested).filter(isConcerned);
    if (concerned.length === 0) return undefined;
    const cancelReport = this.#cancelReport(concerned, venId);
    const ids = new Set(
      concerned
        .filter(
          (requested) => !isPlanned(requested) || cancelReport?.reportRequestIds.includes(requested.reportRequestId),
        )
        .map(({ reportRequestId }) => reportRequestId),
    );
    const goingOn = concerned.filter(goesOn).map(({ reportRequestId }) => reportRequestId);
    await this.#requests.change(venId, (requests) =>
      requests.flatMap((before) => {
        const after = ids.has(before.reportRequestId) ? afterData(before) : before;
        return after === before ? [] : [after];
      }),
    );
    if (goingOn.length > 0) await this.#requests.cancelAgain(venId, [...new Set(goingOn)]);
    return cancelReport;
  }

  /** What is planned to be cancelled. A message has one reportToFollow; what wants the other one waits for its next data. */
  #cancelReport(concerned: readonly RequestedReport[], venId: string): OadrCancelReport | undefined {
    const planned = concerned.filter(isPlanned);
    const reportToFollow = planned[0]?.cancellation?.reportToFollow === true;
    const alike = planned.filter(({ cancellation }) => cancellation?.reportToFollow === reportToFollow);
    const [first, ...rest] = new Set(alike.map(({ reportRequestId }) => reportRequestId));
    if (first === undefined) return undefined;
    return { requestId: this.#vtn.newId(), reportRequestIds: [first, ...rest], reportToFollow, venId };
  }
}

/** A report that has come, and the request that it belongs to. */
interface Arrival {
  readonly requested: RequestedReport;
  readonly update: ReportUpdate;
}

function isPlanned({ cancellation }: RequestedReport): boolean {
  return cancellation?.step === "planned";
}

/** Whether data change anything about their request; most do not. */
function isConcerned(requested: RequestedReport): boolean {
  return afterData(requested) !== requested || goesOn(requested);
}

function requireWanted(readings: readonly Reading[], rIds: readonly string[]): void {
  const wanted = new Set(rIds);
  const unknown = readings.find(({ kind, rId }) => !wanted.has(rId) && kind !== "greenButton");
  if (unknown !== undefined) throw new InvalidIdError(`data point ${unknown.rId} was not requested`);
}
