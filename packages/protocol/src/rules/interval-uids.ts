import { seriesOf } from "./events.ts";
import { violation, type Rule } from "./rule.ts";

/** Rules 2 and 101: the intervals of a signal, and of a baseline, are numbered 0, 1, 2 and so on. */
export const intervalUids: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { series, path, isBaseline } of seriesOf(message)) {
    for (const [index, { uid }] of series.intervals.entries()) {
      if (uid === String(index)) continue;
      yield violation(isBaseline ? 101 : 2, `${path}.intervals[${index}].uid`, { expected: `"${index}"`, got: uid });
    }
  }
};
