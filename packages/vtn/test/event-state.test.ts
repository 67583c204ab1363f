import assert from "node:assert/strict";
import { hours, milliseconds, minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { afterNoon, anEvent } from "./events.ts";
import { openVtn } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("EiEvent: state by the clock", () => {
  for (const [minute, status] of [
    [0, "far"],
    [50, "near"],
    [59, "near"],
    [60, "active"],
    [89, "active"],
    [90, "completed"],
  ] as const) {
    it(`rule 13: is ${status} ${minute} minutes on, ramping up from 50 and running from 60 to 90`, async () => {
      await using open = await openVtn(inMemory);
      await open.vtn.events.create(anEvent({ period: { dtstart: afterNoon(hours(1)), rampUp: minutes(10) } }));

      open.clock.advance(minutes(minute));

      assert.equal((await open.vtn.events.get("event-1"))?.eventDescriptor.eventStatus, status);
    });
  }

  it("rule 13: is never near without a ramp-up", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());

    open.clock.advance(milliseconds(hours(1) - 1));

    assert.equal((await open.vtn.events.get("event-1"))?.eventDescriptor.eventStatus, "far");
  });

  for (const [minute, value] of [
    [0, 0],
    [60, 1],
    [89, 1],
    [90, 3],
    [119, 3],
    [120, 0],
  ] as const) {
    it(`rules 14, 29, 32: has the current value ${value} ${minute} minutes on`, async () => {
      await using open = await openVtn(inMemory);
      await open.vtn.events.create(anEvent({ values: [1, 3] }));

      open.clock.advance(minutes(minute));

      assert.equal((await open.vtn.events.get("event-1"))?.signals[0]?.currentValue, value);
    });
  }

  it("rule 29: passes over an interval without length", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const intervals = [
      { duration: seconds(0), value: 3 },
      { duration: minutes(30), value: 1 },
    ];
    await open.vtn.events.create({ ...anEvent(), signals: [{ intervals }] });

    open.clock.advance(minutes(70));

    assert.equal((await ven.requestEvents()).events[0]?.signals[0]?.currentValue, 1);
  });

  it("rule 110: gives a signal that is not SIMPLE no current value while it is not active", async () => {
    await using open = await openVtn(inMemory);
    const intervals = [{ duration: minutes(30), value: 0.5 }];
    const signals = [{ signalName: "ELECTRICITY_PRICE", signalType: "priceMultiplier", intervals }] as const;
    await open.vtn.events.create({ ...anEvent(), signals });

    const far = await open.vtn.events.get("event-1");
    open.clock.advance(hours(1));
    const active = await open.vtn.events.get("event-1");

    assert.deepEqual([far?.signals[0]?.currentValue, active?.signals[0]?.currentValue], [undefined, 0.5]);
  });

  it("rule 47: an event of duration 0 is active without end", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create({ ...anEvent(), signals: [{ intervals: [{ duration: seconds(0), value: 2 }] }] });

    open.clock.advance(hours(24 * 365));
    const [event] = (await ven.requestEvents()).events;

    assert.equal(event?.eventDescriptor.eventStatus, "active");
    assert.equal(event.signals[0]?.currentValue, 2);
  });

  it("rule 5: keeps its modificationNumber when time passes", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());

    open.clock.advance(minutes(70));

    assert.equal((await open.vtn.events.get("event-1"))?.eventDescriptor.modificationNumber, 0);
  });

  it("rule 66: is sent until its start-after has passed, then no more", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ period: { startAfter: minutes(5) } }));

    open.clock.advance(minutes(94));
    const { events } = await ven.requestEvents();
    open.clock.advance(minutes(1));

    assert.deepEqual(
      events.map(({ eventDescriptor }) => eventDescriptor.eventStatus),
      ["completed"],
    );
    assert.deepEqual(await ven.eventIds(), []);
  });

  it("is sent no more once it is over", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    open.clock.advance(minutes(90));

    assert.deepEqual(await ven.eventIds(), []);
    assert.deepEqual(await ven.drain(), []);
  });
});
