import { describe, it } from "vitest";

import { after, anActiveEvent, anEvent, aSignal, descriptor, distribute, intervals } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import { hours, minutes, seconds } from "../time.ts";

/** An event that began at noon, with the levels 1, 2 and 3 for 30 minutes each, and this current value. */
function running(currentValue: number) {
  const activePeriod = { dtstart: after(0), duration: minutes(90), notification: hours(1) };
  return distribute(
    anActiveEvent({ activePeriod, signals: [aSignal({ intervals: intervals(1, 2, 3), currentValue })] }),
  );
}

/** An open-ended event that began at noon, at level 2. */
function endless(currentValue: number) {
  const activePeriod = { dtstart: after(0), duration: seconds(0), notification: hours(1) };
  const signals = [aSignal({ intervals: [{ duration: seconds(0), uid: "0", value: 2 }], currentValue })];
  return distribute(anActiveEvent({ activePeriod, signals }));
}

describe("current value", () => {
  for (const [value, time] of [
    [1, 0],
    [1, 29],
    [2, 31],
    [3, 89],
  ] as const) {
    it(`rule 29: accepts ${value} ${time} minutes after the start`, () =>
      expectValid(running(value), { now: after(time) }));
  }

  for (const [value, time, inForce] of [
    [2, 0, 1],
    [1, 31, 2],
    [0, 89, 3],
  ] as const) {
    it(`rule 29: refuses ${value} ${time} minutes after the start`, () => {
      const expected = {
        rule: 29,
        path: "events[0].signals[0].currentValue",
        message: `expected ${inForce}, the value in force, got ${value}`,
      };

      expectViolation(running(value), expected, { now: after(time) });
    });
  }

  for (const [value, offset] of [
    [1, 9],
    [2, -9],
  ] as const) {
    it(`rule 29: accepts ${value} ${offset} seconds from where an interval begins`, () => {
      expectValid(running(value), { now: new Date(after(30).getTime() + seconds(offset)) });
    });
  }

  for (const [value, offset, inForce] of [
    [1, 11, 2],
    [2, -11, 1],
  ] as const) {
    it(`rule 29: refuses ${value} ${offset} seconds from where an interval begins`, () => {
      const path = "events[0].signals[0].currentValue";
      const message = `expected ${inForce}, the value in force, got ${value}`;

      expectViolation(
        running(value),
        { rule: 29, path, message },
        { now: new Date(after(30).getTime() + seconds(offset)) },
      );
    });
  }

  it("rule 29: passes over intervals of no length", () => {
    const levels = intervals(1, 2, 3).map((each) => (each.value === 2 ? { ...each, duration: seconds(0) } : each));
    const activePeriod = { dtstart: after(0), duration: hours(1), notification: hours(1) };
    const signals = [aSignal({ intervals: levels, currentValue: 2 })];

    expectViolation(
      distribute(anActiveEvent({ activePeriod, signals })),
      { rule: 29, path: "events[0].signals[0].currentValue", message: "expected 1 | 3, the value in force, got 2" },
      { now: after(30) },
    );
  });

  it("rule 29: knows the value of an open-ended event", () => {
    expectValid(endless(2), { now: after(100_000) });
    expectViolation(
      endless(1),
      { rule: 29, path: "events[0].signals[0].currentValue", message: "expected 2, the value in force, got 1" },
      { now: after(100_000) },
    );
  });

  it("rule 29: says nothing where no interval is in force", () => {
    expectValid(running(7), { now: after(-1) });
    expectValid(running(7), { now: after(90) });
  });

  it("rule 110: says nothing about other signals of an event that is not active", () => {
    const signals = [aSignal({ signalName: "x-mine", currentValue: 7 })];

    expectValid(distribute(anEvent({ eventDescriptor: descriptor("near"), signals })), { now: after(61) });
  });
});
