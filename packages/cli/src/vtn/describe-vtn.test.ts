import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { describeVtn } from "./describe-vtn.ts";

describe("what happens to a VTN, in words", () => {
  it("says who was not let in, and from where", () => {
    const line = describeVtn({ type: "registrationRefused", venName: "kitchen", address: "127.0.0.1" });

    assert.deepEqual(line, { what: "registration refused", about: "kitchen from 127.0.0.1" });
  });

  it("says from whom events are withheld, and why", () => {
    const line = describeVtn({ type: "eventsWithheld", venId: "meter", eventIds: ["event-1", "event-2"] });

    assert.deepEqual(line, { what: "event withheld", about: "event-1, event-2 from meter, which only reports" });
  });
});
