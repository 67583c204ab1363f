import assert from "node:assert/strict";
import { minutes, powerReal, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { NewEvent, OneSignalEvent } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon, openVtn } from "./open-vtn.ts";

const half = { duration: minutes(30), value: 1 };

describe("EiEvent: an event of one signal in short", () => {
  it("says all that the long form says", async () => {
    const given: OneSignalEvent = {
      venId: "kitchen",
      eventId: "event-1",
      signalName: "LOAD_DISPATCH",
      signalType: "setpoint",
      measurement: powerReal(),
      signalTargetMrid: "Thermostat",
      dtstart: noon,
      intervals: [half, { duration: minutes(15), value: 2 }],
      target: { resourceId: "oven" },
      responseRequired: "never",
      marketContext: "oadr://a",
      priority: 1,
      testEvent: true,
      vtnComment: "hot",
      startAfter: minutes(1),
      notification: minutes(2),
      rampUp: minutes(3),
      recovery: minutes(4),
    };
    const long: NewEvent = {
      eventDescriptor: {
        eventId: "event-1",
        priority: 1,
        marketContext: "oadr://a",
        testEvent: true,
        vtnComment: "hot",
      },
      activePeriod: {
        dtstart: noon,
        startAfter: minutes(1),
        notification: minutes(2),
        rampUp: minutes(3),
        recovery: minutes(4),
      },
      signals: [
        {
          signalName: "LOAD_DISPATCH",
          signalType: "setpoint",
          measurement: powerReal(),
          deviceClasses: [{ endDeviceAsset: "Thermostat" }],
          intervals: [half, { duration: minutes(15), value: 2 }],
        },
      ],
      targets: [{ resourceId: "oven" }, { venId: "kitchen" }],
      responseRequired: "never",
    };

    assert.deepEqual(await created(given), await created(long));
  });

  it("has the defaults of the long form, and starts with its first interval", async () => {
    const event = await created({
      eventId: "event-1",
      intervals: [
        { ...half, dtstart: noon },
        { ...half, dtstart: afterNoon(minutes(30)) },
      ],
    });

    const activePeriod = { dtstart: noon };
    const signals = [{ intervals: [half, half] }];
    assert.deepEqual(event, await created({ eventDescriptor: { eventId: "event-1" }, activePeriod, signals }));
    assert.equal(event.activePeriod.notification, seconds(0));
  });

  it("is for its VEN alone, and for the VENs among its targets", async () => {
    await using open = await openVtn();
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    const { venId } = kitchen;

    await open.vtn.events.create({ eventId: "a", venId, dtstart: noon, intervals: [half] });
    await open.vtn.events.create({ eventId: "b", target: { venId }, dtstart: noon, intervals: [half] });
    await open.vtn.events.create({
      eventId: "c",
      venId,
      targetsByType: { venIds: [venId] },
      dtstart: noon,
      intervals: [half],
    });

    assert.deepEqual(await kitchen.eventIds(), ["a", "b", "c"]);
    assert.deepEqual(await pantry.eventIds(), []);
  });

  for (const [title, given, message] of [
    ["without a start", { intervals: [half] }, /expected a start/],
    ["without intervals", { dtstart: noon, intervals: [] }, /at least one interval/],
    [
      "with a gap between intervals",
      { intervals: [half, { ...half, dtstart: noon }], dtstart: noon },
      /intervals\[1\]/,
    ],
    ["whose targets disagree", { dtstart: noon, intervals: [half], target: { venId: "a" }, targets: [] }, /target/],
    ["for one VEN that names another", { dtstart: noon, intervals: [half], venId: "a", target: { venId: "b" } }, /"b"/],
  ] as const satisfies readonly (readonly [string, OneSignalEvent, RegExp])[]) {
    it(`refuses an event ${title}`, async () => {
      await assert.rejects(created(given), { name: "RangeError", message });
    });
  }
});

async function created(given: NewEvent | OneSignalEvent) {
  await using open = await openVtn({ listen: false });
  return open.vtn.events.create(given);
}
