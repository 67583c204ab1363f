import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import type { VenStatus } from "@openleadr/ven";
import { describe, it } from "vitest";
import { describeVen } from "./describe-ven.ts";

const eventId = "peak";
const until = new Date("2026-01-01T02:00:00Z");
const signal = { eventId, signalId: "s", signalType: "level", from: until, until: undefined, resources: [] } as const;

describe("what the command says of an event", () => {
  for (const [status, what, about] of [
    [{ type: "eventRampUp", eventId, until }, "event prepared", "peak, until 2026-01-01T02:00:00.000Z"],
    [{ type: "eventStarted", eventId, resources: [] }, "event started", "peak"],
    [{ type: "eventStarted", eventId, resources: ["boiler"] }, "event started", "peak, boiler"],
    [
      {
        type: "eventInterval",
        eventId,
        from: until,
        until,
        signals: [
          { ...signal, signalName: "SIMPLE", value: 2 },
          { ...signal, signalName: "ELECTRICITY_PRICE", value: 0.3 },
        ],
      },
      "event interval",
      "peak: SIMPLE 2, ELECTRICITY_PRICE 0.3, until 2026-01-01T02:00:00.000Z",
    ],
    [
      {
        type: "eventInterval",
        eventId,
        from: until,
        until: undefined,
        signals: [{ ...signal, signalName: "SIMPLE", value: 2 }],
      },
      "event interval",
      "peak: SIMPLE 2",
    ],
    [{ type: "eventRecovery", eventId, until }, "event recovery", "peak, until 2026-01-01T02:00:00.000Z"],
    [
      { type: "eventEnded", eventId, reason: "optedOut", resources: [], isPart: false },
      "event ended",
      "peak, optedOut",
    ],
    [
      { type: "eventEnded", eventId, reason: "optedOut", resources: ["boiler", "pump"], isPart: true },
      "event ended in part",
      "peak, optedOut, boiler, pump",
    ],
    [
      { type: "clockSkew", skew: seconds(-90), isWithinLimit: false },
      "clocks differ",
      "the VTN's clock is 90 s behind",
    ],
    [{ type: "clockSkew", skew: seconds(0.5), isWithinLimit: true }, "clocks agree", "the VTN's clock is 0.5 s ahead"],
  ] as const satisfies readonly (readonly [VenStatus, string, string])[]) {
    it(`says "${what}": ${about}`, () => assert.deepEqual(describeVen(status), { what, about }));
  }
});
