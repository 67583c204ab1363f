import { isSuccess, type EiResponse, type ReportRequest } from "@openleadr/protocol";
import type { DataReportName } from "./offered-report.ts";

/**
 * How far a request has got: `requested`, the VEN has not answered yet; `created`, it has taken the request, but lists
 * nothing to come; `pending`, it lists reports to come (rule 329); `refused`, see the response code; `cancelled`;
 * `completed`, the one report has come, or its time is over.
 *
 * @see OpenADR 2.0b, §8.3.2
 */
export type ReportState = "requested" | "created" | "pending" | "refused" | "cancelled" | "completed";

/** A report that was requested of a VEN. */
export interface RequestedReport {
  readonly venId: string;
  readonly reportRequestId: string;
  readonly reportSpecifierId: string;
  readonly reportName?: DataReportName;
  readonly state: ReportState;
  /** What the VEN answered to the request, if it refused it. */
  readonly refusal?: Pick<EiResponse, "responseCode" | "responseDescription">;
  readonly requestedAt: Date;
  /** The name of the report rule that asked for it, if one did. */
  readonly rule?: string;
  readonly cancellation?: ReportCancellation;
  /** The request as it was sent. */
  readonly request: ReportRequest;
  /** The requestID of the message that it was sent with. */
  readonly requestId: string;
  /** Whether it was sent as oadrCreateReport, and not in an answer to metadata. */
  readonly isMail: boolean;
  /** How often it was changed. */
  readonly revision: number;
}

/** How far the end of a report has got. */
export interface ReportCancellation {
  /** One more report is wanted (rule 345). */
  readonly reportToFollow: boolean;
  /**
   * `planned` for the next oadrUpdatedReport; `asked` in an oadrCancelReport that is not answered yet; `told`, the VEN
   * knows; `over`, the report that was to follow has come.
   */
  readonly step: "planned" | "asked" | "told" | "over";
  /** The requestID of the oadrCancelReport. */
  readonly requestId?: string;
}

/** What a VEN says of its requests in oadrCreatedReport and oadrCanceledReport. */
export interface ReportAnswer {
  readonly response: EiResponse;
  readonly pendingReports: readonly string[];
}

/** Whether more data may come of a request. */
export function isOpen({ state }: RequestedReport): boolean {
  return state === "requested" || state === "created" || state === "pending";
}

/** Whether a single report was asked for (rule 324). */
export function isOnce({ request }: RequestedReport): boolean {
  return request.reportSpecifier.reportBackDuration === 0;
}

/** A request as it is now: completed when its time is over. */
export function requestAt(now: Date, requested: RequestedReport): RequestedReport {
  const { reportInterval } = requested.request.reportSpecifier;
  if (!isOpen(requested) || isOnce(requested) || reportInterval === undefined) return requested;
  const { dtstart, duration } = reportInterval;
  const isOver = duration > 0 && now.getTime() >= dtstart.getTime() + duration;
  return isOver ? { ...requested, state: "completed" } : requested;
}

/** The requests that an oadrCreatedReport changes, as they are after it. */
export function afterCreated(
  requests: readonly RequestedReport[],
  { response, pendingReports }: ReportAnswer,
): readonly RequestedReport[] {
  const answered = answeredBy(requests, response.requestId);
  return requests.flatMap((requested): readonly RequestedReport[] => {
    const state = stateAfterCreated(requested, { pendingReports, answered, response });
    if (state === undefined || state === requested.state) return [];
    const { responseCode, responseDescription } = response;
    const description = responseDescription === undefined ? {} : { responseDescription };
    return state === "refused"
      ? [{ ...requested, state, refusal: { responseCode, ...description } }]
      : [{ ...requested, state }];
  });
}

function stateAfterCreated(
  requested: RequestedReport,
  { response, pendingReports, answered }: ReportAnswer & { readonly answered: (requested: RequestedReport) => boolean },
): ReportState | undefined {
  if (!isOpen(requested)) return undefined;
  if (pendingReports.includes(requested.reportRequestId)) return "pending";
  if (requested.state !== "requested") return "created";
  if (!answered(requested)) return undefined;
  return isSuccess(response.responseCode) ? "created" : "refused";
}

/** Which requests an answer is about: those of its requestID, or of the oldest question, as VENs answer in order. */
function answeredBy(requests: readonly RequestedReport[], requestId: string): (requested: RequestedReport) => boolean {
  const waiting = requests.filter(({ state }) => state === "requested");
  const isNamed = waiting.some((requested) => requested.requestId === requestId);
  const meant = isNamed ? requestId : waiting[0]?.requestId;
  return (requested) => requested.requestId === meant;
}

/** The requests that an oadrCanceledReport changes, as they are after it (rule 336). */
export function afterCanceled(
  requests: readonly RequestedReport[],
  { response, pendingReports }: ReportAnswer,
): readonly RequestedReport[] {
  const asked = requests.filter(({ cancellation }) => cancellation?.step === "asked");
  const isNamed = asked.some(({ cancellation }) => cancellation?.requestId === response.requestId);
  const meant = isNamed ? response.requestId : asked[0]?.cancellation?.requestId;
  return asked.flatMap(({ cancellation, ...requested }): readonly RequestedReport[] => {
    if (cancellation === undefined || cancellation.requestId !== meant) return [];
    const isRefused = !isSuccess(response.responseCode) && pendingReports.includes(requested.reportRequestId);
    if (isRefused) return [{ ...requested, state: "pending" }];
    return [{ ...requested, state: "cancelled", cancellation: { ...cancellation, step: "told" } }];
  });
}

/** A request after data of it came: the same object if nothing changes. */
export function afterData(requested: RequestedReport): RequestedReport {
  const { cancellation, state } = requested;
  if (cancellation === undefined) {
    if (isOnce(requested)) return isOpen(requested) ? { ...requested, state: "completed" } : requested;
    // Whoever sends data has taken the request, said so or not.
    return state === "requested" ? { ...requested, state: "pending" } : requested;
  }
  const { step, reportToFollow } = cancellation;
  if (step === "planned") return { ...requested, state: "cancelled", cancellation: { ...cancellation, step: "told" } };
  const isLast = step === "told" && reportToFollow && state === "cancelled";
  return isLast ? { ...requested, cancellation: { ...cancellation, step: "over" } } : requested;
}

/** Whether data of a request come although its end was told, and no more are to follow (rule 335). */
export function goesOn({ cancellation }: RequestedReport): boolean {
  if (cancellation === undefined) return false;
  return cancellation.step === "over" || (cancellation.step === "told" && !cancellation.reportToFollow);
}

/** What a VEN's list of pending reports (rule 329) has too little, and too much. */
export interface PendingDifference {
  /** Requests that ought to be pending. */
  readonly missing: readonly string[];
  /** IDs of no request, or of one that has ended. */
  readonly unknown: readonly string[];
}

/** Compares a VEN's list of pending reports with its requests, as they were updated by the list. */
export function pendingDifference(
  requests: readonly RequestedReport[],
  pendingReports: readonly string[],
  now: Date,
): PendingDifference {
  const known = new Map(requests.map((requested) => [requested.reportRequestId, requestAt(now, requested)]));
  const missing = [...known.values()]
    .filter((requested) => requested.state === "created" && !isOnce(requested))
    .map(({ reportRequestId }) => reportRequestId);
  const unknown = pendingReports.filter((id) => {
    const requested = known.get(id);
    return requested === undefined || !mayBePending(requested);
  });
  return { missing, unknown };
}

/** The last report of a request may come a little late (rule 341), so it may be pending when its time is over. */
function mayBePending({ state, cancellation }: RequestedReport): boolean {
  return state !== "refused" && (state !== "cancelled" || cancellation?.reportToFollow === true);
}
