import assert from "node:assert/strict";
import { duration, type OadrEvent } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { OptCondition } from "./config/opt-rules.ts";
import { decide } from "./opt-policy.ts";

/** An event on a Saturday, at one o'clock at night in Berlin, which is eleven in the evening of Friday in UTC. */
const event = {
  eventDescriptor: { eventId: "peak", marketContext: "http://example.com/dr" },
  activePeriod: { dtstart: new Date("2026-07-03T23:00:00Z"), duration: duration("PT2H") },
  signals: [
    { signalName: "SIMPLE", intervals: [{ value: 1 }, { value: 2 }] },
    { signalName: "ELECTRICITY_PRICE", intervals: [{ value: 0.4 }] },
  ],
} as unknown as OadrEvent;

const anything: OptCondition = {
  signal: undefined,
  valueAtLeast: undefined,
  valueAtMost: undefined,
  marketContext: undefined,
  resourceId: undefined,
  testEvent: undefined,
  hours: undefined,
  days: undefined,
  longerThan: undefined,
  timeZone: undefined,
};

function applies(when: Partial<OptCondition>, asked: OadrEvent = event): boolean {
  const rules = [{ when: { ...anything, ...when }, opt: "optOut" }] as const;
  return decide({ opt: "optIn", rules }, { event: asked, resources: ["boiler"] }).opt === "optOut";
}

const night = { from: 22 * 60, until: 6 * 60 };

describe("a rule for events", () => {
  for (const [what, when, expected] of [
    ["a signal's name", { signal: ["SIMPLE"] }, true],
    ["another signal's name", { signal: ["LOAD_DISPATCH"] }, false],
    ["a value that is reached", { signal: ["SIMPLE"], valueAtLeast: 2 }, true],
    ["a value that only another signal has", { signal: ["SIMPLE"], valueAtMost: 0.5 }, false],
    ["a value of any signal", { valueAtMost: 0.5 }, true],
    ["a range without a value in it", { valueAtLeast: 1.2, valueAtMost: 1.8 }, false],
    ["the programme", { marketContext: ["http://example.com/dr"] }, true],
    ["the programme, written otherwise (rule 512)", { marketContext: ["HTTP://Example.COM/dr"] }, true],
    ["another programme", { marketContext: ["http://example.com/x"] }, false],
    ["a resource", { resourceId: ["hall", "boiler"] }, true],
    ["another resource", { resourceId: ["hall"] }, false],
    ["no test", { testEvent: false }, true],
    ["a test", { testEvent: true }, false],
    ["a shorter time", { longerThan: duration("PT1H") }, true],
    ["just its time", { longerThan: duration("PT2H") }, false],
    ["hours over midnight", { hours: night, timeZone: "Europe/Berlin" }, true],
    ["hours in the zone given", { hours: { from: 60, until: 61 }, timeZone: "Europe/Berlin" }, true],
    ["hours in another zone", { hours: { from: 60, until: 61 }, timeZone: "UTC" }, false],
    ["hours that end as it begins", { hours: { from: 0, until: 60 }, timeZone: "Europe/Berlin" }, false],
    ["its day in the zone given", { days: ["saturday"], timeZone: "Europe/Berlin" }, true],
    ["its day in another zone", { days: ["saturday"], timeZone: "UTC" }, false],
    ["two conditions of which one holds", { signal: ["SIMPLE"], testEvent: true }, false],
  ] as const satisfies readonly (readonly [string, Partial<OptCondition>, boolean])[]) {
    it(`${expected ? "applies" : "does not apply"} with ${what}`, () => assert.equal(applies(when), expected));
  }

  it("takes an event without an end for longer than any time", () => {
    const open = { ...event, activePeriod: { ...event.activePeriod, duration: duration("PT0S") } };

    assert.equal(applies({ longerThan: duration("P1D") }, open), true);
  });
});
