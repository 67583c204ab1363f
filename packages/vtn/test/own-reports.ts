import {
  milliseconds,
  minutes,
  powerReal,
  seconds,
  type Message,
  type OadrCancelReport,
  type OadrReport,
  type OadrUpdatedReport,
  type Payload,
  type ReportRequest,
  type ReportSpecifier,
} from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import type { AskedValue, OwnHistoryReport, OwnReport, OwnTelemetryReport, VtnOptions } from "../src/index.ts";
import { expectMessage, noon, openVtn, type OpenVtn, type TestVen } from "./open-vtn.ts";

/** What the VTN offers: the load of the grid in kilowatts, each minute; the value is the minute of the hour. */
export function gridLoad(given: Partial<OwnTelemetryReport> = {}): OwnTelemetryReport {
  return {
    reportSpecifierId: "grid",
    dataPoints: [{ rId: "load", measurement: powerReal({ scale: "k" }), collect: minuteOf }],
    ...given,
  };
}

function minuteOf({ dtstart }: Pick<AskedValue, "dtstart">): number {
  return dtstart.getUTCMinutes();
}

/** What the VTN offers of the past: a reading for each half an hour. */
export function gridHistory(given: Partial<OwnHistoryReport> = {}): OwnHistoryReport {
  return {
    reportSpecifierId: "history",
    reportName: "HISTORY_USAGE",
    dataPoints: [
      {
        rId: "load",
        measurement: powerReal({ scale: "k" }),
        collect: ({ dtstart, duration }) =>
          Array.from({ length: duration / minutes(30) }, (_, index) => ({
            dtstart: new Date(dtstart.getTime() + index * minutes(30)),
            duration: minutes(30),
            value: index,
          })),
      },
    ],
    ...given,
  };
}

/** A request of a VEN: each minute, every two minutes, for ever. */
export function aRequest(
  reportRequestId = "request-1",
  { rIds = ["load"], ...given }: Partial<ReportSpecifier> & { readonly rIds?: readonly string[] } = {},
): ReportRequest {
  const [first, ...rest] = rIds.map((rId) => ({ rId, readingType: "x-notApplicable" as const }));
  if (first === undefined) throw new RangeError("rIds: expected at least one, got none");
  const reportSpecifier = {
    reportSpecifierId: "grid",
    granularity: minutes(1),
    reportBackDuration: minutes(2),
    reportInterval: { dtstart: noon, duration: seconds(0) },
    specifierPayloads: [first, ...rest] as const,
    ...given,
  };
  return { reportRequestId, reportSpecifier };
}

/** A request for one report at once. */
export function aOneShot(reportRequestId = "request-1", given: Parameters<typeof aRequest>[1] = {}): ReportRequest {
  return aRequest(reportRequestId, { granularity: minutes(0), reportBackDuration: minutes(0), ...given });
}

/** A request for the metadata; once, unless a `reportBackDuration` is given. */
export function aMetadataRequest(reportRequestId = "request-1", given: Partial<ReportSpecifier> = {}): ReportRequest {
  return aOneShot(reportRequestId, { reportSpecifierId: "METADATA", rIds: ["0"], ...given });
}

/** A VTN that offers reports, by a manual clock, and a VEN that is registered with it. */
export interface OpenOffer extends AsyncDisposable {
  readonly open: OpenVtn;
  readonly clock: ManualClock;
  readonly ven: ReportingVen;
}

/** Opens a VTN that offers those reports from noon on. */
export async function openOffer(
  ownReports: readonly OwnReport[],
  options: Partial<VtnOptions> = {},
): Promise<OpenOffer> {
  const clock = new ManualClock(noon);
  const open = await openVtn({ ownReports, clock, ...options });
  const ven = new ReportingVen(await open.register(), open, clock);
  return { open, clock, ven, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
}

/** A VEN that asks the VTN for reports. */
export class ReportingVen {
  readonly venId: string;
  readonly #ven: TestVen;
  readonly #answer: OpenVtn["answer"];
  readonly #clock: ManualClock;

  constructor(ven: TestVen, { answer }: Pick<OpenVtn, "answer">, clock: ManualClock) {
    this.venId = ven.venId;
    this.#ven = ven;
    this.#answer = answer;
    this.#clock = clock;
  }

  /** Asks for reports; resolves with the answer when the VTN has done what it does at once. */
  async create(...reportRequests: readonly [ReportRequest, ...ReportRequest[]]): Promise<Payload<"oadrCreatedReport">> {
    const payload = { requestId: "req-7", reportRequests, venId: this.venId };
    return expectMessage("oadrCreatedReport", await this.#ask({ name: "oadrCreateReport", payload }));
  }

  async cancel(
    reportRequestIds: OadrCancelReport["reportRequestIds"],
    reportToFollow = false,
  ): Promise<Payload<"oadrCanceledReport">> {
    const payload = { requestId: "req-7", reportRequestIds, reportToFollow, venId: this.venId };
    return expectMessage("oadrCanceledReport", await this.#ask({ name: "oadrCancelReport", payload }));
  }

  /** Answers an oadrRegisterReport, with requests; resolves with what comes back. */
  async register(requestId: string, reportRequests: readonly ReportRequest[]): Promise<Message | undefined> {
    const payload = { response: { responseCode: 200, requestId }, reportRequests, venId: this.venId };
    return this.#ask({ name: "oadrRegisteredReport", payload });
  }

  /** Answers data; resolves with the response code of the VTN. */
  async updated(requestId: string, given: Partial<OadrUpdatedReport> = {}): Promise<number> {
    const payload = { response: { responseCode: 200, requestId }, venId: this.venId, ...given };
    const answer = await this.#ask({ name: "oadrUpdatedReport", payload });
    return expectMessage("oadrResponse", answer).response.responseCode;
  }

  async poll(): Promise<Message> {
    return this.#ven.poll();
  }

  /** The data that wait, each message of them answered. */
  async reports(): Promise<readonly OadrReport[]> {
    const reports: OadrReport[] = [];
    for (;;) {
      const message = await this.poll();
      if (message.name === "oadrResponse") return reports;
      const { requestId, reports: some } = expectMessage("oadrUpdateReport", message);
      reports.push(...some);
      await this.updated(requestId);
    }
  }

  /** The data that wait, in short: `reportRequestID: time value, ...`; `!` stands before placeholders. */
  async data(): Promise<readonly string[]> {
    return (await this.reports()).map(({ reportRequestId, intervals = [] }) => {
      const values = intervals.map(({ dtstart, payloads: [payload] }) => {
        if (payload?.kind !== "reportPayload") throw new Error(`expected a value, got ${payload?.kind}`);
        const { value, dataQuality = "" } = payload;
        const mark = dataQuality.startsWith("Quality Bad") ? "!" : dataQuality.startsWith("No New") ? "=" : "";
        return `${dtstart?.toISOString().slice(11, 19)} ${mark}${JSON.stringify(value)}`;
      });
      return `${reportRequestId}: ${values.join(", ")}`;
    });
  }

  async #ask(message: Message): Promise<Message | undefined> {
    const answer = await this.#answer(message);
    await this.#clock.settle();
    return answer;
  }
}

/** An instant of the day of the tests. */
export function at(time: string): Date {
  return new Date(`${noon.toISOString().slice(0, 11)}${time}Z`);
}

/** A span that no duration of the standard can tell. */
export const halfASecond = milliseconds(500);
