import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { describeVtn } from "./describe-vtn.ts";

describe("what happens to a VTN, in words", () => {
  it("says from whom events are withheld, and why", () => {
    const line = describeVtn({ type: "eventsWithheld", venId: "meter", eventIds: ["event-1", "event-2"] });

    assert.deepEqual(line, { what: "event withheld", about: "event-1, event-2 from meter, which only reports" });
  });
});
