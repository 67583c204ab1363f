import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, it } from "vitest";
import { byMinute, toldByEvent } from "./end-state.ts";
import { friday } from "./friday.ts";
import { monday } from "./monday.ts";
import { saturday } from "./saturday.ts";
import { sunday } from "./sunday.ts";
import { thursday } from "./thursday.ts";
import { tuesday } from "./tuesday.ts";
import { ways } from "./ways.ts";
import { wednesday } from "./wednesday.ts";
import { Week } from "./week.ts";

const weeks = ways.map((way) => new Week(way));

for (const week of weeks) {
  describe(`a week of a VEN and a VTN ${week.way.name}`, () => {
    beforeAll(() => week.begin());
    afterAll(() => week[Symbol.asyncDispose]());

    monday(week);
    tuesday(week);
    wednesday(week);
    thursday(week);
    friday(week);
    saturday(week);
    sunday(week);
  });
}

describe("weeks of a VEN and a VTN", () => {
  for (const [what, isPush] of [
    ["polled", false],
    ["pushed", true],
  ] as const) {
    it(`are the same in each minute, whatever carries what is ${what}`, () => {
      const [first, ...others] = weeks.filter(({ way }) => way.isPush === isPush);

      for (const other of others) assert.deepEqual(byMinute(other), byMinute(first ?? other), other.way.name);
    });
  }

  it("come to the same, event by event and at the end, whether messages are polled or pushed", () => {
    const [first, ...others] = weeks;

    for (const other of others) {
      assert.deepEqual(toldByEvent(other), toldByEvent(first ?? other), other.way.name);
      assert.deepEqual(other.endState, first?.endState, other.way.name);
    }
  });
});
