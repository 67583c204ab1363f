import type { Deviation, MessageName, Opt, Service } from "@openleadr/protocol";
import type { PendingVen } from "./registration/pending-ven.ts";

/** What happens to a VTN. Nobody has to listen; every change of state is one of these. */
export type VtnStatus =
  /** The VTN can be reached. */
  | { readonly type: "started"; readonly url: URL | undefined }
  /** A VEN registered, for the first time or anew. */
  | {
      readonly type: "registered";
      readonly venId: string;
      readonly venName: string | undefined;
      readonly again: boolean;
    }
  /** A VEN was not let in; `address` is where it asked from. */
  | { readonly type: "registrationRefused"; readonly venName: string | undefined; readonly address: string }
  /** A VEN asked to register, and waits to be accepted or refused: see `vtn.vens.pending`. Told once, not each time it asks. */
  | { readonly type: "registrationPending"; readonly ven: PendingVen }
  /** A registration ended. */
  | { readonly type: "unregistered"; readonly venId: string }
  /**
   * A VEN is there: it registered, or something came from it after it had been offline, or for the first time since the
   * start. `lastContact` is when something came before, since the start of the process.
   */
  | {
      readonly type: "venOnline";
      readonly venId: string;
      readonly lastContact: Date | undefined;
      readonly address: string | undefined;
    }
  /** A VEN has missed some polls in a row, or could not be reached. */
  | {
      readonly type: "venOffline";
      readonly venId: string;
      readonly lastContact: Date | undefined;
      readonly address: string | undefined;
    }
  /**
   * A request was refused: with a response code, in an HTTP 200, or with an HTTP status alone. What refuses a
   * registration for want of permission is told as `registrationRefused` and `registrationPending` instead.
   */
  | {
      readonly type: "requestRefused";
      /** The IP address of the sender. */
      readonly address: string;
      readonly service: Service | undefined;
      /** The request target, where that is no service's. */
      readonly url: string | undefined;
      /** Undefined where the request could not be read. */
      readonly message: MessageName | undefined;
      /** The venID that the request names, whether or not it is the sender's. */
      readonly venId: string | undefined;
      readonly responseCode: number | undefined;
      readonly status: number;
      readonly reason: string;
    }
  /** A VEN told what it can report; `requested` is how many reports were asked for at once. */
  | { readonly type: "reportsRegistered"; readonly venId: string; readonly reports: number; readonly requested: number }
  /** Reports will be asked for in a message of its own. */
  | { readonly type: "reportsRequested"; readonly venId: string; readonly reportRequestIds: readonly string[] }
  /** A VEN answered report requests; `refused` names those that it did not take. */
  | {
      readonly type: "reportCreated";
      readonly venId: string;
      readonly responseCode: number;
      readonly refused: readonly string[];
    }
  /** A VEN answered a cancellation of reports; `reportRequestIds` names those that have ended. */
  | {
      readonly type: "reportsCancelled";
      readonly venId: string;
      readonly responseCode: number;
      readonly reportRequestIds: readonly string[];
    }
  /**
   * A VEN's list of pending reports (rule 329) is not what it ought to be: it lacks the requests `missing`, and has those of
   * `unknown`, which were not made or have ended.
   */
  | {
      readonly type: "pendingReportsDiffer";
      readonly venId: string;
      readonly missing: readonly string[];
      readonly unknown: readonly string[];
    }
  /** A VEN was not asked for what a report rule wants, as it does not offer it that way. */
  | { readonly type: "reportRuleFailed"; readonly venId: string; readonly rule: string; readonly error: unknown }
  /** Data of a VEN arrived. */
  | {
      readonly type: "reportReceived";
      readonly venId: string;
      readonly reportSpecifierId: string;
      readonly readings: number;
    }
  /** A VEN asked for one of the VTN's own reports, or for its metadata. */
  | {
      readonly type: "ownReportRequested";
      readonly venId: string;
      readonly reportRequestId: string;
      readonly reportSpecifierId: string;
    }
  /** Data of one of the VTN's own reports, or its metadata (no intervals), wait for a VEN. */
  | {
      readonly type: "ownReportSent";
      readonly venId: string;
      readonly reportRequestId: string;
      readonly intervals: number;
    }
  /** What a VEN had asked the VTN for was sent whole, was cancelled, or is void (rule 306). */
  | { readonly type: "ownReportEnded"; readonly venId: string; readonly reportRequestId: string }
  /** What a VEN belongs to and consists of has been said anew. */
  | { readonly type: "enrolled"; readonly venId: string }
  /** An event was created. */
  | { readonly type: "eventCreated"; readonly eventId: string }
  /** An event was changed, and has another modification number. */
  | { readonly type: "eventModified"; readonly eventId: string; readonly modificationNumber: number }
  /** An event that was just created or changed is in force at the same time as others of its market context. */
  | { readonly type: "eventsOverlap"; readonly eventId: string; readonly overlapping: readonly string[] }
  /** Whom an event is for was asked anew. */
  | { readonly type: "targetsResolved"; readonly eventId: string }
  /** An event was called off. */
  | { readonly type: "eventCancelled"; readonly eventId: string }
  /**
   * Events are not sent to a VEN that only reports (`oadrReportOnly`): an event that names it was created, changed or given
   * to other VENs, or it has just registered so and had them, or is named by them. If it registers to take events, it gets
   * those that are not over.
   */
  | { readonly type: "eventsWithheld"; readonly venId: string; readonly eventIds: readonly string[] }
  /** Events were sent to a VEN. */
  | { readonly type: "eventsSent"; readonly venId: string; readonly eventIds: readonly string[] }
  /** A VEN has acknowledged a message. For events, see `eventAnswered`. */
  | { readonly type: "delivered"; readonly venId: string; readonly letterId: string; readonly message: MessageName }
  /** A VEN could not be reached, and is tried again. */
  | {
      readonly type: "deliveryRetried";
      readonly venId: string;
      readonly letterId: string;
      readonly message: MessageName;
      readonly tries: number;
      readonly error: string;
      readonly retryAt: Date;
    }
  /**
   * The VTN gave up: a message became the dead letter `letterId`, or events were not answered (rule 52), and then there is
   * no letter. `eventIds` are the events that the VEN has not heard of, or not answered.
   */
  | {
      readonly type: "deliveryFailed";
      readonly venId: string;
      readonly letterId: string | undefined;
      readonly message: MessageName;
      readonly eventIds: readonly string[];
      readonly error: string;
    }
  /** The mailbox of a VEN was full, and a message was thrown away: a dead letter (`failed`), or one that still waited. */
  | {
      readonly type: "letterDropped";
      readonly venId: string;
      readonly letterId: string;
      readonly message: MessageName;
      readonly state: "queued" | "sent" | "failed";
    }
  /** A VEN answered an event. */
  | {
      readonly type: "eventAnswered";
      readonly venId: string;
      readonly eventId: string;
      readonly optType: Opt;
      readonly responseCode: number;
    }
  /** A VEN opted in or out: for an event, or by a schedule if there is no `eventId`. */
  | {
      readonly type: "optCreated";
      readonly venId: string;
      readonly optId: string;
      readonly optType: Opt;
      readonly eventId: string | undefined;
    }
  /** A VEN took opt schedules back. */
  | { readonly type: "optCancelled"; readonly venId: string; readonly optId: string }
  /** A message differed from the schema, in tolerant reading. */
  | { readonly type: "deviated"; readonly message: MessageName; readonly deviations: readonly Deviation[] }
  /** The VTN has stopped; nothing follows unless it is started again. */
  | { readonly type: "stopped" };
