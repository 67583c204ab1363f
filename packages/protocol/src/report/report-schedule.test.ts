import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { ReportSpecifier } from "../messages/report.ts";
import {
  firstReport,
  firstSample,
  nextReport,
  nextSample,
  reportScheduleOf,
  type ReportSchedule,
} from "./report-schedule.ts";
import { duration } from "../time.ts";

const now = new Date("2026-01-01T12:00:20Z");

function aSchedule(
  [granularity, reportBackDuration]: readonly [string, string],
  { span, isPoint = false }: { readonly span?: readonly [string, string]; readonly isPoint?: boolean } = {},
): ReportSchedule {
  const specifier: ReportSpecifier = {
    reportSpecifierId: "usage",
    granularity: duration(granularity),
    reportBackDuration: duration(reportBackDuration),
    ...(span !== undefined && {
      reportInterval: { dtstart: new Date(`2026-01-01T${span[0]}Z`), duration: duration(span[1]) },
    }),
    specifierPayloads: [{ rId: "power", readingType: "x-notApplicable" }],
  };
  return reportScheduleOf(specifier, { now, minPeriod: duration("PT10S"), isPoint });
}

/** When samples are taken and reports sent until both end, or to the fourth. */
function instants(schedule: ReportSchedule): string {
  const times = (first: typeof firstSample, next: typeof nextSample): string => {
    const all: string[] = [];
    for (let at = first(schedule, now.getTime()); at < Infinity && all.length < 4; at = next(schedule, at))
      all.push(new Date(at).toISOString().slice(11, 19));
    return all.join(" ");
  };
  return `${times(firstSample, nextSample)} | ${times(firstReport, nextReport)}`;
}

describe("the schedule of a report", () => {
  for (const [what, schedule, expected] of [
    [
      "from now on",
      aSchedule(["PT1M", "PT2M"]),
      "12:01:20 12:02:20 12:03:20 12:04:20 | 12:02:20 12:04:20 12:06:20 12:08:20",
    ],
    [
      "aligned to a start that is past",
      aSchedule(["PT1M", "PT2M"], { span: ["11:00:00", "PT0S"] }),
      "12:01:00 12:02:00 12:03:00 12:04:00 | 12:02:00 12:04:00 12:06:00 12:08:00",
    ],
    [
      "from a start to come to its end",
      aSchedule(["PT1M", "PT2M"], { span: ["13:00:00", "PT3M"] }),
      "13:01:00 13:02:00 13:03:00 | 13:02:00 13:03:00",
    ],
    [
      "at once, for points that are sent one by one",
      aSchedule(["PT1M", "PT1M"], { isPoint: true }),
      "12:00:20 12:01:20 12:02:20 12:03:20 | 12:00:20 12:01:20 12:02:20 12:03:20",
    ],
    [
      "without the end, for points",
      aSchedule(["PT1M", "PT2M"], { span: ["13:00:00", "PT2M"], isPoint: true }),
      "13:00:00 13:01:00 | 13:02:00",
    ],
    [
      "at the fastest rate, for changes",
      aSchedule(["PT0S", "PT20S"]),
      "12:00:30 12:00:40 12:00:50 12:01:00 | 12:00:40 12:01:00 12:01:20 12:01:40",
    ],
  ] as const) {
    it(`runs ${what}`, () => assert.equal(instants(schedule), expected));
  }
});
