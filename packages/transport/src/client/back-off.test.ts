import assert from "node:assert/strict";
import { milliseconds, seconds } from "@openleadr/protocol";
import type { Duration } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { backOff } from "../index.ts";

function take(count: number, delays: Iterable<Duration>): number[] {
  const taken: number[] = [];
  for (const delay of delays) {
    taken.push(delay / 1000);
    if (taken.length === count) break;
  }
  return taken;
}

describe("backOff (§9.1.7)", () => {
  it("starts at one second and doubles up to the maximum", () => {
    const delays = take(6, backOff({ max: seconds(10), random: () => 0.5 }));

    assert.deepEqual(delays, [1, 2, 4, 8, 10, 10]);
  });

  it("varies each delay by a tenth at most, the longest too", () => {
    const shortest = take(5, backOff({ max: seconds(10), random: () => 0 }));
    const longest = take(5, backOff({ max: seconds(10), random: () => 1 - Number.EPSILON }));

    assert.deepEqual(shortest, [0.9, 1.8, 3.6, 7.2, 9]);
    assert.deepEqual(longest, [1.1, 2.2, 4.4, 8.8, 11]);
  });

  it("draws from the machine's randomness unless told otherwise", () => {
    const delays = take(1000, backOff({ max: seconds(1) }));

    assert.ok(delays.every((delay) => delay >= 0.9 && delay <= 1.1));
    assert.ok(new Set(delays).size > 50);
  });

  it("starts over with each iteration", () => {
    const delays = backOff({ max: seconds(60), jitter: 0 });

    assert.deepEqual(
      [take(3, delays), take(2, delays)],
      [
        [1, 2, 4],
        [1, 2],
      ],
    );
  });

  for (const [name, options] of [
    ["initial", { max: seconds(1), initial: milliseconds(0) }],
    ["max", { max: milliseconds(999) }],
    ["jitter", { max: seconds(1), jitter: 1 }],
    ["jitter", { max: seconds(1), jitter: -0.1 }],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => backOff(options), { name: "RangeError", message: new RegExp(`^${name}: expected .*, got `) });
    });
  }
});
