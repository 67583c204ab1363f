import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { statusOf } from "./values.ts";

describe("the state of a resource that a source tells", () => {
  it("may have load-control values", () => {
    const loadControlState = { capacity: { current: 0.5, min: 0, max: 1, normal: 1 }, setPoint: { current: 21 } };

    assert.deepEqual(statusOf({ online: true, loadControlState }), {
      online: true,
      manualOverride: false,
      loadControlState,
    });
  });

  it("may have more in its JSON that is nothing to the VTN", () => {
    assert.deepEqual(statusOf({ online: true, firmware: "1.2" }), { online: true, manualOverride: false });
  });

  for (const [what, value, reason] of [
    ["no state", "on", 'expected { "online": true, ... }, true or false, got "on"'],
    [
      "load-control values in no quantity",
      { online: true, loadControlState: 0.5 },
      "loadControlState: expected capacity, levelOffset, percentOffset, setPoint, got 0.5",
    ],
    [
      "another quantity",
      { online: true, loadControlState: { level: { current: 1 } } },
      "loadControlState.level: unknown, expected capacity, levelOffset, percentOffset, setPoint",
    ],
    [
      "a bare number",
      { online: true, loadControlState: { capacity: 0.5 } },
      "loadControlState.capacity: expected current, min, max, normal, got 0.5",
    ],
    [
      "no current value",
      { online: true, loadControlState: { capacity: { max: 1 } } },
      "loadControlState.capacity.current: expected a number, got nothing",
    ],
    [
      "text for a number",
      { online: true, loadControlState: { setPoint: { current: 21, max: "25" } } },
      'loadControlState.setPoint.max: expected a number, got "25"',
    ],
  ] as const) {
    it(`is refused with ${what}`, () => assert.throws(() => statusOf(value), { message: reason }));
  }
});
