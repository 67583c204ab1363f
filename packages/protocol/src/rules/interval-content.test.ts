import { describe, it } from "vitest";

import { aBaseline, after, anEvent, aSignal, distribute, intervals } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import type { StreamPayload } from "../messages/stream.ts";

const signalPayload = { kind: "signalPayload", value: 1 } as const;
const holding = (...payloads: readonly StreamPayload[]) =>
  intervals(1, 1).map((interval) => ({ ...interval, payloads }));

describe("content of intervals", () => {
  it("rule 100: accepts one signalPayload with a number", () => {
    expectValid(distribute(anEvent({ signals: [aSignal({ intervals: holding(signalPayload) })] })));
  });

  for (const [what, payloads, got] of [
    ["two signalPayloads", [signalPayload, signalPayload], "signalPayload, signalPayload"],
    ["a reportPayload", [{ kind: "reportPayload", rId: "r", value: 1 }], "reportPayload"],
    [
      "the status of a resource",
      [{ kind: "signalPayload", value: { online: true, manualOverride: false } }],
      "signalPayload",
    ],
  ] as const satisfies readonly (readonly [string, readonly StreamPayload[], string])[]) {
    it(`rule 100: refuses ${what} in an interval`, () => {
      const message = `expected one signalPayload with a number, got ${got}`;

      expectViolation(distribute(anEvent({ signals: [aSignal({ intervals: holding(...payloads) })] })), [
        { rule: 100, path: "events[0].signals[0].intervals[0].payloads", message },
        { rule: 100, path: "events[0].signals[0].intervals[1].payloads", message },
      ]);
      expectViolation(distribute(anEvent({ baseline: aBaseline({ intervals: holding(...payloads) }) })), [
        { rule: 100, path: "events[0].baseline.intervals[0].payloads", message },
        { rule: 100, path: "events[0].baseline.intervals[1].payloads", message },
      ]);
    });
  }

  it("rule 103: refuses a start in the intervals of a signal", () => {
    const started = intervals(1, 2).map((interval, index) => ({ ...interval, dtstart: after(60 + 30 * index) }));

    expectViolation(distribute(anEvent({ signals: [aSignal({ intervals: started })] })), [
      {
        rule: 103,
        path: "events[0].signals[0].intervals[0].dtstart",
        message: "expected nothing, got 2026-06-01T13:00:00.000Z",
      },
      {
        rule: 103,
        path: "events[0].signals[0].intervals[1].dtstart",
        message: "expected nothing, got 2026-06-01T13:30:00.000Z",
      },
    ]);
  });

  it("rule 103: refuses a start in the intervals of a baseline", () => {
    const started = intervals(1, 2).map((interval, index) =>
      index === 1 ? { ...interval, dtstart: after(0) } : interval,
    );

    expectViolation(distribute(anEvent({ baseline: aBaseline({ intervals: started }) })), {
      rule: 103,
      path: "events[0].baseline.intervals[1].dtstart",
      message: "expected nothing, got 2026-06-01T12:00:00.000Z",
    });
  });
});
