import type { Message, OadrReport, Payload, ReportRequest } from "@openleadr/protocol";
import type { Reading, ReportOrder, RequestedReport, ReportState } from "../src/index.ts";
import { expectMessage, type OpenVtn, type TestVen } from "./open-vtn.ts";
import { anOffer } from "./reports.ts";

/** A VEN whose reports have been asked for. */
export interface Requested {
  readonly ven: TestVen;
  readonly request: ReportRequest;
}

/** A VEN that has registered, and offered its reports. */
export async function openOffering(open: OpenVtn, reports: readonly OadrReport[] = [anOffer()]): Promise<ReportingVen> {
  const ven = new ReportingVen(open, await open.register());
  await ven.offer(reports);
  return ven;
}

/** A VEN that offers reports; the first request it gets in answer. */
export async function requested(open: OpenVtn, reports: readonly OadrReport[] = [anOffer()]): Promise<Requested> {
  const ven = await open.register();
  const answer = await open.call("oadrRegisterReport", { requestId: "req-7", reports, venId: ven.venId });
  const [request] = answer?.payload.reportRequests ?? [];
  if (request === undefined) throw new Error("expected a request, got none");
  return { ven, request };
}

/** Sends data; the answer. */
export async function update(
  open: OpenVtn,
  { venId }: Pick<TestVen, "venId">,
  reports: readonly OadrReport[],
): Promise<Payload<"oadrUpdatedReport">> {
  const payload = { requestId: "req-7", reports, venId };
  return expectMessage("oadrUpdatedReport", await open.answer({ name: "oadrUpdateReport", payload }));
}

/** Readings without what the offer says of them. */
export function bare(readings: readonly Reading[] = []): readonly object[] {
  return readings.map(({ dataPoint: _, reportSpecifierId: __, kind: ___, ...reading }) => reading);
}

/** A VEN with reports, and how it answers what the VTN asks. */
export class ReportingVen {
  readonly venId: string;
  readonly #open: OpenVtn;
  readonly #ven: TestVen;

  constructor(open: OpenVtn, ven: TestVen) {
    this.#open = open;
    this.#ven = ven;
    this.venId = ven.venId;
  }

  /** Offers reports; the requests that come with the answer. */
  async offer(reports: readonly OadrReport[], reportRequestId?: string): Promise<readonly ReportRequest[]> {
    const fulfilled = reportRequestId === undefined ? {} : { reportRequestId };
    const payload = { requestId: "req-7", reports, venId: this.venId, ...fulfilled };
    const answer = expectMessage(
      "oadrRegisteredReport",
      await this.#open.answer({ name: "oadrRegisterReport", payload }),
    );
    if (answer.response.responseCode !== 200) throw new Error(`refused with ${answer.response.responseCode}`);
    return answer.reportRequests;
  }

  async poll(): Promise<Message> {
    return this.#ven.poll();
  }

  /** Asked for at once, then taken by the VEN as pending, beside what is pending already. */
  async pending(order: Partial<ReportOrder> = {}): Promise<string> {
    const [made] = await this.#open.vtn.reports.request(this.venId, { reportSpecifierId: "usage", ...order });
    const { requestId } = expectMessage("oadrCreateReport", await this.poll());
    const id = made?.reportRequestId ?? "";
    const pending = (await this.requests()).filter(({ state }) => state === "pending");
    await this.created([...pending.map(({ reportRequestId }) => reportRequestId), id], { requestId });
    return id;
  }

  /** Sends oadrCreatedReport; the response code. */
  async created(pendingReports: readonly string[], given: { requestId?: string; code?: number } = {}): Promise<number> {
    return this.#answer("oadrCreatedReport", pendingReports, given);
  }

  /** Sends oadrCanceledReport; the response code. */
  async canceled(
    pendingReports: readonly string[],
    given: { requestId?: string; code?: number } = {},
  ): Promise<number> {
    return this.#answer("oadrCanceledReport", pendingReports, given);
  }

  async #answer(
    name: "oadrCreatedReport" | "oadrCanceledReport",
    pendingReports: readonly string[],
    { requestId = "", code = 200 }: { requestId?: string; code?: number },
  ): Promise<number> {
    const payload = { response: { responseCode: code, requestId }, pendingReports, venId: this.venId };
    return expectMessage("oadrResponse", await this.#open.answer({ name, payload })).response.responseCode;
  }

  /** Sends data; the answer. */
  async send(...reports: readonly OadrReport[]): Promise<Payload<"oadrUpdatedReport">> {
    return update(this.#open, this, reports);
  }

  /** The states of the requests, in order. */
  async states(): Promise<readonly ReportState[]> {
    return (await this.requests()).map(({ state }) => state);
  }

  async requests(): Promise<readonly RequestedReport[]> {
    return this.#open.vtn.reports.requests(this.venId);
  }
}
