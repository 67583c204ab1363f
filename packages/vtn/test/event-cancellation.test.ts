import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { afterNoon, anEvent } from "./events.ts";
import { expectMessage, openVtn, type OpenVtn } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("EiEvent: cancellation", () => {
  it("rules 5, 10, 115: raises the modificationNumber by 1 and renews the createdDateTime", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { eventDescriptor } = await open.vtn.events.create(anEvent());
    await ven.drain();
    open.clock.advance(minutes(1));

    const cancelled = await open.vtn.events.cancel("event-1");

    assert.deepEqual(cancelled.eventDescriptor, {
      ...eventDescriptor,
      modificationNumber: 1,
      modificationDateTime: afterNoon(minutes(1)),
      createdDateTime: afterNoon(minutes(1)),
      eventStatus: "cancelled",
    });
    assert.deepEqual(expectMessage("oadrDistributeEvent", await ven.poll()).events, [cancelled]);
    assert.deepEqual(open.statuses.at(-2), { type: "eventCancelled", eventId: "event-1" });
  });

  it("rule 14: sets the current value to 0", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent({ startsIn: minutes(-10) }));

    const cancelled = await open.vtn.events.cancel("event-1");

    assert.equal(cancelled.signals[0]?.currentValue, 0);
  });

  it("rules 50, 52: is sent until it is acknowledged, then no more", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({ eventId: "event-1" });
    await open.vtn.events.cancel("event-1");

    assert.deepEqual(await ven.eventIds(), ["event-1"]);
    assert.deepEqual(await ven.eventIds(), ["event-1"]);
    await ven.respond({ eventId: "event-1", modificationNumber: 1 });

    assert.deepEqual(await ven.eventIds(), []);
  });

  it("rule 52: is sent no more once the event would be over", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await open.vtn.events.cancel("event-1");

    open.clock.advance(minutes(90));

    assert.deepEqual(await ven.eventIds(), []);
  });

  it("rule 12: is sent once where no answer is allowed", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ responseRequired: "never" }));
    await ven.drain();

    await open.vtn.events.cancel("event-1");

    assert.deepEqual(await ven.eventIds(), ["event-1"]);
    assert.deepEqual(await ven.eventIds(), []);
  });

  it("is not told to a VEN that never saw the event", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    await open.vtn.events.cancel("event-1");

    assert.deepEqual(await ven.eventIds(), []);
    assert.deepEqual(await ven.drain(), []);
  });

  for (const [title, prepare, code] of [
    ["an unknown event with 452", async () => {}, 452],
    ["a cancelled event with 451", async ({ vtn }) => void (await vtn.events.cancel("event-1")), 451],
    ["an event that is over with 451", async ({ clock }) => clock.advance(hours(2)), 451],
  ] as const satisfies readonly (readonly [string, (open: OpenVtn) => Promise<void>, number])[]) {
    it(`refuses to cancel ${title}`, async () => {
      await using open = await openVtn(inMemory);
      await open.vtn.events.create(anEvent());
      await prepare(open);

      await assert.rejects(open.vtn.events.cancel(code === 452 ? "nonsense" : "event-1"), { responseCode: code });
    });
  }

  it("rule 5: raises the modificationNumber once when it is asked for twice at the same time", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());

    const outcomes = await Promise.allSettled([open.vtn.events.cancel("event-1"), open.vtn.events.cancel("event-1")]);

    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
    assert.equal((await open.vtn.events.get("event-1"))?.eventDescriptor.modificationNumber, 1);
  });
});
