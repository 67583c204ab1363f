import assert from "node:assert/strict";
import { describe, it } from "vitest";

import { CONFORMANCE_RULES, ruleByNumber } from "./catalogue.ts";

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const unused = [11, 24, 26, 28, 34, 39, 44, 49, 54, 55, 310, 320, 323, 326, 332, 503, 504, 505, 513];
const numbers = [range(1, 70), range(100, 116), range(200, 211), range(300, 346), range(400, 407), range(500, 517)]
  .flat()
  .filter((number) => !unused.includes(number));

describe("the catalogue of conformance rules", () => {
  it("has every number of the profile once, in order", () => {
    assert.deepEqual(
      CONFORMANCE_RULES.map(({ number }) => number),
      numbers,
    );
  });

  it("gives no two rules the same demand", () => {
    assert.equal(new Set(CONFORMANCE_RULES.map(({ demands }) => demands)).size, CONFORMANCE_RULES.length);
  });

  it("says of every rule what it is about, whom it binds and what it demands", () => {
    const incomplete = CONFORMANCE_RULES.filter(
      ({ title, binds, demands }) => title === "" || binds.length === 0 || !/^[A-Za-z].*\.$/.test(demands),
    );

    assert.deepEqual(incomplete, []);
  });

  it("keeps the rules of 2.0a apart", () => {
    const ofA = CONFORMANCE_RULES.filter(({ profile }) => profile === "2.0a").map(({ number }) => number);

    assert.deepEqual(ofA, [7, 64, 69, 113, 506]);
  });

  it("finds a rule by its number", () => {
    assert.equal(ruleByNumber(8)?.title, "durations add up");
    assert.equal(ruleByNumber(11), undefined);
  });
});
