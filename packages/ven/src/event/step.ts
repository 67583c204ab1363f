import type { EventEndReason, SignalInForce } from "./handlers.ts";
import { signalsInForce, type EventPlan } from "./plan.ts";
import { isRunning, type EventRecord, type Given } from "./record.ts";

/** What a device is to do next, and what is noted once it has been told. */
export type DeviceStep =
  | { readonly kind: "rampUp"; readonly until: number; readonly given: Given }
  | { readonly kind: "start"; readonly given: Given }
  | { readonly kind: "interval"; readonly signals: readonly SignalInForce[]; readonly given: Given }
  | { readonly kind: "recovery"; readonly until: number; readonly given: Given }
  | { readonly kind: "end"; readonly reason: EventEndReason; readonly given: Given };

/** A record, and what follows from it. */
export interface PlannedEvent {
  readonly record: EventRecord;
  readonly plan: EventPlan;
}

/**
 * What a device is to be told next about an event at an instant; undefined if it has been told all.
 *
 * A matter of what is so and what has been told, not of what has come to pass: whoever comes late begins in the middle,
 * and nothing is told twice. The sequence is a ramp-up, the start, intervals, and the end; after an end, it may begin
 * again. A negative ramp-up follows the start, and a negative recovery lies among the intervals; a positive recovery
 * follows an end by completion.
 *
 * @see OpenADR 2.0b, §8.1, rules 30, 31, 32, 47, 59, 61, 65, 114
 */
export function nextStep({ record, plan }: PlannedEvent, now: number): DeviceStep | undefined {
  const { given } = record;
  if (!isWanted({ record, plan }, now))
    return isRunning(record) ? end({ record, plan }, now) : lateRecovery(given, plan, now);
  if (now < plan.active.from) return rampUp(given, plan, now);
  if (given.start !== true || given.end !== undefined) {
    const rampUpGiven = given.end === undefined && given.rampUp !== undefined ? { rampUp: given.rampUp } : {};
    return { kind: "start", given: { ...rampUpGiven, start: true } };
  }
  return rampUp(given, plan, now) ?? interval(given, plan, now) ?? recovery(given, plan, now);
}

/** The next instant after `now` at which there may be something to tell a device; undefined if there is none. */
export function nextInstant({ record, plan }: PlannedEvent, now: number): number | undefined {
  if (!isRunning(record) && !isMeantToAct({ record, plan })) return undefined;
  const stop = record.stopsAt?.getTime() ?? -Infinity;
  const next = plan.instants.find((instant) => instant > now);
  if (stop <= now) return next;
  return next === undefined ? stop : Math.min(next, stop);
}

/** Whether the VEN acts on the event whenever it is its time. */
export function isMeantToAct({ record, plan }: PlannedEvent): boolean {
  if (record.stopsAt !== undefined && !isRunning(record)) return false;
  return plan.isActedOn && record.answer.optType === "optIn";
}

function isWanted({ record, plan }: PlannedEvent, now: number): boolean {
  const begin = Math.min(plan.active.from, plan.rampUp?.from ?? Infinity);
  const end = Math.min(plan.active.until, record.stopsAt?.getTime() ?? Infinity);
  return isMeantToAct({ record, plan }) && begin <= now && now < end;
}

function rampUp(given: Given, { rampUp: span }: EventPlan, now: number): DeviceStep | undefined {
  if (span === undefined || now < span.from || now >= span.until) return undefined;
  // What was said about a former run is void.
  const known = given.end === undefined ? given : {};
  const { until } = span;
  return known.rampUp === until ? undefined : { kind: "rampUp", until, given: { ...known, rampUp: until } };
}

function interval(given: Given, plan: EventPlan, now: number): DeviceStep | undefined {
  const signals = signalsInForce(plan, now);
  const text = JSON.stringify(signals, finiteOrText);
  return signals.length === 0 || text === given.interval
    ? undefined
    : { kind: "interval", signals, given: { ...given, interval: text } };
}

/** JSON has no infinity. */
function finiteOrText(_key: string, value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}

function recovery(given: Given, { recovery: span }: EventPlan, now: number): DeviceStep | undefined {
  if (span === undefined || now < span.from || now >= span.until || given.recovery === span.until) return undefined;
  return { kind: "recovery", until: span.until, given: { ...given, recovery: span.until } };
}

/** Recovery belongs to an event that ran to its end; one inside the active period is over with it. */
function lateRecovery(given: Given, plan: EventPlan, now: number): DeviceStep | undefined {
  return given.end === "completed" && now >= plan.active.until ? recovery(given, plan, now) : undefined;
}

function end(planned: PlannedEvent, now: number): DeviceStep {
  const reason = endReason(planned, now);
  return { kind: "end", reason, given: { end: reason } };
}

function endReason({ record, plan }: PlannedEvent, now: number): EventEndReason {
  const { answer, isSuperseded, stopsAt } = record;
  if (now >= plan.active.until) return "completed";
  if (stopsAt !== undefined) return "cancelled";
  if (isSuperseded === true) return "superseded";
  return answer.optType === "optOut" ? "optedOut" : "changed";
}
