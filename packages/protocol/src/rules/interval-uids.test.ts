import { describe, it } from "vitest";

import { aBaseline, anEvent, aSignal, distribute, intervals, without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";

describe("uids of intervals", () => {
  it("rule 2: accepts each signal numbered from 0", () => {
    expectValid(distribute(anEvent({ signals: [aSignal(), aSignal({ signalId: "s-2" })] })));
  });

  it("rule 2: refuses uids out of order", () => {
    const signals = [aSignal({ intervals: intervals(1, 2).reverse() })];

    expectViolation(distribute(anEvent({ signals })), [
      { rule: 2, path: "events[0].signals[0].intervals[0].uid", message: 'expected "0", got "1"' },
      { rule: 2, path: "events[0].signals[0].intervals[1].uid", message: 'expected "1", got "0"' },
    ]);
  });

  it("rule 2: refuses numbers that go on from one signal to the next", () => {
    const renumbered = intervals(1, 2).map((interval, index) => ({ ...interval, uid: String(3 * index) }));
    const signals = [aSignal(), aSignal({ signalId: "s-2", intervals: renumbered })];

    expectViolation(distribute(anEvent({ signals })), {
      rule: 2,
      path: "events[0].signals[1].intervals[1].uid",
      message: 'expected "1", got "3"',
    });
  });

  it("rule 2: refuses an interval without uid", () => {
    const signals = [aSignal({ intervals: intervals(1, 2).map((interval) => without(interval, "uid")) })];

    expectViolation(distribute(anEvent({ signals })), [
      { rule: 2, path: "events[0].signals[0].intervals[0].uid", message: 'expected "0", got nothing' },
      { rule: 2, path: "events[0].signals[0].intervals[1].uid", message: 'expected "1", got nothing' },
    ]);
  });

  it("rule 101: accepts a baseline numbered from 0", () => {
    expectValid(distribute(anEvent({ baseline: aBaseline() })));
  });

  it("rule 101: refuses a baseline numbered from 1", () => {
    const baseline = aBaseline({ intervals: intervals(0, 3, 4).slice(1) });

    expectViolation(distribute(anEvent({ baseline })), [
      { rule: 101, path: "events[0].baseline.intervals[0].uid", message: 'expected "0", got "1"' },
      { rule: 101, path: "events[0].baseline.intervals[1].uid", message: 'expected "1", got "2"' },
    ]);
  });
});
