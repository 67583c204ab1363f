import type { Duration, OadrEvent, Opt } from "@openleadr/protocol";
import type { EventEndReason } from "./handlers.ts";

/** The VEN's answer to an event. */
export interface Answer {
  readonly responseCode: number;
  readonly responseDescription?: string;
  readonly optType: Opt;
  /** Given by `respond`: a change of the event does not undo it, unless `onEventChanged` says so. */
  readonly isOverride?: true;
}

/** Which handlers of the device have been called for an event, so that none is called twice. */
export interface Given {
  /** The ramp-up was begun; until when, in milliseconds since 1970. */
  readonly rampUp?: number;
  readonly start?: true;
  /** The resources that were told to begin and not yet to end; absent where the VEN does not know its resources. */
  readonly resources?: readonly string[];
  /** What was in force when `onInterval` was called last, as text to compare. */
  readonly interval?: string;
  /** The recovery was begun; until when, in milliseconds since 1970. */
  readonly recovery?: number;
  readonly end?: EventEndReason;
}

/** What the VEN answered to a version of an event that it does not go by: refused, or called off. */
export interface Verdict {
  readonly modificationNumber: number;
  readonly answer: Answer;
}

/** All that a VEN must not forget about an event. Plain data; replaced as a whole, never changed. */
export interface EventRecord {
  /** The version that the VEN goes by. */
  readonly event: OadrEvent;
  /** That of the oadrDistributeEvent that brought it, for later answers (rule 42). */
  readonly requestId: string;
  readonly answer: Answer;
  /** Drawn from [0, startAfter], once (rule 30). */
  readonly startOffset: Duration;
  readonly given: Given;
  /** What of `given` the device has heard for sure; while it is being told, which may fail. */
  readonly heard?: Given;
  /** When the VEN ceases to act, of an event that was called off or is sent no longer (rule 65). */
  readonly stopsAt?: Date;
  /** A newer version came, which had to be refused. */
  readonly isSuperseded?: true;
}

/** Whether a device has been told to begin, and not yet to end. */
export function isRunning({ given }: EventRecord): boolean {
  return given.end === undefined && (given.start === true || given.rampUp !== undefined);
}
