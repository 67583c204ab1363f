import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { EventOpt, OptSchedule, Store } from "../src/index.ts";
import { completeEvent } from "../src/event/new-event.ts";
import { afterNoon, anEvent } from "./events.ts";
import { noon } from "./open-vtn.ts";
import { aVen } from "./stored.ts";

/** The promises of a {@link Store} on opts; part of its contract. */
export function testOptStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}: opts`, () => {
    it("keeps schedules in the order in which they came, each VEN's apart", async () => {
      const store = await openWith(open, "kitchen", "pantry");
      const [first, second] = [aSchedule("2", { optType: "optIn" }), aSchedule("1", { marketContext: "oadr://heat" })];
      const other = aSchedule("3", { venId: "pantry" });
      for (const opt of [first, other, second]) await store.putOpt(opt, []);

      assert.deepEqual(await store.optSchedules("kitchen"), [first, second]);
      assert.deepEqual(await store.optSchedules("pantry"), [other]);
      assert.deepEqual(await store.optSchedules("nobody"), []);
      assert.deepEqual(new Set(await store.optSchedules()), new Set([first, second, other]));
    });

    it("keeps opts for events in the order in which they came, each VEN's apart", async () => {
      const store = await openWith(open, "kitchen", "pantry");
      const [first, second] = [anEventOpt("2"), anEventOpt("1")];
      const [others, elsewhere] = [anEventOpt("3", { venId: "pantry" }), anEventOpt("4", { eventId: "event-2" })];
      for (const opt of [first, others, elsewhere, second]) await store.putOpt(opt, []);

      assert.deepEqual(await store.eventOpts("event-1", "kitchen"), [first, second]);
      assert.deepEqual(new Set(await store.eventOpts("event-1")), new Set([first, second, others]));
      assert.deepEqual(await store.eventOpts("event-2"), [elsewhere]);
      assert.deepEqual(await store.eventOpts("event-1", "nobody"), []);
      assert.deepEqual(await store.optSchedules(), []);
    });

    it("forgets what it is told to with a new opt, and nothing else", async () => {
      const store = await openWith(open, "kitchen");
      for (const recordId of ["a", "b", "c"]) await store.putOpt(aSchedule(recordId), []);
      for (const recordId of ["d", "e"]) await store.putOpt(anEventOpt(recordId), []);

      await store.putOpt(aSchedule("f"), ["a", "c", "nonsense"]);
      await store.putOpt(anEventOpt("g"), ["d"]);

      assert.deepEqual(await store.optSchedules("kitchen"), [aSchedule("b"), aSchedule("f")]);
      assert.deepEqual(await store.eventOpts("event-1"), [anEventOpt("e"), anEventOpt("g")]);
    });

    it("marks all schedules of an optID as cancelled, once", async () => {
      const store = await openWith(open, "kitchen", "pantry");
      await store.putOpt(aSchedule("a"), []);
      await store.cancelOptSchedules("kitchen", "opt-1", noon);
      await store.putOpt(aSchedule("b"), []);
      await store.putOpt(aSchedule("c", { optId: "opt-2" }), []);
      await store.putOpt(aSchedule("d", { venId: "pantry" }), []);
      await store.putOpt(anEventOpt("e"), []);

      await store.cancelOptSchedules("kitchen", "opt-1", afterNoon(minutes(5)));
      await store.cancelOptSchedules("kitchen", "nonsense", noon);

      assert.deepEqual(await store.optSchedules("kitchen"), [
        aSchedule("a", { cancelledAt: noon }),
        aSchedule("b", { cancelledAt: afterNoon(minutes(5)) }),
        aSchedule("c", { optId: "opt-2" }),
      ]);
      assert.deepEqual(await store.optSchedules("pantry"), [aSchedule("d", { venId: "pantry" })]);
      assert.deepEqual(await store.eventOpts("event-1"), [anEventOpt("e")]);
    });

    for (const [title, erase] of [
      ["a new registration", (store: Store) => store.register(aVen("kitchen"), [])],
      ["the end of the registration", (store: Store) => store.unregister("kitchen")],
    ] as const) {
      it(`erases the opts of a VEN with ${title}`, async () => {
        const store = await openWith(open, "kitchen");
        await store.putOpt(aSchedule("a"), []);
        await store.putOpt(anEventOpt("b"), []);

        await erase(store);

        assert.deepEqual(await store.optSchedules("kitchen"), []);
        assert.deepEqual(await store.eventOpts("event-1"), []);
      });
    }

    it("erases the opts for an event that is taken from a VEN", async () => {
      const store = await openWith(open, "kitchen", "pantry");
      const event = completeEvent(anEvent(), { now: noon, newId: () => "" });
      await store.putEvent({ event, cancelled: false, audience: "everyone" });
      for (const venId of ["kitchen", "pantry"]) await store.putOpt(anEventOpt("a", { venId }), []);
      const eventDescriptor = { ...event.eventDescriptor, modificationNumber: 1 };

      await store.putEvent(
        { event: { ...event, eventDescriptor }, cancelled: false, audience: [{ venId: "pantry" }] },
        0,
      );

      assert.deepEqual(await store.eventOpts("event-1"), [anEventOpt("a", { venId: "pantry" })]);
    });

    for (const [title, change] of [
      ["a schedule", (store: Store) => store.putOpt(aSchedule("a", { venId: "nobody" }), [])],
      ["an opt for an event", (store: Store) => store.putOpt(anEventOpt("a", { venId: "nobody" }), [])],
      ["a cancellation", (store: Store) => store.cancelOptSchedules("nobody", "opt-1", noon)],
    ] as const) {
      it(`refuses ${title} of a VEN that is not registered`, async () => {
        const store = await open();

        await assert.rejects(change(store), { name: "RangeError", message: /"nobody"/ });

        assert.deepEqual(await store.optSchedules(), []);
        assert.deepEqual(await store.eventOpts("event-1"), []);
      });
    }
  });
}

async function openWith(open: () => Promise<Store>, ...venIds: readonly string[]): Promise<Store> {
  const store = await open();
  for (const venId of venIds) await store.register(aVen(venId), []);
  return store;
}

const said = {
  venId: "kitchen",
  optId: "opt-1",
  optType: "optOut",
  optReason: "x-bored",
  targets: [{ resourceId: "oven" }],
  deviceClasses: [{ endDeviceAsset: "Thermostat" }],
  createdDateTime: noon,
  receivedAt: noon,
} as const;

function aSchedule(recordId: string, given: Partial<OptSchedule> = {}): OptSchedule {
  const vavailability = [{ dtstart: noon, duration: hours(1) }];
  return { kind: "schedule", ...said, recordId, vavailability, ...given };
}

function anEventOpt(recordId: string, given: Partial<EventOpt> = {}): EventOpt {
  return { kind: "event", ...said, recordId, eventId: "event-1", modificationNumber: 0, ...given };
}
