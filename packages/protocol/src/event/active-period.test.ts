import assert from "node:assert/strict";
import { describe, it } from "vitest";

import { activePeriodFromIntervals } from "./active-period.ts";
import { minutes } from "../time.ts";

const noon = new Date("2026-06-01T12:00:00Z");
const after = (count: number) => new Date(noon.getTime() + minutes(count));

describe("activePeriodFromIntervals", () => {
  it("rule 8: adds up the durations", () => {
    const intervals = [{ duration: minutes(15) }, { duration: minutes(30) }];

    assert.deepEqual(activePeriodFromIntervals(intervals, noon), { dtstart: noon, duration: minutes(45) });
  });

  it("starts with the first interval that has a start of its own", () => {
    const intervals = [
      { dtstart: noon, duration: minutes(15) },
      { dtstart: after(15), duration: minutes(15) },
    ];

    assert.deepEqual(activePeriodFromIntervals(intervals), { dtstart: noon, duration: minutes(30) });
  });

  it("rule 47: makes one interval without end an event without end", () => {
    assert.deepEqual(activePeriodFromIntervals([{ duration: minutes(0) }], noon).duration, 0);
  });

  for (const [what, intervals, start, message] of [
    ["no intervals", [], noon, "expected at least one interval, got none"],
    [
      "no start",
      [{ duration: minutes(1) }],
      undefined,
      "expected a start, or a dtstart in the first interval, got neither",
    ],
    [
      "an interval without duration",
      [{ duration: minutes(1) }, {}],
      noon,
      "intervals[1].duration: expected a duration, got none",
    ],
    [
      "a gap",
      [{ duration: minutes(1) }, { dtstart: after(2), duration: minutes(1) }],
      noon,
      "intervals[1].dtstart: expected 2026-06-01T12:01:00.000Z, where the event is by then, got 2026-06-01T12:02:00.000Z",
    ],
    [
      "a first interval that starts elsewhere",
      [{ dtstart: after(1), duration: minutes(1) }],
      noon,
      "intervals[0].dtstart: expected 2026-06-01T12:00:00.000Z, where the event is by then, got 2026-06-01T12:01:00.000Z",
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => activePeriodFromIntervals(intervals, start), { name: "RangeError", message });
    });
  }
});
