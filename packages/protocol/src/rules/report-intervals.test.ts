import { describe, it } from "vitest";

import { aDataReport, after, dataInterval, noon, update, without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import type { OadrReport } from "../messages/report.ts";
import type { ReportInterval } from "../messages/stream.ts";
import { hours, minutes } from "../time.ts";

const point = (start: number): ReportInterval => without(dataInterval(start), "duration");
const span = (uid?: string): ReportInterval => ({
  ...without(dataInterval(0), "dtstart"),
  ...(uid !== undefined && { uid }),
});

const data = (intervals: readonly ReportInterval[], changes: Partial<OadrReport> = {}) =>
  update(aDataReport({ intervals, ...changes }));

describe("intervals of data reports", () => {
  it("rule 314: accepts intervals with a start, in order", () =>
    expectValid(data([dataInterval(0), dataInterval(45)])));

  it("rule 314: accepts two intervals with the same start", () =>
    expectValid(data([dataInterval(0), dataInterval(0)])));

  it("rule 314: accepts intervals without a start", () => expectValid(data([span("0"), span("1")])));

  it("rule 314: refuses a report that starts elsewhere than its first interval", () => {
    expectViolation(data([dataInterval(0), dataInterval(30)], { dtstart: after(1) }), {
      rule: 314,
      path: "reports[0].dtstart",
      message: "expected 2026-06-01T12:00:00.000Z, the start of the first interval, got 2026-06-01T12:01:00.000Z",
    });
  });

  it("rule 314: refuses a start in some intervals", () => {
    expectViolation(data([dataInterval(0), span("1"), dataInterval(60)]), {
      rule: 314,
      path: "reports[0].intervals",
      message: "expected a dtstart in all intervals or in none, got it in 2 of 3",
    });
  });

  it("rule 314: refuses intervals out of order", () => {
    expectViolation(data([dataInterval(0), dataInterval(60), dataInterval(30)]), {
      rule: 314,
      path: "reports[0].intervals[2].dtstart",
      message: "expected 2026-06-01T13:00:00.000Z or later, got 2026-06-01T12:30:00.000Z",
    });
  });

  it("rule 315: accepts a duration that the intervals span", () => {
    expectValid(data([dataInterval(0), dataInterval(30)], { duration: hours(1) }));
    expectValid(data([dataInterval(0), dataInterval(60)], { duration: minutes(90) }));
    expectValid(data([span("0"), span("1")], { duration: hours(1) }));
  });

  for (const [what, intervals] of [
    ["start", [dataInterval(0), dataInterval(30)]],
    ["no start", [span("0"), span("1")]],
  ] as const) {
    it(`rule 315: refuses another duration than the intervals with ${what} span`, () => {
      expectViolation(data(intervals, { duration: hours(2) }), {
        rule: 315,
        path: "reports[0].duration",
        message: "expected PT1H, which the intervals span, got PT2H",
      });
    });
  }

  it("rule 315: accepts points in time, and a duration that reaches the last", () => {
    expectValid(data([point(0), point(30)]));
    expectValid(data([point(0), point(30)], { duration: minutes(30) }));
    expectValid(data([point(0), point(30)], { duration: minutes(60) }));
  });

  it("rule 315: refuses a duration that ends before the last point in time", () => {
    expectViolation(data([point(0), point(30)], { duration: minutes(29) }), {
      rule: 315,
      path: "reports[0].duration",
      message: "expected at least PT30M, which the intervals span, got PT29M",
    });
  });

  it("rule 315: refuses a duration in some intervals", () => {
    expectViolation(data([dataInterval(0), point(30)], { duration: minutes(1) }), {
      rule: 315,
      path: "reports[0].intervals",
      message: "expected a duration in all intervals or in none, got it in 1 of 2",
    });
  });

  it("rule 315: refuses several intervals with neither start nor duration", () => {
    const bare = without(point(0), "dtstart");

    expectValid(data([{ ...bare, uid: "0" }]));
    expectViolation(
      data([
        { ...bare, uid: "0" },
        { ...bare, uid: "1" },
      ]),
      {
        rule: 315,
        path: "reports[0].intervals",
        message: "expected a dtstart or a duration in each of several intervals, got neither",
      },
    );
  });

  it("rule 314: refuses points in time of which some have no start", () => {
    expectViolation(data([point(0), { ...without(point(0), "dtstart"), uid: "1" }]), {
      rule: 314,
      path: "reports[0].intervals",
      message: "expected a dtstart in all intervals or in none, got it in 1 of 2",
    });
  });

  it("rule 315: says nothing of a duration where the span is unknown", () => {
    const mixed = { rule: 314, path: "reports[0].intervals" };
    const message = "expected a dtstart in all intervals or in none, got it in 1 of 2";

    expectValid(data([{ ...without(point(0), "dtstart"), uid: "0" }], { duration: minutes(5) }));
    expectViolation(data([dataInterval(0), span("1")], { duration: hours(9) }), { ...mixed, message });
    expectViolation(data([span("0"), dataInterval(0)], { duration: hours(9) }), { ...mixed, message });
  });

  it("rule 316: refuses intervals without start that are not numbered", () => {
    expectViolation(data([span("1"), span()]), [
      { rule: 316, path: "reports[0].intervals[0].uid", message: 'expected "0", got "1"' },
      { rule: 316, path: "reports[0].intervals[1].uid", message: 'expected "1", got nothing' },
    ]);
  });

  it("rule 316: takes any uid in intervals with a start", () => {
    expectValid(data([dataInterval(0, { uid: "a" }), dataInterval(30)]));
  });

  it("rule 316: exempts Green Button data", () => {
    const feed = greenButton();

    expectValid(data([feed], { reportName: "HISTORY_GREENBUTTON", dtstart: noon }));
  });
});

function greenButton(): ReportInterval {
  const payload = { kind: "gbPayload", feed: undefined } as unknown as ReportInterval["payloads"][number];
  return { payloads: [payload] };
}
