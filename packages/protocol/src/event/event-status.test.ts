import assert from "node:assert/strict";
import { describe, it } from "vitest";

import { eventStatus } from "./event-status.ts";
import { minutes, seconds } from "../time.ts";

const dtstart = new Date("2026-06-01T12:00:00Z");
const period = { dtstart, duration: minutes(60) };
const at = (offset: number) => new Date(dtstart.getTime() + offset);

describe("eventStatus", () => {
  for (const [title, times, offset, status] of [
    ["rule 13: is far before the start", period, -1, "far"],
    ["rule 13: is active from the start on", period, 0, "active"],
    ["rule 18: is active just before the end", period, minutes(60) - 1, "active"],
    ["rule 18: is completed at the end", period, minutes(60), "completed"],
    ["rule 13: is far before the ramp-up", { ...period, rampUp: minutes(10) }, minutes(-10) - 1, "far"],
    ["rule 13: is near from the ramp-up on", { ...period, rampUp: minutes(10) }, minutes(-10), "near"],
    ["rule 13: is near just before the start", { ...period, rampUp: minutes(10) }, -1, "near"],
    ["rule 13: is active at the start after a ramp-up", { ...period, rampUp: minutes(10) }, 0, "active"],
    ["rule 13: is never near with a ramp-up of 0", { ...period, rampUp: seconds(0) }, -1, "far"],
    ["rule 31: is never near with a negative ramp-up", { ...period, rampUp: minutes(-10) }, -1, "far"],
    ["rule 47: never completes with duration 0", { ...period, duration: seconds(0) }, minutes(5_000_000), "active"],
  ] as const) {
    it(title, () => assert.equal(eventStatus(times, { now: at(offset) }), status));
  }

  for (const offset of [-1, 0, minutes(60)]) {
    it(`rule 10: stays cancelled ${offset} ms after the start`, () => {
      assert.equal(eventStatus(period, { now: at(offset), cancelled: true }), "cancelled");
    });
  }

  it("leaves the event alone that was not cancelled", () => {
    assert.equal(eventStatus(period, { now: dtstart, cancelled: false }), "active");
  });
});
