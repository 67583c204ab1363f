import assert from "node:assert/strict";
import { describe, it } from "vitest";

import { orderEvents } from "./event-order.ts";
import { minutes } from "../time.ts";

const now = new Date("2026-06-01T12:00:00Z");

/** An event of ten minutes that starts `start` minutes from now. */
function anEvent(id: string, start: number, priority?: number) {
  return {
    id,
    eventDescriptor: priority === undefined ? {} : { priority },
    activePeriod: { dtstart: new Date(now.getTime() + minutes(start)), duration: minutes(10) },
  };
}

describe("orderEvents", () => {
  for (const [title, events, order] of [
    ["rule 15: puts active events first", [anEvent("pending", 5), anEvent("active", -5)], "active pending"],
    [
      "rule 15: puts an active event without priority before an urgent one to come",
      [anEvent("pending", 5, 1), anEvent("active", -5, 0)],
      "active pending",
    ],
    ["rule 15: puts active events in the order of priority", [anEvent("b", -5, 2), anEvent("a", -4, 1)], "a b"],
    ["rule 3: puts priority 0 last among active events", [anEvent("b", -5, 0), anEvent("a", -4, 9)], "a b"],
    ["rule 3: takes a missing priority for 0", [anEvent("b", -5), anEvent("a", -4, 9), anEvent("c", -3, 0)], "a b c"],
    ["rule 15: puts the earlier start first at equal priority", [anEvent("b", -4, 1), anEvent("a", -5, 1)], "a b"],
    [
      "rule 15: orders events to come by start, whatever their priority",
      [anEvent("b", 6, 1), anEvent("a", 5, 0)],
      "a b",
    ],
    [
      "rule 15: keeps the order of equals",
      [anEvent("a", 5), anEvent("b", 5), anEvent("c", -5, 1), anEvent("d", -5, 1)],
      "c d a b",
    ],
    [
      "rule 66: puts events that are over last",
      [anEvent("over", -20, 1), anEvent("pending", 5), anEvent("active", -5)],
      "active pending over",
    ],
    [
      "A_Ex_0510: orders two contexts",
      [anEvent("1", 0, 2), anEvent("2", 20, 0), anEvent("3", 0, 1), anEvent("4", 60, 0)],
      "3 1 2 4",
    ],
  ] as const) {
    it(title, () =>
      assert.equal(
        orderEvents(events, now)
          .map(({ id }) => id)
          .join(" "),
        order,
      ),
    );
  }

  it("rule 15: orders near and far events by start alone", () => {
    const near = { ...anEvent("near", 5), activePeriod: { ...anEvent("near", 5).activePeriod, rampUp: minutes(10) } };

    const order = orderEvents([near, anEvent("far", 4)], now).map(({ id }) => id);

    assert.deepEqual(order, ["far", "near"]);
  });

  it("leaves its input alone", () => {
    const events = [anEvent("b", 5), anEvent("a", -5)];

    orderEvents(events, now);

    assert.deepEqual(
      events.map(({ id }) => id),
      ["b", "a"],
    );
  });
});
