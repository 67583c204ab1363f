import {
  activePeriodFromIntervals,
  resolveTargets,
  type ActivePeriod,
  type SignalTargetMrid,
  type Target,
  type TargetOptions,
} from "@openleadr/protocol";
import type { NewEvent, NewSignal } from "./new-event.ts";

type Descriptor = NonNullable<NewEvent["eventDescriptor"]>;
type Period = Pick<ActivePeriod, "startAfter" | "notification" | "rampUp" | "recovery">;

/**
 * An event of one signal, with everything on one level: the short form of a {@link NewEvent}.
 *
 * The first interval's `dtstart`, or the one beside the intervals, is the event's; the intervals follow one another.
 */
export interface OneSignalEvent
  extends
    Pick<NewSignal, "signalName" | "signalType" | "measurement">,
    Descriptor,
    Undefinable<Period>,
    TargetOptions,
    Pick<NewEvent, "responseRequired"> {
  /** The VEN it is for; beside it, targets say which parts of that VEN. @default all VENs among the targets */
  readonly venId?: string | undefined;
  /** When it starts, unless the first interval says so. */
  readonly dtstart?: Date | undefined;
  readonly intervals: readonly (NewSignal["intervals"][number] & { readonly dtstart?: Date })[];
  /** The class of devices that the signal is for, e.g. `Thermostat` (rule 111). @default all devices */
  readonly signalTargetMrid?: SignalTargetMrid | `x-${string}` | undefined;
}

type Undefinable<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

export function isOneSignalEvent(event: NewEvent | OneSignalEvent): event is OneSignalEvent {
  return "intervals" in event;
}

/**
 * The long form. Throws `RangeError` if no start is known, if an interval starts elsewhere than where the one before it
 * ends, or if two ways to name the targets disagree.
 */
export function fromOneSignal(given: OneSignalEvent): NewEvent {
  const { eventId, priority, marketContext, testEvent, vtnComment, responseRequired } = given;
  return {
    eventDescriptor: { eventId, priority, marketContext, testEvent, vtnComment },
    activePeriod: periodOf(given),
    signals: [signalOf(given)],
    targets: targetsOf(given),
    responseRequired,
  };
}

function periodOf({ intervals, dtstart, ...given }: OneSignalEvent): NewEvent["activePeriod"] {
  const { startAfter, notification, rampUp, recovery } = given;
  return {
    ...activePeriodFromIntervals(intervals, dtstart ?? intervals[0]?.dtstart),
    ...(startAfter !== undefined && { startAfter }),
    ...(notification !== undefined && { notification }),
    ...(rampUp !== undefined && { rampUp }),
    ...(recovery !== undefined && { recovery }),
  };
}

function signalOf({ signalName, signalType, measurement, intervals, signalTargetMrid }: OneSignalEvent): NewSignal {
  return {
    signalName,
    signalType,
    intervals,
    ...(measurement !== undefined && { measurement }),
    ...(signalTargetMrid !== undefined && { deviceClasses: [{ endDeviceAsset: signalTargetMrid }] }),
  };
}

function targetsOf({ venId, ...given }: OneSignalEvent): readonly Target[] {
  const targets = resolveTargets(given);
  if (venId === undefined) return targets;
  const stranger = targets.find((target) => "venId" in target && target.venId !== venId);
  if (stranger !== undefined)
    throw new RangeError(`targets: expected no VEN but "${venId}", got ${JSON.stringify(stranger)}`);
  return targets.some((target) => "venId" in target) ? targets : [...targets, { venId }];
}
