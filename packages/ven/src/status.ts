import type { Deviation, Duration, EventStatus, ExpiryWarning, MessageName, Opt } from "@openleadr/protocol";
import type { EventEndReason, EventHandlerName, SignalInForce } from "./event/handlers.ts";

/** The handlers for reports: those of data points, and those for the VTN's reports. */
export type ReportHandlerName = "collect" | "collectSpan" | "onRegisterReport" | "onReport";

/** What happens to a VEN. Nobody has to listen; every change of state is one of these. */
export type VenStatus =
  /** The VTN gave or confirmed a registration. */
  | {
      readonly type: "registered";
      readonly venId: string;
      readonly vtnId: string;
      readonly registrationId: string;
      readonly pollInterval: Duration;
      /** Where the VTN pushes to; absent for a VEN that polls. */
      readonly transportAddress?: string;
    }
  /** The VEN goes on with the registration that its store has. */
  | {
      readonly type: "resumed";
      readonly venId: string;
      readonly vtnId: string;
      readonly registrationId: string;
      readonly pollInterval: Duration;
      /** Where the VTN pushes to; absent for a VEN that polls. */
      readonly transportAddress?: string;
    }
  /**
   * The VEN's state could not be written to its store, so that it acknowledges nothing new; tried again after `retryIn`,
   * or not, as the VEN stops (`false`).
   */
  | { readonly type: "storeFailed"; readonly error: Error; readonly retryIn: Duration | false }
  /** The VTN could not be reached or said no; the VEN tries again after `retryIn`. */
  | { readonly type: "registrationFailed"; readonly error: Error; readonly retryIn: Duration }
  /** A fault of the VEN itself, which begins anew after `retryIn`. */
  | { readonly type: "failed"; readonly error: Error; readonly retryIn: Duration }
  /** The VTN sent what is not for this VEN: another venID, or another vtnID than that of the registration (rules 21, 400). */
  | {
      readonly type: "messageRefused";
      readonly message: MessageName;
      readonly responseCode: number;
      readonly reason: string;
    }
  /** The registration is gone: cancelled by either party, or unknown to the VTN. */
  | { readonly type: "unregistered"; readonly reason: string }
  /** The VEN's reports were offered to the VTN; `requested` is how many it asked for at once. */
  | { readonly type: "reportsRegistered"; readonly reports: number; readonly requested: number }
  /** A poll was answered. */
  | { readonly type: "polled"; readonly answer: MessageName }
  /** The VTN pushed a message. */
  | { readonly type: "pushed"; readonly message: MessageName }
  /**
   * A message was pushed and ignored, as who sent it did not show the VTN's certificate (`push.vtnFingerprint`), or one that
   * is valid (rule 516), or had not signed it as the VEN demands (rule 514). Told once an hour for each peer.
   */
  | {
      readonly type: "pushRefused";
      readonly reason: string;
      /** The IP address it came from. */
      readonly address: string;
      /** That of the certificate that was shown; undefined for none, and for one that is not valid. */
      readonly fingerprint: string | undefined;
    }
  /** A poll failed; the next follows after `retryIn`. */
  | { readonly type: "pollFailed"; readonly error: Error; readonly retryIn: Duration }
  /** An event came, new or changed. */
  | {
      readonly type: "eventReceived";
      readonly eventId: string;
      readonly modificationNumber: number;
      readonly eventStatus: EventStatus;
    }
  /** An event was answered. */
  | { readonly type: "eventAnswered"; readonly eventId: string; readonly optType: Opt; readonly responseCode: number }
  /** An event was called off, or the VTN sends it no longer (`implied`, rule 61). */
  | { readonly type: "eventCancelled"; readonly eventId: string; readonly implied: boolean }
  /** The VEN prepares for an event (rule 31). */
  | { readonly type: "eventRampUp"; readonly eventId: string; readonly until: Date }
  /**
   * The active period of an event that the VEN acts on has begun, or resources take part that did not before; `resources`
   * is empty where the VEN does not know them.
   */
  | { readonly type: "eventStarted"; readonly eventId: string; readonly resources: readonly string[] }
  /** What an event asks for has changed; `until` is undefined for an end that never comes. */
  | {
      readonly type: "eventInterval";
      readonly eventId: string;
      readonly signals: readonly SignalInForce[];
      readonly from: Date;
      readonly until: Date | undefined;
    }
  /** The VEN returns to normal (rule 31). */
  | { readonly type: "eventRecovery"; readonly eventId: string; readonly until: Date }
  /** These resources of the VEN act on an event no longer; others go on if `isPart`. */
  | {
      readonly type: "eventEnded";
      readonly eventId: string;
      readonly reason: EventEndReason;
      readonly resources: readonly string[];
      readonly isPart: boolean;
    }
  /**
   * The clocks of VTN and VEN differ by more than `maxClockSkew`, positive where the VTN's is ahead; told again when that
   * changes by as much, and when they agree once more (`isWithinLimit`).
   */
  | { readonly type: "clockSkew"; readonly skew: Duration; readonly isWithinLimit: boolean }
  /** The VTN asked for a report. */
  | { readonly type: "reportRequested"; readonly reportRequestId: string; readonly reportSpecifierId: string }
  /** Data reached the VTN. */
  | { readonly type: "reportSent"; readonly reportRequestId: string; readonly intervals: number }
  /** Data did not reach the VTN; they are sent again after `retryIn`, or given up as the VTN refuses them (`false`). */
  | {
      readonly type: "reportFailed";
      readonly reportRequestId: string;
      readonly error: Error;
      readonly retryIn: Duration | false;
    }
  /**
   * Data were given up that the VTN has not got, the oldest first: `unsentReports` allows for no more, or the request has
   * ended.
   */
  | {
      readonly type: "reportDropped";
      readonly reportRequestId: string;
      readonly intervals: number;
      /** Where the first and the last of them begin. */
      readonly from: Date | undefined;
      readonly to: Date | undefined;
    }
  /** A report ended: the VTN wants it no longer, or its time is over. */
  | { readonly type: "reportEnded"; readonly reportRequestId: string; readonly reportSpecifierId: string }
  /** The VTN told which reports it offers; all that the VEN had requested of it is void, but for metadata (rule 306). */
  | { readonly type: "vtnReportsOffered"; readonly reports: number; readonly requested: number }
  /** The VTN has taken a request for one of its reports. */
  | { readonly type: "vtnReportRequested"; readonly reportRequestId: string; readonly reportSpecifierId: string }
  /** Data of one of the VTN's reports came, and were dealt with. */
  | { readonly type: "vtnReportReceived"; readonly reportRequestId: string; readonly readings: number }
  /** A request for one of the VTN's reports is over: delivered, cancelled, refused (`error`), or void. */
  | { readonly type: "vtnReportEnded"; readonly reportRequestId: string; readonly error?: Error }
  /** The VTN has taken an opt: for an event, or a schedule if there is no `eventId`. */
  | {
      readonly type: "optCreated";
      readonly optId: string;
      readonly optType: Opt;
      readonly eventId: string | undefined;
    }
  /** The VTN has forgotten the schedules of an optID, as the VEN asked it to. */
  | { readonly type: "optCancelled"; readonly optId: string }
  /**
   * Another request failed, such as an answer to an event; it is sent again after `retryIn`, or not (`false`). Reports that
   * could not be offered are offered again all the same, after a minute and then less often.
   */
  | {
      readonly type: "requestFailed";
      readonly request: MessageName;
      readonly error: Error;
      readonly retryIn: Duration | false;
    }
  /** A handler of the application threw, or gave an answer that is none. */
  | {
      readonly type: "handlerFailed";
      readonly handler: EventHandlerName | ReportHandlerName;
      /** The event that it was called with. */
      readonly eventId?: string;
      /** The resource that it was called for. */
      readonly resourceId?: string;
      /** The report that it was called for. */
      readonly reportSpecifierId?: string;
      /** The data point that it was called for. */
      readonly rId?: string;
      readonly error: Error;
    }
  /**
   * A setting makes the VEN less safe than it could be: it takes every server (`tls.checkHostName: false` without a
   * `tls.serverFingerprint`), everybody who pushes (`push.vtnFingerprint: "any"`), or every server's signature for the VTN's
   * (`signatures.authorities`), as long as the certificate is of a CA that it trusts; or it calls its VTN with `tls`, and is
   * itself called in plain HTTP (`push.listen` without `tls` or `proxy`). Told with each start, and when such `tls` replaces
   * other.
   */
  | {
      readonly type: "securityReduced";
      readonly option: "tls.checkHostName" | "push.vtnFingerprint" | "push.listen.tls" | "signatures.authorities";
    }
  /**
   * A certificate comes within 60, 30 or 7 days of its end, has reached it, or has yet to become valid: one that the VEN
   * shows, or signs with (`own`); that of the VTN's server or signatures, as it was seen last; or that of a CA that it trusts, or that
   * stands behind its own (`authority`). Told once for each.
   */
  | {
      readonly type: "certificateExpiring";
      readonly role: "own" | "vtn" | "authority";
      readonly fingerprint: string;
      readonly subject: string;
      readonly expiresAt: Date;
      readonly expiry: ExpiryWarning;
    }
  /**
   * A revocation list is over in 60, 30 or 7 days, unless that is more than half of its time, or is over, after which nobody
   * is trusted whose CA has written it. Told once for each.
   */
  | {
      readonly type: "revocationListExpiring";
      /** The CA, e.g. `CN=Root`. */
      readonly issuer: string;
      readonly expiresAt: Date;
      readonly expiry: ExpiryWarning;
    }
  /**
   * An answer of the VTN differed from the schema, in tolerant reading; or it was oadrResponse where the standard has another,
   * taken for yes; or it asks for polls more often than each second or less than once in 24 hours, which the VEN does not keep.
   */
  | { readonly type: "deviated"; readonly message: MessageName; readonly deviations: readonly Deviation[] }
  /** The VEN has stopped; nothing follows. */
  | { readonly type: "stopped" };
