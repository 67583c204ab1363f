import assert from "node:assert/strict";
import { duration } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { parseEvent } from "./event-file.ts";

const now = new Date("2026-01-31T12:00:00Z");

describe("an event file", () => {
  it("needs nothing but signals", () => {
    const event = parseEvent({ signals: [{ intervals: [{ duration: "PT15M", value: 2 }] }] }, now);

    assert.equal(event.activePeriod.dtstart.getTime(), now.getTime());
    assert.equal(event.activePeriod.duration, undefined);
    assert.equal(event.eventDescriptor?.eventId, undefined);
    assert.deepEqual(event.signals, [
      {
        signalName: "SIMPLE",
        signalType: "level",
        signalId: "0",
        intervals: [{ duration: duration("PT15M"), value: 2 }],
      },
    ]);
  });

  it("may say all that is the user's to say", () => {
    const event = parseEvent(
      {
        eventDescriptor: { eventId: "peak", priority: 1, marketContext: "http://example.com/dr", testEvent: true },
        activePeriod: { dtstart: "2030-01-01T17:00:00Z", duration: "PT1H", startAfter: "PT5M", rampUp: "PT2M" },
        signals: [{ signalName: "ENERGY_PRICE", signalType: "price", intervals: [{ duration: "PT1H", value: 0.4 }] }],
        targets: [{ venId: "kitchen" }],
        responseRequired: "never",
      },
      now,
    );

    assert.deepEqual(
      [event.eventDescriptor?.eventId, event.eventDescriptor?.priority, event.eventDescriptor?.testEvent],
      ["peak", 1, true],
    );
    assert.deepEqual(event.activePeriod, {
      dtstart: new Date("2030-01-01T17:00:00Z"),
      duration: duration("PT1H"),
      startAfter: duration("PT5M"),
      rampUp: duration("PT2M"),
    });
    assert.deepEqual([event.targets, event.responseRequired], [[{ venId: "kitchen" }], "never"]);
  });

  it("may be an event pasted from a message", () => {
    const event = parseEvent(
      {
        eventDescriptor: {
          eventId: "peak",
          modificationNumber: 3,
          marketContext: "http://example.com/dr",
          createdDateTime: "2026-01-01T00:00:00Z",
          eventStatus: "active",
        },
        activePeriod: { dtstart: "2030-01-01T17:00:00Z", duration: "PT1H", notification: "PT0S" },
        signals: [
          {
            intervals: [{ duration: "PT1H", uid: "7", value: 1 }],
            signalName: "SIMPLE",
            signalType: "level",
            signalId: "s",
            currentValue: 1,
          },
        ],
        targets: [],
        responseRequired: "always",
      },
      now,
    );

    assert.deepEqual(event.signals, [
      {
        signalName: "SIMPLE",
        signalType: "level",
        signalId: "s",
        intervals: [{ duration: duration("PT1H"), value: 1 }],
      },
    ]);
    assert.ok(!("modificationNumber" in (event.eventDescriptor ?? {})));
  });
});
