import assert from "node:assert/strict";
import { minutes, type OadrEvent } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { simulatedPower } from "./simulated-meter.ts";

const dtstart = new Date("2026-01-31T12:00:00Z");
const at = (minute: number): Date => new Date(dtstart.getTime() + minutes(minute));

function anEvent(signalName: "SIMPLE" | "ENERGY_PRICE", values: readonly number[]): OadrEvent {
  const intervals = values.map((value, index) => ({ duration: minutes(10), uid: String(index), value }));
  return {
    eventDescriptor: {
      eventId: "peak",
      modificationNumber: 0,
      marketContext: "http://example.com/dr",
      createdDateTime: dtstart,
      eventStatus: "far",
    },
    activePeriod: { dtstart, duration: minutes(10 * values.length) },
    signals: [{ intervals, signalName, signalType: "level", signalId: "0" }],
    targets: [],
    responseRequired: "always",
  };
}

describe("the simulated meter", () => {
  it("swings around 4 kW", () => {
    const readings = Array.from({ length: 60 }, (_, minute) => simulatedPower(at(minute), []));

    assert.ok(readings.every((reading) => reading >= 3.5 && reading <= 4.5));
    assert.ok(new Set(readings).size > 10);
  });

  for (const [minute, remaining] of [
    [-1, 1],
    [0, 0.7],
    [10, 0.4],
    [20, 0.1],
    [30, 1],
  ] as const) {
    it(`shows ${remaining * 100} % in minute ${minute} of an event`, () => {
      const reading = simulatedPower(at(minute), [anEvent("SIMPLE", [1, 2, 3])]);

      assert.ok(Math.abs(reading - simulatedPower(at(minute), []) * remaining) < 0.02);
    });
  }

  it("takes no notice of prices", () => {
    assert.equal(simulatedPower(at(0), [anEvent("ENERGY_PRICE", [2])]), simulatedPower(at(0), []));
  });
});
