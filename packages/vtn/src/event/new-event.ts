import {
  milliseconds,
  seconds,
  type ActivePeriod,
  type Duration,
  type EventBaseline,
  type EventDescriptor,
  type EventSignal,
  type OadrEvent,
  type ResponseRequired,
  type SignalInterval,
  type Target,
} from "@openleadr/protocol";

/** An event to be created: an {@link OadrEvent} without what the VTN fills in. */
export interface NewEvent {
  readonly eventDescriptor?:
    | {
        /** @default made anew */
        readonly eventId?: string | undefined;
        /** 1 is the most important; 0, and none, the least (rule 3). */
        readonly priority?: number | undefined;
        /** The programme it belongs to. @default "oadr://unknown.context" */
        readonly marketContext?: string | undefined;
        /** A drill. @default false */
        readonly testEvent?: boolean | undefined;
        /** For people. */
        readonly vtnComment?: string | undefined;
      }
    | undefined;
  readonly activePeriod: Omit<ActivePeriod, "duration" | "notification"> & {
    /** 0 for an event without an end. @default the sum of the first signal's intervals (rule 8) */
    readonly duration?: Duration | undefined;
    /** How long before the start people want to be told. @default seconds(0) */
    readonly notification?: Duration | undefined;
  };
  /** What is asked for; at least one. */
  readonly signals: readonly NewSignal[];
  /** What would be without the event. */
  readonly baseline?: EventBaseline | undefined;
  /** The VENs, as `{ venId }`, and which parts of them. @default every VEN */
  readonly targets?: readonly Target[] | undefined;
  /** Whether VENs must answer, or must not (rule 12). @default "always" */
  readonly responseRequired?: ResponseRequired | undefined;
}

/** A signal to be sent: an {@link EventSignal} without what the VTN fills in. */
export interface NewSignal extends Omit<
  EventSignal,
  "signalId" | "signalName" | "signalType" | "intervals" | "currentValue"
> {
  /** @default "0", "1", … */
  readonly signalId?: string | undefined;
  /** @default "SIMPLE" */
  readonly signalName?: EventSignal["signalName"] | undefined;
  /** @default "level" */
  readonly signalType?: EventSignal["signalType"] | undefined;
  readonly intervals: readonly Pick<SignalInterval, "duration" | "value">[];
}

/** Fills in what is left out. */
export function completeEvent(
  given: NewEvent,
  { now, newId }: { readonly now: Date; readonly newId: () => string },
): OadrEvent {
  const { activePeriod, signals, baseline, targets = [], responseRequired = "always" } = given;
  const { duration = durationOf(signals), notification = seconds(0) } = activePeriod;
  return {
    eventDescriptor: completeDescriptor(given.eventDescriptor ?? {}, now, newId),
    // The notification is always sent (rule 105).
    activePeriod: { ...activePeriod, duration, notification },
    signals: signals.map(completeSignal),
    ...(baseline !== undefined && { baseline }),
    targets,
    responseRequired,
  };
}

/** How long the first of these signals lasts (rule 8). */
export function durationOf([first]: readonly NewSignal[]): Duration {
  return milliseconds((first?.intervals ?? []).reduce((total, { duration = 0 }) => total + duration, 0));
}

function completeDescriptor(
  given: NonNullable<NewEvent["eventDescriptor"]>,
  now: Date,
  newId: () => string,
): EventDescriptor {
  const {
    eventId = newId(),
    priority,
    marketContext = "oadr://unknown.context",
    testEvent = false,
    vtnComment,
  } = given;
  return {
    eventId,
    modificationNumber: 0,
    ...(priority !== undefined && { priority }),
    marketContext,
    createdDateTime: now,
    eventStatus: "far",
    testEvent,
    ...(vtnComment !== undefined && { vtnComment }),
  };
}

/** Fills in what is left out of the signal at a place among others. */
export function completeSignal(given: NewSignal, index: number): EventSignal {
  const { signalId = String(index), signalName = "SIMPLE", signalType = "level", intervals, ...rest } = given;
  return {
    ...rest,
    intervals: intervals.map(({ duration, value }, uid) => ({
      ...(duration !== undefined && { duration }),
      uid: String(uid),
      value,
    })),
    signalName,
    signalType,
    signalId,
  };
}
