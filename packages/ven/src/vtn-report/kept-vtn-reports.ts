import type { OadrReport, ReportRequest } from "@openleadr/protocol";
import type { Notebook } from "../store/notebook.ts";
import { vtnOffersEntry, vtnRequestEntry, type KeptVtnRequest } from "./vtn-report-entries.ts";
import type { VtnReportRequest } from "./vtn-report-options.ts";

/** What the VTN offers, and what was requested of it, on the way to the store and back. */
export class KeptVtnReports {
  readonly #notebook: Notebook;
  readonly #requests: Map<string, KeptVtnRequest>;
  #offered: readonly OadrReport[];

  /** Begins with what is in the store. */
  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    this.#requests = new Map(notebook.take(vtnRequestEntry));
    this.#offered = notebook.take(vtnOffersEntry).get("") ?? [];
  }

  /** What the VTN offers. */
  get offered(): readonly OadrReport[] {
    return this.#offered;
  }

  /** What is still to come. */
  get requests(): readonly VtnReportRequest[] {
    return [...this.#requests.values()].flatMap(({ request, isDelivered }) => (isDelivered ? [] : [request]));
  }

  /** What the VTN may not have heard. */
  get unheard(): readonly ReportRequest[] {
    return [...this.#requests.values()].flatMap(({ unheard }) => unheard ?? []);
  }

  /** A request that something is still to come of. */
  get(reportRequestId: string): VtnReportRequest | undefined {
    const kept = this.#requests.get(reportRequestId);
    return kept?.isDelivered === false ? kept.request : undefined;
  }

  /** A request, also one of which all has come: the VTN sends again what it believes was lost (rule 346). */
  known(reportRequestId: string): VtnReportRequest | undefined {
    return this.#requests.get(reportRequestId)?.request;
  }

  offer(reports: readonly OadrReport[]): void {
    this.#offered = reports;
    this.#notebook.note(vtnOffersEntry, "", () => (this.#offered.length > 0 ? this.#offered : undefined));
  }

  /** A request is about to be made; `unheard` where it is to be made again after a crash. */
  add(request: VtnReportRequest, unheard?: ReportRequest): void {
    const { reportRequestId } = request;
    this.#requests.set(reportRequestId, {
      request,
      isDelivered: false,
      ...(unheard !== undefined && { unheard }),
    });
    this.#note(reportRequestId);
  }

  /** The VTN has the request. */
  heard(request: VtnReportRequest): void {
    this.#requests.set(request.reportRequestId, { request, isDelivered: false });
    this.#noteLater(request.reportRequestId);
  }

  /** A request has changed. */
  change(request: VtnReportRequest): void {
    this.#requests.set(request.reportRequestId, { request, isDelivered: false });
    this.#note(request.reportRequestId);
  }

  /** All has come. */
  deliver(request: VtnReportRequest): void {
    this.#requests.set(request.reportRequestId, { request, isDelivered: true });
    this.#note(request.reportRequestId);
    const delivered = [...this.#requests].filter(([, { isDelivered }]) => isDelivered).map(([id]) => id);
    for (const id of delivered.slice(0, -mostDelivered)) this.#drop(id);
  }

  /** A request is over; false if there is none, or all has come. */
  delete(reportRequestId: string): boolean {
    if (this.get(reportRequestId) === undefined) return false;
    this.#drop(reportRequestId);
    return true;
  }

  /** The registration has ended. */
  clear(): void {
    if (this.#offered.length > 0) this.offer([]);
    for (const id of this.#requests.keys()) this.#drop(id);
  }

  #drop(reportRequestId: string): void {
    this.#requests.delete(reportRequestId);
    this.#note(reportRequestId);
  }

  #note(id: string): void {
    this.#notebook.note(vtnRequestEntry, id, () => this.#requests.get(id));
  }

  #noteLater(id: string): void {
    this.#notebook.noteLater(vtnRequestEntry, id, () => this.#requests.get(id));
  }
}

/** Requests of which all has come that are remembered. */
const mostDelivered = 100;
