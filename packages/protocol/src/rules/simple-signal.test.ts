import { describe, it } from "vitest";

import { anActiveEvent, anEvent, aSignal, descriptor, distribute, intervals } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";

const priceSignal = aSignal({
  signalName: "ELECTRICITY_PRICE",
  signalType: "price",
  measurement: { name: "currencyPerKWh", description: "currencyPerKWh", unit: "EUR", scale: "none" },
});

describe("SIMPLE signals", () => {
  for (const signalName of ["SIMPLE", "simple"] as const) {
    it(`rule 9: takes 0, 1, 2 and 3 in ${signalName}`, () => {
      expectValid(distribute(anEvent({ signals: [aSignal({ signalName, intervals: intervals(0, 3) })] })));
      expectValid(distribute(anEvent({ signals: [aSignal({ signalName, intervals: intervals(1, 2) })] })));
    });

    for (const value of [4, -1, 0.5, Number.NaN]) {
      it(`rule 9: refuses ${value} in ${signalName}`, () => {
        expectViolation(distribute(anEvent({ signals: [aSignal({ signalName, intervals: intervals(1, value) })] })), {
          rule: 9,
          path: "events[0].signals[0].intervals[1].value",
          message: `expected 0 | 1 | 2 | 3, got ${value}`,
        });
      });
    }
  }

  it("rule 9: takes any value in another signal", () => {
    expectValid(distribute(anEvent({ signals: [{ ...priceSignal, intervals: intervals(4, -1) }] })));
  });

  for (const eventStatus of ["far", "near", "completed", "cancelled"] as const) {
    it(`rule 14: refuses a current value but 0 while the event is ${eventStatus}`, () => {
      const event = anEvent({ eventDescriptor: descriptor(eventStatus), signals: [aSignal({ currentValue: 1 })] });

      expectViolation(distribute(event), {
        rule: 14,
        path: "events[0].signals[0].currentValue",
        message: `expected 0 while the event is ${eventStatus}, got 1`,
      });
    });
  }

  it("rule 14: accepts a current value of 0 while the event is far", () => {
    expectValid(distribute(anEvent({ signals: [aSignal({ currentValue: 0 })] })));
  });

  it("rule 14: accepts the level in force while the event is active", () => {
    expectValid(distribute(anActiveEvent({ signals: [aSignal({ currentValue: 1 })] })));
  });

  it("rule 14: leaves the current value of other signals alone", () => {
    expectValid(distribute(anEvent({ signals: [{ ...priceSignal, currentValue: 5 }] })));
  });

  for (const signalName of ["SIMPLE", "simple"] as const) {
    it(`rule 116: refuses the type delta for ${signalName}`, () => {
      expectViolation(distribute(anEvent({ signals: [aSignal({ signalName, signalType: "delta" })] })), {
        rule: 116,
        path: "events[0].signals[0].signalType",
        message: 'expected "level", got "delta"',
      });
    });
  }
});
