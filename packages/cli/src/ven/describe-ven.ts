import type { VenStatus } from "@openleadr/ven";
import type { Line } from "../journal/journal.ts";
import { describeEvent } from "./describe-ven-event.ts";
import { describeVenReport } from "./describe-ven-report.ts";
import { describeVenSecurity } from "./describe-ven-security.ts";
import { sayDeviations, sayDuration } from "../journal/say.ts";
import { sayFailure } from "../journal/say-failure.ts";

const failures = {
  storeFailed: "state not stored",
  registrationFailed: "registration failed",
  failed: "VEN failed",
  pollFailed: "poll failed",
} as const;

/** What happened to a VEN, in words; undefined for what happens all the time. */
export function describeVen(status: VenStatus): Line | undefined {
  switch (status.type) {
    case "registered":
    case "resumed":
      return describeRegistration(status);
    case "storeFailed":
    case "registrationFailed":
    case "failed":
    case "pollFailed":
      return { what: failures[status.type], about: sayFailure(status) };
    case "messageRefused":
      return { what: "message refused", about: `${status.message}: ${status.reason}` };
    case "unregistered":
      return { what: "unregistered", about: status.reason };
    case "reportsRegistered":
    case "reportRequested":
    case "reportSent":
    case "reportFailed":
    case "reportDropped":
    case "reportEnded":
    case "vtnReportsOffered":
    case "vtnReportRequested":
    case "vtnReportReceived":
    case "vtnReportEnded":
      return describeVenReport(status);
    case "polled":
      return status.answer === "oadrResponse" ? undefined : { what: "polled", about: status.answer };
    case "pushed":
      return { what: "pushed", about: status.message };
    case "eventReceived":
    case "eventAnswered":
    case "eventCancelled":
    case "eventRampUp":
    case "eventStarted":
    case "eventInterval":
    case "eventRecovery":
    case "eventEnded":
      return describeEvent(status);
    case "clockSkew":
      return sayClockSkew(status);
    case "optCreated":
      return describeOpt(status);
    case "optCancelled":
      return { what: "opt cancelled", about: status.optId };
    case "requestFailed":
      return { what: "request failed", about: `${status.request}: ${sayFailure(status)}` };
    case "handlerFailed":
      return { what: "handler failed", about: sayHandler(status) };
    case "pushRefused":
    case "securityReduced":
    case "certificateExpiring":
    case "revocationListExpiring":
      return describeVenSecurity(status);
    case "deviated":
      return sayDeviations(status);
    case "stopped":
      return { what: "stopped", about: "" };
  }
}

function sayHandler({
  handler,
  resourceId,
  eventId,
  rId,
  error,
}: Extract<VenStatus, { type: "handlerFailed" }>): string {
  const subject = resourceId ?? eventId ?? rId;
  return `${handler}${subject === undefined ? "" : ` for ${subject}`}: ${error.message}`;
}

function describeRegistration({
  type,
  venId,
  vtnId,
  pollInterval,
  transportAddress,
}: Extract<VenStatus, { readonly type: "registered" | "resumed" }>): Line {
  const how =
    transportAddress === undefined ? `polls every ${sayDuration(pollInterval)}` : `is pushed to at ${transportAddress}`;
  return { what: type, about: `with ${vtnId} as ${venId}, ${how}` };
}

function describeOpt({ optId, optType, eventId }: Extract<VenStatus, { readonly type: "optCreated" }>): Line {
  return eventId === undefined
    ? { what: `${optType} schedule`, about: optId }
    : { what: "event opted", about: `${optType} for ${eventId}` };
}

function sayClockSkew({ skew, isWithinLimit }: Extract<VenStatus, { readonly type: "clockSkew" }>): Line {
  const about = `the VTN's clock is ${Math.abs(skew) / 1000} s ${skew < 0 ? "behind" : "ahead"}`;
  return { what: isWithinLimit ? "clocks agree" : "clocks differ", about };
}
