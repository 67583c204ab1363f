import { isSimple, signalsOf } from "./events.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 9: a SIMPLE signal takes the values 0, 1, 2 and 3. */
export const simpleValues: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { signal, path } of signalsOf(message)) {
    if (!isSimple(signal)) continue;
    for (const [index, { value }] of signal.intervals.entries()) {
      if (levels.includes(value)) continue;
      yield violation(9, `${path}.intervals[${index}].value`, { expected: levels.join(" | "), got: value });
    }
  }
};

const levels: readonly number[] = [0, 1, 2, 3];

/** Rule 14: while an event is not active, the current value of its SIMPLE signal is 0. */
export const simpleCurrentValue: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { signal, path, event } of signalsOf(message)) {
    const { eventStatus } = event.eventDescriptor;
    if (!isSimple(signal) || eventStatus === "active" || (signal.currentValue ?? 0) === 0) continue;
    yield violation(14, `${path}.currentValue`, {
      expected: `0 while the event is ${eventStatus}`,
      got: signal.currentValue,
    });
  }
};

/** Rule 116: a SIMPLE signal has the type level. */
export const simpleType: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { signal, path } of signalsOf(message)) {
    if (!isSimple(signal) || signal.signalType === "level") continue;
    yield violation(116, `${path}.signalType`, { expected: '"level"', got: signal.signalType });
  }
};
