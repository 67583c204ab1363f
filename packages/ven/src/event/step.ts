import type { EventEndReason, SignalInForce } from "./handlers.ts";
import { signalsInForce, type EventPlan } from "./plan.ts";
import type { Participation } from "./participation.ts";
import { isRunning, type EventRecord, type Given } from "./record.ts";
import type { ResourceIds } from "./resources.ts";

/** What a device is to do next, and what is noted once it has been told. */
export type DeviceStep = DeviceStepKind & {
  /** Those that it is for; undefined where the VEN does not know its resources. */
  readonly resources: ResourceIds;
  readonly given: Given;
};

type DeviceStepKind =
  | { readonly kind: "rampUp"; readonly until: number }
  | { readonly kind: "start" }
  | { readonly kind: "interval"; readonly signals: readonly SignalInForce[] }
  | { readonly kind: "recovery"; readonly until: number }
  /** `isPart`: others go on. */
  | { readonly kind: "end"; readonly reason: EventEndReason; readonly isPart?: true };

/** A record, and what follows from it. */
export interface PlannedEvent extends Participation {
  readonly record: EventRecord;
  /** What the event asks of all that it is for, whether they take part or not. */
  readonly whole: EventPlan;
}

/**
 * What a device is to be told next about an event at an instant; undefined if it has been told all.
 *
 * A matter of what is so and what has been told, not of what has come to pass: whoever comes late begins in the middle,
 * and nothing is told twice. The sequence is a ramp-up, the start, intervals, and the end; after an end, it may begin
 * again. A negative ramp-up follows the start, and a negative recovery lies among the intervals; a positive recovery
 * follows an end by completion. Resources that join or leave while others go on are told by themselves.
 *
 * @see OpenADR 2.0b, §8.1, rules 30, 31, 32, 47, 59, 61, 65, 114, 206
 */
export function nextStep(event: PlannedEvent, now: number): DeviceStep | undefined {
  const { record, plan } = event;
  const { given } = record;
  if (!isWanted(event, now)) return isRunning(record) ? end(event, now) : lateRecovery(given, plan, now);
  const left = isRunning(record) ? leaving(event) : undefined;
  if (left !== undefined) return left;
  if (now < plan.active.from) return rampUp(given, plan, now);
  return start(given, plan) ?? rampUp(given, plan, now) ?? interval(given, plan, now) ?? recovery(given, plan, now);
}

/** The next instant after `now` at which there may be something to tell a device; undefined if there is none. */
export function nextInstant(event: PlannedEvent, now: number): number | undefined {
  const { record, plan } = event;
  if (!isRunning(record) && !isMeantToAct(event)) return undefined;
  const stop = record.stopsAt?.getTime() ?? -Infinity;
  const next = plan.instants.find((instant) => instant > now);
  if (stop <= now) return next;
  return next === undefined ? stop : Math.min(next, stop);
}

/** Whether the VEN acts on the event whenever it is its time. */
export function isMeantToAct({ record, plan, takesPart }: PlannedEvent): boolean {
  if (record.stopsAt !== undefined && !isRunning(record)) return false;
  return plan.isActedOn && takesPart;
}

function isWanted(event: PlannedEvent, now: number): boolean {
  const { record, plan } = event;
  const begin = Math.min(plan.active.from, plan.rampUp?.from ?? Infinity);
  const until = Math.min(plan.active.until, record.stopsAt?.getTime() ?? Infinity);
  return isMeantToAct(event) && begin <= now && now < until;
}

/** The end for those that take part no longer, or that the event is for no longer, while others go on. */
function leaving({ record: { given }, plan, whole }: PlannedEvent): DeviceStep | undefined {
  const gone = without(given.resources, plan.resources);
  if (gone.length === 0) return undefined;
  const optedOut = gone.filter((id) => whole.resources?.includes(id));
  const [reason, resources] = optedOut.length > 0 ? (["optedOut", optedOut] as const) : (["changed", gone] as const);
  const remaining = without(given.resources, resources);
  return { kind: "end", isPart: true, reason, resources, given: { ...given, resources: remaining } };
}

/** For all that act, or for those that have joined others. */
function start(given: Given, { resources }: EventPlan): DeviceStep | undefined {
  if (given.start === true && given.end === undefined) {
    const joined = joining(given, resources);
    return joined.length === 0
      ? undefined
      : { kind: "start", resources: joined, given: { ...given, ...toldTo(resources) } };
  }
  const rampUpGiven = given.end === undefined && given.rampUp !== undefined ? { rampUp: given.rampUp } : {};
  return { kind: "start", resources, given: { ...rampUpGiven, start: true, ...toldTo(resources) } };
}

function rampUp(given: Given, { rampUp: span, resources }: EventPlan, now: number): DeviceStep | undefined {
  if (span === undefined || now < span.from || now >= span.until) return undefined;
  // What was said about a former run is void.
  const known = given.end === undefined ? given : {};
  const { until } = span;
  const isNew = known.rampUp !== until;
  const told = isNew ? resources : joining(known, resources);
  if (!isNew && told?.length === 0) return undefined;
  return { kind: "rampUp", until, resources: told, given: { ...known, rampUp: until, ...toldTo(resources) } };
}

function interval(given: Given, plan: EventPlan, now: number): DeviceStep | undefined {
  const signals = signalsInForce(plan, now);
  const text = comparable(signals);
  const { resources } = plan;
  return signals.length === 0 || text === given.interval
    ? undefined
    : { kind: "interval", signals, resources, given: { ...given, interval: text } };
}

/** Signals as text that differs if they do. */
export function comparable(signals: readonly SignalInForce[]): string {
  return JSON.stringify(signals, finiteOrText);
}

/** JSON has no infinity. */
function finiteOrText(_key: string, value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}

function recovery(given: Given, { recovery: span, resources }: EventPlan, now: number): DeviceStep | undefined {
  if (span === undefined || now < span.from || now >= span.until || given.recovery === span.until) return undefined;
  return { kind: "recovery", until: span.until, resources, given: { ...given, recovery: span.until } };
}

/** Recovery belongs to an event that ran to its end; one inside the active period is over with it. */
function lateRecovery(given: Given, plan: EventPlan, now: number): DeviceStep | undefined {
  return given.end === "completed" && now >= plan.active.until ? recovery(given, plan, now) : undefined;
}

function end(event: PlannedEvent, now: number): DeviceStep {
  const reason = endReason(event, now);
  return {
    kind: "end",
    reason,
    resources: event.record.given.resources ?? event.plan.resources,
    given: { end: reason },
  };
}

function endReason({ record, plan, takesPart }: PlannedEvent, now: number): EventEndReason {
  const { isSuperseded, stopsAt } = record;
  if (now >= plan.active.until) return "completed";
  if (stopsAt !== undefined) return "cancelled";
  if (isSuperseded === true) return "superseded";
  return takesPart ? "changed" : "optedOut";
}

function toldTo(resources: ResourceIds): Pick<Given, "resources"> {
  return resources === undefined ? {} : { resources };
}

/** Those that act and have not been told to. */
function joining(given: Given, resources: ResourceIds): readonly string[] {
  return given.resources === undefined ? [] : without(resources, given.resources);
}

function without(ids: ResourceIds, others: ResourceIds): readonly string[] {
  return ids === undefined || others === undefined ? [] : ids.filter((id) => !others.includes(id));
}
