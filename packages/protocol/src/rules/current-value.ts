import type { OadrEvent } from "../messages/event.ts";
import type { SignalInterval } from "../messages/stream.ts";
import { seconds } from "../time.ts";
import { signalsOf } from "./events.ts";
import type { Rule } from "./rule.ts";

/**
 * Rule 29: the current value of an active event's signal is the value of the interval in force.
 *
 * Where an interval ends within ten seconds of now, the values on both sides pass: clocks differ, and messages travel.
 * An event that says it is active outside its active period has no interval in force, and passes too.
 */
export const currentValue: Rule<"oadrDistributeEvent"> = function* (message, { now }) {
  for (const { signal, path, event } of signalsOf(message)) {
    const value = signal.currentValue;
    if (value === undefined || event.eventDescriptor.eventStatus !== "active") continue;
    const inForce = valuesAround(now, event, signal.intervals);
    if (inForce.length === 0 || inForce.includes(value)) continue;
    const expected = `${inForce.join(" | ")}, the value in force`;
    yield { rule: 29, path: `${path}.currentValue`, message: `expected ${expected}, got ${value}` };
  }
};

const slack = seconds(10);

function valuesAround(now: Date, { activePeriod }: OadrEvent, intervals: readonly SignalInterval[]): readonly number[] {
  const elapsed = now.getTime() - activePeriod.dtstart.getTime();
  const values: number[] = [];
  let start = 0;
  for (const [index, { duration, value }] of intervals.entries()) {
    if (duration === undefined) return [];
    const isEndless = index === intervals.length - 1 && activePeriod.duration === 0;
    const end = isEndless ? Infinity : start + duration;
    if (start < end && start < elapsed + slack && elapsed - slack < end) values.push(value);
    start = end;
  }
  const isRunning = elapsed >= 0 && elapsed < start;
  return isRunning ? [...new Set(values)] : [];
}
