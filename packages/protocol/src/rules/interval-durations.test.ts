import { describe, it } from "vitest";

import { aBaseline, after, anEvent, aSignal, distribute, intervals, without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import { hours, minutes, seconds } from "../time.ts";

const timeless = intervals(1, 2).map((interval) => without(interval, "duration"));

describe("durations of intervals", () => {
  it("rule 8: accepts intervals that fill the active period", () => expectValid(distribute(anEvent())));

  it("rule 8: accepts an open-ended event with an open-ended interval", () => {
    const activePeriod = { dtstart: after(60), duration: seconds(0), notification: hours(1) };
    const signals = [aSignal({ intervals: [{ duration: seconds(0), uid: "0", value: 1 }] })];

    expectValid(distribute(anEvent({ activePeriod, signals })));
  });

  it("rule 8: refuses intervals shorter than the active period", () => {
    const signals = [aSignal(), aSignal({ signalId: "s-2", intervals: intervals(1) })];

    expectViolation(distribute(anEvent(), anEvent({ signals })), {
      rule: 8,
      path: "events[1].signals[1].intervals",
      message: "expected durations that add up to PT1H, got PT30M",
    });
  });

  it("rule 8: refuses intervals longer than the active period", () => {
    expectViolation(distribute(anEvent({ signals: [aSignal({ intervals: intervals(1, 2, 3) })] })), {
      rule: 8,
      path: "events[0].signals[0].intervals",
      message: "expected durations that add up to PT1H, got PT1H30M",
    });
  });

  it("rule 102: refuses intervals of a signal without duration", () => {
    expectViolation(distribute(anEvent({ signals: [aSignal({ intervals: timeless })] })), [
      { rule: 102, path: "events[0].signals[0].intervals[0].duration", message: "expected a duration, got nothing" },
      { rule: 102, path: "events[0].signals[0].intervals[1].duration", message: "expected a duration, got nothing" },
    ]);
  });

  it("rule 102: refuses intervals of a baseline without duration", () => {
    expectViolation(distribute(anEvent({ baseline: aBaseline({ intervals: timeless }) })), [
      { rule: 102, path: "events[0].baseline.intervals[0].duration", message: "expected a duration, got nothing" },
      { rule: 102, path: "events[0].baseline.intervals[1].duration", message: "expected a duration, got nothing" },
    ]);
  });

  it("rule 102: accepts a baseline whose length is not the event's", () => {
    expectValid(distribute(anEvent({ baseline: aBaseline({ duration: minutes(90), intervals: intervals(3, 4, 5) }) })));
  });

  it("rule 102: refuses a baseline that its intervals do not fill", () => {
    expectViolation(distribute(anEvent({ baseline: aBaseline({ duration: hours(2) }) })), {
      rule: 102,
      path: "events[0].baseline.intervals",
      message: "expected durations that add up to PT2H, got PT1H",
    });
  });
});
