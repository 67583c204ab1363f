import { isSuccess } from "@openleadr/protocol";
import type { VtnStatus } from "@openleadr/vtn";
import type { Line } from "../journal/journal.ts";
import { count, sayCode, sayDeviations } from "../journal/say.ts";

/** What happened to a VTN, in words; undefined where other lines say it better. */
export function describeVtn(status: VtnStatus): Line | undefined {
  switch (status.type) {
    case "started":
      return { what: "listening", about: `at ${status.url?.href ?? "no URL"}` };
    case "registered":
    case "registrationRefused":
    case "registrationPending":
    case "venOnline":
    case "venOffline":
    case "requestRefused":
    case "unregistered":
      return describeVen(status);
    case "reportsRegistered":
    case "reportsRequested":
    case "reportCreated":
    case "reportsCancelled":
    case "pendingReportsDiffer":
    case "reportRuleFailed":
      return describeReports(status);
    case "reportReceived":
    case "delivered":
      return undefined; // Each reading, and each answer, has a line of its own.
    case "deliveryRetried":
    case "deliveryFailed":
      return describeFailure(status);
    case "letterDropped":
      return { what: "message dropped", about: `${status.message} to ${status.venId}: the mailbox is full` };
    case "ownReportRequested":
      return { what: "own report requested", about: `${status.reportSpecifierId} by ${status.venId}` };
    case "ownReportSent":
      return { what: "own report sent", about: `${count(status.intervals, "interval")} to ${status.venId}` };
    case "ownReportEnded":
      return { what: "own report ended", about: `${status.reportRequestId} of ${status.venId}` };
    case "enrolled":
      return { what: "enrolled", about: status.venId };
    case "targetsResolved":
      return { what: "targets resolved", about: status.eventId };
    case "eventCreated":
      return { what: "event created", about: status.eventId };
    case "eventModified":
      return { what: "event modified", about: `${status.eventId}, modification ${status.modificationNumber}` };
    case "eventCancelled":
      return { what: "event cancelled", about: status.eventId };
    case "eventsOverlap":
    case "eventsWithheld":
    case "eventsSent":
      return describeEvents(status);
    case "eventAnswered":
      return { what: "event answered", about: answerOf(status) };
    case "optCreated":
      return describeOpt(status);
    case "optCancelled":
      return { what: "schedule cancelled", about: `${status.optId} by ${status.venId}` };
    case "deviated":
      return sayDeviations(status);
    case "stopped":
      return { what: "stopped", about: "" };
  }
}

/** What happened to several events at once. */
function describeEvents(status: Extract<VtnStatus, { readonly type: `events${string}` }>): Line {
  switch (status.type) {
    case "eventsOverlap":
      return { what: "events overlap", about: `${status.eventId} and ${status.overlapping.join(", ")}` };
    case "eventsWithheld":
      return {
        what: "event withheld",
        about: `${status.eventIds.join(", ")} from ${status.venId}, which only reports`,
      };
    case "eventsSent":
      return { what: "event sent", about: `${status.eventIds.join(", ")} to ${status.venId}` };
  }
}

function answerOf(status: Extract<VtnStatus, { readonly type: "eventAnswered" }>): string {
  const { venId, eventId, optType, responseCode } = status;
  const code = isSuccess(responseCode) ? "" : ` (${sayCode(responseCode)})`;
  return `${optType} by ${venId} for ${eventId}${code}`;
}

type ReportStatus = Extract<
  VtnStatus,
  { readonly type: `reports${string}` | "reportCreated" | "pendingReportsDiffer" | "reportRuleFailed" }
>;

/** What happened to report requests. */
function describeReports(status: ReportStatus): Line {
  switch (status.type) {
    case "reportsRegistered": {
      const { venId, reports, requested } = status;
      return { what: "reports offered", about: `by ${venId}: ${count(reports, "report")}, ${requested} requested` };
    }
    case "reportCreated": {
      const { venId, responseCode } = status;
      return isSuccess(responseCode)
        ? { what: "report accepted", about: `by ${venId}` }
        : { what: "report refused", about: `by ${venId}: ${sayCode(responseCode)}` };
    }
    case "reportsRequested":
      return { what: "reports requested", about: `of ${status.venId}` };
    case "reportsCancelled": {
      const { venId, responseCode, reportRequestIds } = status;
      const code = isSuccess(responseCode) ? "" : ` (${sayCode(responseCode)})`;
      return { what: "reports ended", about: `by ${venId}: ${count(reportRequestIds.length, "report")}${code}` };
    }
    case "pendingReportsDiffer": {
      const { venId, missing, unknown } = status;
      const about = `of ${venId}: ${missing.length} missing, ${unknown.length} unknown`;
      return { what: "pending reports differ", about };
    }
    case "reportRuleFailed":
      return { what: "report rule failed", about: `${status.rule} for ${status.venId}: ${String(status.error)}` };
  }
}

type VenStatus = Extract<
  VtnStatus,
  {
    readonly type:
      | "registered"
      | "registrationRefused"
      | "registrationPending"
      | "venOnline"
      | "venOffline"
      | "requestRefused"
      | "unregistered";
  }
>;

/** What happened between a VTN and one VEN, or one who would be. */
function describeVen(status: VenStatus): Line | undefined {
  switch (status.type) {
    case "registered":
      return { what: status.again ? "registered again" : "registered", about: nameOf(status) };
    case "registrationRefused":
      return {
        what: "registration refused",
        about: `${status.venName ?? "a VEN without a name"} from ${status.address}`,
      };
    case "registrationPending":
      return { what: "registration pending", about: status.ven.venName ?? status.ven.venId ?? status.ven.address };
    case "venOnline":
      // That a VEN which registers is there needs no line of its own.
      return status.lastContact === undefined ? undefined : { what: "online again", about: status.venId };
    case "venOffline":
      return { what: "offline", about: status.venId };
    case "requestRefused":
      return { what: "request refused", about: sayRefusal(status) };
    case "unregistered":
      return { what: "unregistered", about: status.venId };
  }
}

/** What was refused, where, of whom, how that was answered, and why. */
function sayRefusal(refused: Extract<VtnStatus, { readonly type: "requestRefused" }>): string {
  const { message = "request", service, url, address, venId, responseCode, status, reason } = refused;
  const who = venId === undefined ? address : `${address} as ${venId}`;
  const code = responseCode === undefined ? `HTTP ${status}` : sayCode(responseCode);
  return `${message} to ${service ?? url ?? "no service"} from ${who}: ${code}, ${reason}`;
}

function describeOpt({ venId, optId, optType, eventId }: Extract<VtnStatus, { readonly type: "optCreated" }>): Line {
  return eventId === undefined
    ? { what: `${optType} schedule`, about: `${optId} by ${venId}` }
    : { what: "event opted", about: `${optType} by ${venId} for ${eventId}` };
}

type Failure = Extract<VtnStatus, { readonly type: "deliveryRetried" | "deliveryFailed" }>;

function describeFailure({ type, message, venId, error }: Failure): Line {
  const what = type === "deliveryFailed" ? "given up" : "tried again later";
  return { what, about: `${message} to ${venId}: ${error}` };
}

function nameOf({ venId, venName }: Extract<VtnStatus, { readonly type: "registered" }>): string {
  return venName === undefined || venName === venId ? venId : `${venName} as ${venId}`;
}
