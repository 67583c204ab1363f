import { seconds, type Duration, type OadrEvent } from "@openleadr/protocol";
import type {
  EventAnswer,
  EventChangeContext,
  EventContext,
  EventEndContext,
  InForce,
  IntervalContext,
  TransitionContext,
} from "./handlers.ts";
import type { HandlerContext } from "../handler-context.ts";
import type { TargetMembership, VenResource } from "./resources.ts";
import { STANDARD_SIGNALS, type SupportedSignal } from "./supported-signal.ts";

/** A handler of what a device does; nobody asks for its answer. */
type DeviceHandler<Context> = ((event: OadrEvent, context: Context) => void | Promise<void>) | undefined;

/** Says what to answer to a cancellation; nothing confirms it. */
type CancellationHandler = (
  event: OadrEvent,
  context: EventContext,
) => EventAnswer | void | Promise<EventAnswer | void>;

/**
 * What a VEN does with events.
 *
 * The first three handlers are asked when a message comes. The others are called when it is time, by the VEN's own
 * clock: for events that the VEN has opted into, one after the other for each event, each once, and beginning in the
 * middle where the VEN comes late. What a device has missed is left out; it is told what is so now.
 */
export interface EventOptions {
  /**
   * Called with every event that is new and, unless there is `onEventChanged`, with every changed one; its answer is the
   * VEN's. A handler that throws, or takes longer than `handlerTimeout`, opts out of that event. Without a handler, the
   * VEN opts out.
   *
   * TypeScript takes the answer of an `async` function with one literal in it for any `string`; give the type yourself:
   * `async (): Promise<EventAnswer> => "optIn"`.
   */
  readonly onEvent?: ((event: OadrEvent, context: EventContext) => EventAnswer | Promise<EventAnswer>) | undefined;
  /**
   * Called with every event that has changed; its answer is the VEN's to the new version. @default `onEvent` is asked,
   * unless the answer was given by `respond`, which then holds
   */
  readonly onEventChanged?:
    ((event: OadrEvent, context: EventChangeContext) => EventAnswer | Promise<EventAnswer>) | undefined;
  /**
   * Called with every event that is called off, or that the VTN sends no longer (rules 59, 61). The answer `optOut` tells the
   * VTN that what has begun cannot be called off; no answer, or a failure, confirms it (rule 36). The device is told by
   * `onEventEnd` in any case.
   */
  readonly onEventCancelled?: CancellationHandler | undefined;
  /**
   * Called when the time to prepare begins (rule 31): so long before the start or, of a negative ramp-up, right after
   * `onEventStart`; again if its end changes.
   */
  readonly onRampUp?: DeviceHandler<TransitionContext>;
  /**
   * Called when the active period begins, at `context.start`: after the ramp-up, and after the delay drawn within
   * start-after. A throw opts out of the event.
   */
  readonly onEventStart?: DeviceHandler<EventContext>;
  /**
   * Called with the values in force, after the start, at each interval, and whenever a change of the event alters them
   * or how long they are in force. A throw opts out of the event.
   */
  readonly onInterval?: DeviceHandler<IntervalContext>;
  /**
   * Called once for each event that began, when it ends for whatever reason; not when the VEN stops, as the event then
   * goes on. A call that is cut off by a stop is made again after the restart.
   */
  readonly onEventEnd?: DeviceHandler<EventEndContext>;
  /**
   * Called when the time to return to normal begins (rule 31): right after the end of a completed event or, of a negative
   * recovery, so long before the end; again if its end changes.
   */
  readonly onRecovery?: DeviceHandler<TransitionContext>;
  /**
   * Called for each resource with what is in force for it, whenever that changes, for whatever reason: an event begins, moves on,
   * ends or is called off, another one is more important, an answer or an opt changes. Also called once with each start of the
   * VEN, when its events are known, be there any or none. A device that does as this handler says is always right; it needs
   * none of the handlers of single events.
   *
   * A throw opts out of the events that it was told of; where there are none, it is called again, at growing intervals.
   */
  readonly onInForce?: ((inForce: InForce, context: HandlerContext) => void | Promise<void>) | undefined;
  /** Time allowed for one call of a handler, those of reports included; `false` waits for ever. Above 0. @default seconds(30) */
  readonly handlerTimeout?: Duration | false | undefined;
  /** Whether devices are to act on test events (rule 6); `onEvent` is asked about them in any case. @default false */
  readonly actOnTestEvents?: boolean | undefined;
  /** The programmes the VEN takes part in; events of others are refused with 462. @default any */
  readonly marketContexts?: readonly string[] | undefined;
  /** The signals the VEN understands; events with others are refused with 460. @default {@link STANDARD_SIGNALS} */
  readonly signals?: readonly SupportedSignal[] | undefined;
  /**
   * The resources behind the VEN, at least one: events for none of them are refused with 462, and events for device
   * classes that none of them is of with 469. @default the VEN takes what may be for it
   */
  readonly resources?: readonly VenResource[] | undefined;
  /** What the VEN as a whole belongs to: an event for that is for all its resources. @default its venID alone */
  readonly memberOf?: TargetMembership | undefined;
  /**
   * From which difference on the clocks of VTN and VEN are told to differ. Up to it, the VTN's clock counts beside the VEN's: an
   * event that is over by the VTN's clock, and not sent any more, is completed instead of called off; and a new one is
   * refused with 454 only where it is over by both. At least 1 s. @default seconds(10)
   */
  readonly maxClockSkew?: Duration | undefined;
}

type Defaulted = "handlerTimeout" | "actOnTestEvents" | "signals" | "maxClockSkew";

export type ResolvedEventOptions = {
  readonly [Name in Defaulted]: Exclude<EventOptions[Name], undefined>;
};

/** Fills in defaults. Throws `RangeError`, with name and value, for options out of range. */
export function resolveEventOptions(options: EventOptions): ResolvedEventOptions {
  const { handlerTimeout = seconds(30), maxClockSkew = seconds(10), resources } = options;
  if (handlerTimeout !== false && !(handlerTimeout > 0))
    throw new RangeError(`handlerTimeout: expected a duration above 0, or false, got ${handlerTimeout} ms`);
  if (!(maxClockSkew >= seconds(1)))
    throw new RangeError(`maxClockSkew: expected at least 1 s, got ${maxClockSkew} ms`);
  if (resources !== undefined) requireResources(resources);
  return {
    handlerTimeout,
    maxClockSkew,
    actOnTestEvents: options.actOnTestEvents ?? false,
    signals: options.signals ?? STANDARD_SIGNALS,
  };
}

function requireResources(resources: readonly VenResource[]): void {
  if (resources.length === 0) throw new RangeError("resources: expected at least one, or undefined, got none");
  const seen = new Set<string>();
  for (const { resourceId } of resources) {
    if (resourceId === "" || seen.has(resourceId))
      throw new RangeError(`resources: expected IDs, each once, got ${JSON.stringify(resourceId)}`);
    seen.add(resourceId);
  }
}
