import type { OadrEvent, SignalInterval } from "@openleadr/protocol";
import type { EventContext, SignalInForce } from "./handlers.ts";
import type { EventRecord } from "./record.ts";
import { resolveResources, resourcesOfClasses, type Addressees, type ResourceIds } from "./resources.ts";

/** A stretch of time, in milliseconds since 1970; its end is not part of it, and infinite for an open one (rule 18). */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A value of a signal, and when it is in force. */
interface Step extends Span {
  readonly value: number;
}

interface PlannedSignal {
  readonly signal: OadrEvent["signals"][number];
  readonly resources: ResourceIds;
  readonly steps: readonly Step[];
}

/** What an event asks of a VEN and when: follows from its record and the VEN's options, and is never stored. */
export interface EventPlan {
  readonly eventId: string;
  readonly resources: ResourceIds;
  /** The active period, as this VEN begins it. */
  readonly active: Span;
  /** Before the active period or, of a negative one, at its beginning. */
  readonly rampUp: Span | undefined;
  /** After the active period or, of a negative one, at its end. */
  readonly recovery: Span | undefined;
  /** Those that are for the VEN. */
  readonly signals: readonly PlannedSignal[];
  /** All instants at which something begins or ends, in order. */
  readonly instants: readonly number[];
  /** Smaller is more important (rule 3). */
  readonly urgency: number;
  /** Whether the device is to act if the VEN opts in: tests are left alone unless that is wished. */
  readonly isActedOn: boolean;
}

/** What of a VEN a plan depends on. */
export interface PlanContext extends Addressees {
  readonly actOnTestEvents: boolean;
}

/**
 * The plan of an event.
 *
 * @see OpenADR 2.0b, §8.1, rules 3, 6, 18, 22, 30, 31, 32, 47, 111
 */
export function planOf(
  { event, startOffset }: Pick<EventRecord, "event" | "startOffset">,
  ven: PlanContext,
): EventPlan {
  const { eventDescriptor, activePeriod } = event;
  const from = activePeriod.dtstart.getTime() + startOffset;
  const active = { from, until: activePeriod.duration > 0 ? from + activePeriod.duration : Infinity };
  const resources = resolveResources(event, ven);
  const signals = event.signals
    .map((signal) => ({ signal, resources: resourcesOfClasses(resources, signal.deviceClasses, ven) }))
    .filter((planned) => planned.resources?.length !== 0)
    .map((planned) => ({ ...planned, steps: stepsOf(planned.signal.intervals, active) }));
  const spans = [active, rampUpOf(event, active), recoveryOf(event, active), ...signals.flatMap(({ steps }) => steps)];
  return {
    eventId: eventDescriptor.eventId,
    resources,
    active,
    rampUp: rampUpOf(event, active),
    recovery: recoveryOf(event, active),
    signals,
    instants: instantsOf(spans),
    urgency:
      eventDescriptor.priority === undefined || eventDescriptor.priority === 0 ? Infinity : eventDescriptor.priority,
    isActedOn: eventDescriptor.testEvent !== true || ven.actOnTestEvents,
  };
}

/** The plan for some of the resources of an event. */
export function actedOnBy(plan: EventPlan, resources: readonly string[]): EventPlan {
  const signals = plan.signals.flatMap((planned) => {
    const acting = planned.resources?.filter((id) => resources.includes(id)) ?? resources;
    return acting.length === 0 ? [] : [{ ...planned, resources: acting }];
  });
  return { ...plan, resources, signals };
}

/** The signals in force at an instant; none outside the active period. */
export function signalsInForce(plan: EventPlan, at: number): readonly SignalInForce[] {
  return plan.signals.flatMap((planned) => {
    const step = stepAt(planned, at);
    return step === undefined ? [] : [signalInForce(plan, planned, step)];
  });
}

/** The step of a signal that is in force at an instant. */
export function stepAt({ steps }: PlannedSignal, at: number): Step | undefined {
  for (const step of steps) if (at < step.until) return at >= step.from ? step : undefined;
  return undefined;
}

export function signalInForce({ eventId }: EventPlan, { signal, resources }: PlannedSignal, step: Step): SignalInForce {
  const { signalId, signalName, signalType, measurement } = signal;
  return {
    eventId,
    signalId,
    signalName,
    signalType,
    value: step.value,
    ...(measurement !== undefined && { measurement }),
    from: new Date(step.from),
    until: dateOf(step.until),
    resources: resources ?? [],
  };
}

/** The instant; undefined for one that never comes. */
export function dateOf(instant: number): Date | undefined {
  return instant === Infinity ? undefined : new Date(instant);
}

/** What every handler is told about an event. */
export function factsOf({ resources = [], active }: EventPlan): Omit<EventContext, "signal"> {
  return { resources, start: new Date(active.from), end: dateOf(active.until) };
}

/** An interval without a length is never in force, but for the last one of an event without an end (rule 47). */
function stepsOf(intervals: readonly SignalInterval[], active: Span): readonly Step[] {
  const steps: Step[] = [];
  let { from } = active;
  for (const [index, { duration = 0, value }] of intervals.entries()) {
    const isOpen = active.until === Infinity && index === intervals.length - 1;
    const until = isOpen ? Infinity : from + duration;
    if (until > from) steps.push({ from, until, value });
    from = until;
  }
  return steps;
}

function rampUpOf({ activePeriod }: OadrEvent, { from, until }: Span): Span | undefined {
  const rampUp = activePeriod.rampUp ?? 0;
  if (rampUp > 0) return { from: from - rampUp, until: from };
  return rampUp < 0 ? { from, until: Math.min(from - rampUp, until) } : undefined;
}

function recoveryOf({ activePeriod }: OadrEvent, { from, until }: Span): Span | undefined {
  const recovery = activePeriod.recovery ?? 0;
  if (until === Infinity || recovery === 0) return undefined;
  return recovery > 0 ? { from: until, until: until + recovery } : { from: Math.max(from, until + recovery), until };
}

function instantsOf(spans: readonly (Span | undefined)[]): readonly number[] {
  const instants = new Set(spans.flatMap((span) => (span === undefined ? [] : [span.from, span.until])));
  instants.delete(Infinity);
  return [...instants].sort((a, b) => a - b);
}
