import { seriesOf } from "./events.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 100: an interval of a signal or baseline holds one signalPayload with a number, and nothing else. */
export const intervalPayload: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { series, path } of seriesOf(message)) {
    for (const [index, { payloads }] of series.intervals.entries()) {
      if (payloads === undefined) continue;
      const [first, second] = payloads;
      if (second === undefined && first?.kind === "signalPayload" && typeof first.value === "number") continue;
      const got = payloads.map(({ kind }) => kind).join(", ") || "none";
      const at = `${path}.intervals[${index}].payloads`;
      yield { rule: 100, path: at, message: `expected one signalPayload with a number, got ${got}` };
    }
  }
};

/** Rule 103: no interval of a signal or baseline has a start of its own. */
export const intervalStart: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { series, path } of seriesOf(message)) {
    for (const [index, { dtstart }] of series.intervals.entries()) {
      if (dtstart === undefined) continue;
      yield violation(103, `${path}.intervals[${index}].dtstart`, { expected: "nothing", got: dtstart });
    }
  }
};
