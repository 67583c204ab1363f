import type { Measurement, OadrEvent, Opt, SignalType } from "@openleadr/protocol";
import type { HandlerContext } from "../handler-context.ts";

/**
 * A VEN's answer to an event: whether it takes part and, where the VTN is to know why not, a response code.
 *
 * The code has three digits, 200 by default, and is a success if the answer is `optIn`.
 *
 * @see OpenADR 2.0b, §8.7, rule 48
 */
export type EventAnswer =
  | Opt
  | {
      readonly optType: Opt;
      readonly responseCode?: number | undefined;
      /** For people. */
      readonly responseDescription?: string | undefined;
    };

/** The handlers for events, by the names of their options. */
export const eventHandlerNames = [
  "onEvent",
  "onEventChanged",
  "onEventCancelled",
  "onRampUp",
  "onEventStart",
  "onInterval",
  "onRecovery",
  "onEventEnd",
  "onInForce",
] as const;

/** The name of a handler for events. */
export type EventHandlerName = (typeof eventHandlerNames)[number];

/**
 * Why a device is to end an event:
 *
 * - `completed`: its time is over;
 * - `cancelled`: called off, or sent no longer, or the VEN has left the VTN;
 * - `optedOut`: the VEN's answer has become optOut, or an opt for the event says so (`createOpt`);
 * - `superseded`: a newer version came that the VEN had to refuse;
 * - `changed`: a newer version begins later, is a test, or is not for these resources.
 */
export type EventEndReason = "completed" | "cancelled" | "optedOut" | "superseded" | "changed";

/** What a handler may want to know about an event, beside the event itself. */
export interface EventContext extends HandlerContext {
  /**
   * IDs of the VEN's resources that the event is for, in the order of the option `resources`; without that option, the
   * IDs that the event names. What a device is told to do is for those that take part (rule 206).
   */
  readonly resources: readonly string[];
  /** When the VEN begins: dtstart and the delay drawn within start-after (rule 30). */
  readonly start: Date;
  /** When the VEN ends; undefined for an event without an end (rule 47). */
  readonly end: Date | undefined;
}

/** What a handler may want to know about a change. */
export interface EventChangeContext extends EventContext {
  /** The version before. */
  readonly previous: OadrEvent;
  /** The VEN's answer to the version before, or what `respond` made of it. */
  readonly previousOptType: Opt;
}

/** One value that is in force. */
export interface SignalInForce {
  readonly eventId: string;
  readonly signalId: string;
  readonly signalName: string;
  readonly signalType: SignalType;
  readonly value: number;
  /** The unit of the value, if it has one. */
  readonly measurement?: Measurement;
  /** When the value came into force. */
  readonly from: Date;
  /** When it ceases to be, the instant itself not included; undefined for never. */
  readonly until: Date | undefined;
  /** The resources it is for: those of the event, of the signal's device classes (rule 111). */
  readonly resources: readonly string[];
}

/** What is in force for a resource, all its events taken together. */
export interface InForce {
  /** Of the option `resources`; undefined without that option: for the VEN as one. */
  readonly resourceId: string | undefined;
  /**
   * Of each name of a signal what counts, as `signalAt` has it, that of the most important event first. None means that the
   * resource is to be as it is without events.
   */
  readonly signals: readonly SignalInForce[];
}

/** What is in force during an interval. */
export interface IntervalContext extends EventContext {
  /** The signals of the event that are for the VEN, in the order of the event. */
  readonly signals: readonly SignalInForce[];
  /** Since when all of them have been in force together. */
  readonly from: Date;
  /** When one of them changes; undefined for never. */
  readonly until: Date | undefined;
}

/** A stretch of time in which a device prepares, or goes back to normal. */
export interface TransitionContext extends EventContext {
  readonly until: Date;
}

/** Why an event ends. */
export interface EventEndContext extends EventContext {
  readonly reason: EventEndReason;
  /** Whether other resources go on, so that the end is for `resources` alone. */
  readonly isPart: boolean;
}
