import { describe, it } from "vitest";

import { anOpt, noon, without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import { hours, minutes } from "../time.ts";

/** An opt for one event, which has no schedule. */
function anEventOpt(changes: Parameters<typeof anOpt>[0] = {}) {
  const { name, payload } = anOpt({ eventId: "event-1", modificationNumber: 0 });
  return { name, payload: { ...without(payload, "vavailability"), ...changes } };
}

describe("oadrCreateOpt", () => {
  it("rule 200: accepts spans of a start and a duration", () => expectValid(anOpt()));

  for (const name of ["startAfter", "notification", "rampUp", "recovery"] as const) {
    it(`rule 200: refuses ${name} in a span`, () => {
      const span = { dtstart: noon, duration: hours(1) };

      expectViolation(anOpt({ vavailability: [span, { ...span, [name]: minutes(5) }] }), {
        rule: 200,
        path: `vavailability[1].${name}`,
        message: "expected nothing, got PT5M",
      });
    });
  }

  it("rule 206: accepts a schedule in a market context", () => {
    expectValid(anOpt({ marketContext: "http://market.example" }));
  });

  it("rule 206: accepts an event without schedule", () => expectValid(anEventOpt()));

  it("rule 46: takes an empty schedule and market context for none", () => {
    expectValid(anEventOpt({ vavailability: [], marketContext: "" }));
  });

  it("rule 206: refuses an event with a schedule", () => {
    expectViolation(anEventOpt({ vavailability: [{ dtstart: noon, duration: hours(1) }] }), {
      rule: 206,
      path: "vavailability",
      message:
        'expected nothing, as an event is named, got [{"dtstart":"2026-06-01T12:00:00.000Z","duration":3600000}]',
    });
  });

  it("rule 206: refuses an event with a market context", () => {
    expectViolation(anEventOpt({ marketContext: "http://market.example" }), {
      rule: 206,
      path: "marketContext",
      message: 'expected nothing, as an event is named, got "http://market.example"',
    });
  });

  it("rule 206: refuses an opt without event or schedule", () => {
    const { name, payload } = anOpt();

    expectViolation(
      { name, payload: without(payload, "vavailability") },
      {
        rule: 206,
        path: "vavailability",
        message: "expected at least one span, as no event is named, got nothing",
      },
    );
  });

  it("rule 206: refuses an empty schedule", () => {
    expectViolation(anOpt({ vavailability: [] }), {
      rule: 206,
      path: "vavailability",
      message: "expected at least one span, as no event is named, got []",
    });
  });
});
