import type { Deviation, Duration, EventStatus, MessageName, Opt } from "@openleadr/protocol";

/** What happens to a VEN. Nobody has to listen; every change of state is one of these. */
export type VenStatus =
  /** The VTN gave or confirmed a registration. */
  | {
      readonly type: "registered";
      readonly venId: string;
      readonly vtnId: string;
      readonly registrationId: string;
      readonly pollInterval: Duration;
    }
  /** The VTN could not be reached or said no; the VEN tries again after `retryIn`. */
  | { readonly type: "registrationFailed"; readonly error: Error; readonly retryIn: Duration }
  /** The registration is gone: cancelled by either party, or unknown to the VTN. */
  | { readonly type: "unregistered"; readonly reason: string }
  /** The VEN's reports were offered to the VTN; `requested` is how many it asked for at once. */
  | { readonly type: "reportsRegistered"; readonly reports: number; readonly requested: number }
  /** A poll was answered. */
  | { readonly type: "polled"; readonly answer: MessageName }
  /** The VTN pushed a message. */
  | { readonly type: "pushed"; readonly message: MessageName }
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
  /** A report ended: the VTN wants it no longer, or its time is over. */
  | { readonly type: "reportEnded"; readonly reportRequestId: string }
  /** The VTN has taken an opt: for an event, or a schedule if there is no `eventId`. */
  | {
      readonly type: "optCreated";
      readonly optId: string;
      readonly optType: Opt;
      readonly eventId: string | undefined;
    }
  /** The VTN has forgotten the schedules of an optID, as the VEN asked it to. */
  | { readonly type: "optCancelled"; readonly optId: string }
  /** Another request failed, such as an answer to an event; it is sent again after `retryIn`, or not (`false`). */
  | {
      readonly type: "requestFailed";
      readonly request: MessageName;
      readonly error: Error;
      readonly retryIn: Duration | false;
    }
  /** A handler of the application threw, or gave an answer that is none. */
  | {
      readonly type: "handlerFailed";
      readonly handler: "onEvent" | "onEventCancelled" | "collect";
      readonly error: Error;
    }
  /** An answer of the VTN differed from the schema, in tolerant reading. */
  | { readonly type: "deviated"; readonly message: MessageName; readonly deviations: readonly Deviation[] }
  /** The VEN has stopped; nothing follows. */
  | { readonly type: "stopped" };
