import type { OadrReport } from "../messages/report.ts";
import type { ReportInterval } from "../messages/stream.ts";
import { showSpan, violation, type Rule } from "./rule.ts";

/** Rule 314: a report starts with its first interval; all intervals have a start or none has; they are in order of time. */
export const intervalStarts: Rule<"oadrUpdateReport"> = function* ({ payload }) {
  for (const [index, { dtstart, intervals = [] }] of payload.reports.entries()) {
    const path = `reports[${index}]`;
    const [first] = intervals;
    if (first?.dtstart !== undefined && dtstart !== undefined && first.dtstart.getTime() !== dtstart.getTime()) {
      const expected = `${first.dtstart.toISOString()}, the start of the first interval`;
      yield violation(314, `${path}.dtstart`, { expected, got: dtstart });
    }
    yield* mixture(314, { path, intervals, name: "dtstart" });
    yield* disorder(intervals, path);
  }
};

function* disorder(intervals: readonly ReportInterval[], path: string) {
  let latest: Date | undefined;
  for (const [index, { dtstart }] of intervals.entries()) {
    if (latest !== undefined && dtstart !== undefined && dtstart < latest) {
      const expected = `${latest.toISOString()} or later`;
      yield violation(314, `${path}.intervals[${index}].dtstart`, { expected, got: dtstart });
    }
    latest = dtstart ?? latest;
  }
}

function* mixture(
  rule: number,
  { path, intervals, name }: { path: string; intervals: readonly ReportInterval[]; name: "dtstart" | "duration" },
) {
  const count = intervals.filter((interval) => interval[name] !== undefined).length;
  if (count === 0 || count === intervals.length) return;
  const message = `expected a ${name} in all intervals or in none, got it in ${count} of ${intervals.length}`;
  yield { rule, path: `${path}.intervals`, message };
}

/**
 * Rule 315: the duration of a report spans its intervals; all intervals have a duration or none has; several that have
 * no start of their own need one.
 *
 * Points in time span at least the time between the first and the last of them.
 */
export const intervalDurations: Rule<"oadrUpdateReport"> = function* ({ payload }) {
  for (const [index, report] of payload.reports.entries()) {
    const path = `reports[${index}]`;
    const { intervals = [] } = report;
    yield* mixture(315, { path, intervals, name: "duration" });
    if (
      intervals.length > 1 &&
      intervals.every(({ dtstart, duration }) => dtstart === undefined && duration === undefined)
    ) {
      const message = "expected a dtstart or a duration in each of several intervals, got neither";
      yield { rule: 315, path: `${path}.intervals`, message };
    }
    yield* wrongSpan(report, path);
  }
};

function* wrongSpan({ duration, intervals = [] }: OadrReport, path: string) {
  const span = spanOf(intervals);
  if (duration === undefined || span === undefined) return;
  if (duration === span.length || (span.isOfPoints && duration > span.length)) return;
  const expected = `${span.isOfPoints ? "at least " : ""}${showSpan(span.length)}, which the intervals span`;
  yield violation(315, `${path}.duration`, { expected, gotSpan: duration });
}

interface Span {
  readonly length: number;
  readonly isOfPoints: boolean;
}

/** The time that intervals take up; undefined where that cannot be told. */
function spanOf(intervals: readonly ReportInterval[]): Span | undefined {
  const lengths = intervals.flatMap(({ duration }) => (duration === undefined ? [] : [duration]));
  const starts = intervals.flatMap(({ dtstart }) => (dtstart === undefined ? [] : [dtstart.getTime()]));
  const isOfPoints = lengths.length === 0;
  if (!isOfPoints && lengths.length < intervals.length) return undefined;
  const [first, last] = [starts[0], starts.at(-1)];
  if (first !== undefined && last !== undefined) {
    const isComplete = starts.length === intervals.length;
    return isComplete ? { length: last - first + (lengths.at(-1) ?? 0), isOfPoints } : undefined;
  }
  return isOfPoints ? undefined : { length: lengths.reduce<number>((sum, length) => sum + length, 0), isOfPoints };
}

/** Rule 316: intervals without a start of their own are numbered 0, 1, 2 and so on, but for Green Button data. */
export const reportIntervalUids: Rule<"oadrUpdateReport"> = function* ({ payload }) {
  for (const [index, { intervals = [] }] of payload.reports.entries()) {
    for (const [number, { dtstart, uid, payloads }] of intervals.entries()) {
      if (dtstart !== undefined || uid === String(number) || payloads.every(({ kind }) => kind === "gbPayload"))
        continue;
      yield violation(316, `reports[${index}].intervals[${number}].uid`, { expected: `"${number}"`, got: uid });
    }
  }
};
