import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { Nonces } from "./nonces.ts";

const span = 10_000;

describe("Nonces", () => {
  for (const [title, jumpMs] of [
    ["an hour", 3_600_000],
    ["two spans", 2 * span],
    ["one span", span + 1],
  ] as const) {
    it(`remembers what it has seen when the clock jumps ahead by ${title} and is set back`, () => {
      for (const seenAt of [0, 4_000, span, span + 2]) {
        const nonces = new Nonces(span);
        nonces.add("first", new Date(0));
        nonces.add("seen", new Date(seenAt));
        nonces.add("later", new Date(span + 2));

        nonces.add("ahead", new Date(span + 3 + jumpMs));

        for (const now of [span + 4, seenAt + span]) assert.equal(nonces.add("seen", new Date(now)), false);
      }
    });
  }

  it("forgets what it has seen ahead when the clock is set back for good", () => {
    const nonces = new Nonces(span);
    nonces.add("ahead", new Date(3_600_000));

    const news = [];
    for (let now = 0; now <= 60_000; now += span) {
      nonces.add(`at ${now}`, new Date(now));
      news.push(nonces.add("ahead", new Date(now)));
    }

    assert.ok(news.includes(true));
  });

  it("forgets what it saw three spans ago, however seldom it sees any", () => {
    const nonces = new Nonces(span);
    nonces.add("seen", new Date(0));

    for (const spans of [3, 6, 9]) nonces.add(`after ${spans}`, new Date(spans * span));

    assert.equal(nonces.add("seen", new Date(10 * span)), true);
  });
});
