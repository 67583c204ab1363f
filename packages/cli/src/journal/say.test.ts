import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { sayDuration } from "./say.ts";

describe("a span in words", () => {
  for (const [ms, words] of [
    [0, "0 s"],
    [40, "0 s"],
    [2_449, "2.4 s"],
    [10_000, "10 s"],
    [59_960, "1 min"],
    [90_000, "1 min 30 s"],
    [119_960, "2 min"],
    [3_600_000, "1 h"],
    [90_061_000, "25 h 1 min 1 s"],
  ] as const) {
    it(`says ${words} of ${ms} ms`, () => assert.equal(sayDuration(ms), words));
  }
});
