import assert from "node:assert/strict";
import { minutes, type Target } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { Audience, EventRecord, MailboxEntry, Registration, Store, VenEnrolment } from "../src/index.ts";
import { completeEvent } from "../src/event/new-event.ts";
import { afterNoon, anEvent } from "./events.ts";
import { noon } from "./open-vtn.ts";
import { aVen, takeNext } from "./stored.ts";

const word: MailboxEntry = { kind: "events" };
const withdrawn: MailboxEntry = { kind: "events", withdrawn: true };
const reportOnly = { reportOnly: true } as const;
const north: Target = { groupId: "north" };
const south: Target = { groupId: "south" };

/** The promises of a {@link Store} on enrolments and on whom events are for; part of its contract. */
export function testEnrolmentStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}: enrolments`, () => {
    it("keeps enrolments, each in place of the one before, whoever is registered", async () => {
      const store = await open();
      await store.putEnrolment(enrolled("kitchen", [north]), noon);
      await store.putEnrolment(enrolled("pantry", []), noon);

      await store.putEnrolment({ ...enrolled("kitchen", [south]), marketContexts: ["oadr://heat"] }, noon);

      const kitchen = { ...enrolled("kitchen", [south]), marketContexts: ["oadr://heat"] };
      assert.deepEqual(await store.enrolment("kitchen"), kitchen);
      assert.deepEqual(await store.enrolments(), [kitchen, enrolled("pantry", [])]);
      assert.equal(await store.enrolment("nobody"), undefined);
    });

    it("keeps an enrolment when a VEN registers, registers anew, and goes", async () => {
      const store = await openWith(open, "kitchen");
      await store.putEnrolment(enrolled("kitchen", [north]), noon);

      await register(store, "kitchen");
      await store.unregister("kitchen");

      assert.deepEqual(await store.enrolment("kitchen"), enrolled("kitchen", [north]));
    });

    it("forgets an enrolment, and may be told twice", async () => {
      const store = await open();
      await store.putEnrolment(enrolled("kitchen", [north]), noon);

      await store.removeEnrolment("kitchen", noon);
      await store.removeEnrolment("kitchen", noon);

      assert.deepEqual(await store.enrolments(), []);
    });

    it("leaves word where a VEN comes to an event, once", async () => {
      const store = await openWith(open, "kitchen", "pantry");
      await store.putEvent(aRecord("event-1", [north]));

      await store.putEnrolment(enrolled("kitchen", [north]), noon);
      assert.deepEqual(await takeAll(store, "kitchen"), [word]);
      await store.putEnrolment(enrolled("kitchen", [north, south]), noon);

      assert.deepEqual(await takeAll(store, "kitchen"), []);
      assert.deepEqual(await takeAll(store, "pantry"), []);
      assert.deepEqual(await eventIds(store, "kitchen"), ["event-1"]);
    });

    for (const [title, leave] of [
      ["another enrolment", (store: Store) => store.putEnrolment(enrolled("kitchen", [south]), noon)],
      ["the end of its enrolment", (store: Store) => store.removeEnrolment("kitchen", noon)],
    ] as const) {
      it(`takes an event from a VEN with ${title}, and leaves word if it was sent`, async () => {
        const store = await openWith(open, "kitchen");
        await store.putEnrolment(enrolled("kitchen", [north]), noon);
        for (const eventId of ["sent", "not sent"]) await store.putEvent(aRecord(eventId, [north]));
        await store.putSent("kitchen", new Map([["sent", 0]]), { at: noon, arrived: true });
        await takeAll(store, "kitchen");

        await leave(store);

        assert.deepEqual(await takeAll(store, "kitchen"), [withdrawn]);
        assert.deepEqual(await eventIds(store, "kitchen"), []);
        assert.equal(await store.venEvent("sent", "kitchen"), undefined);
      });
    }

    it("leaves an event that is over with the VENs that had it", async () => {
      const store = await openWith(open, "kitchen");
      await store.putEnrolment(enrolled("kitchen", [north]), noon);
      await store.putEvent(aRecord("event-1", [north]));
      await store.putSent("kitchen", new Map([["event-1", 0]]), { at: noon, arrived: true });
      await takeAll(store, "kitchen");

      await store.putEnrolment(enrolled("kitchen", [south]), afterNoon(minutes(90)));

      assert.deepEqual(await takeAll(store, "kitchen"), []);
      assert.equal((await store.venEvent("event-1", "kitchen"))?.delivery?.sent, 0);
    });

    it("leaves an event with a VEN for which it is still there for another reason", async () => {
      const store = await openWith(open, "kitchen");
      await store.putEnrolment(enrolled("kitchen", [north, south]), noon);
      await store.putEvent(aRecord("event-1", [north, south]));
      await store.putSent("kitchen", new Map([["event-1", 0]]), { at: noon, arrived: true });
      await takeAll(store, "kitchen");

      await store.putEnrolment(enrolled("kitchen", [south]), noon);

      assert.deepEqual(await takeAll(store, "kitchen"), []);
      assert.deepEqual(await eventIds(store, "kitchen"), ["event-1"]);
    });
  });

  describe(`${name}: whom events are for`, () => {
    it("finds the events of a VEN by its venID, by its targets, and those for everyone, in order, each once", async () => {
      const store = await open();
      await store.putEnrolment(enrolled("kitchen", [north, south]), noon);
      await store.putEvent(aRecord("a", [north, south, { venId: "kitchen" }]));
      await store.putEvent(aRecord("b", [{ groupId: "east" }]));
      await store.putEvent(aRecord("c", "everyone"));
      await store.putEvent(aRecord("d", [south]));

      await store.putEvent(aRecord("a", [south, { venId: "kitchen" }], 1), 0);

      assert.deepEqual(await eventIds(store, "kitchen"), ["a", "c", "d"]);
      assert.deepEqual(await eventIds(store, "pantry"), ["c"]);
    });

    it("leaves out events that are over", async () => {
      const store = await open();
      await store.putEvent(aRecord("event-1", "everyone"));

      assert.deepEqual(await eventIds(store, "kitchen", minutes(89)), ["event-1"]);
      assert.deepEqual(await eventIds(store, "kitchen", minutes(90)), []);
      assert.notEqual(await store.venEvent("event-1", "kitchen"), undefined);
    });

    it("keeps a VEN to its market contexts, unless it is named", async () => {
      const store = await open();
      await store.putEnrolment({ ...enrolled("kitchen", [north]), marketContexts: ["oadr://heat"] }, noon);
      await store.putEvent(aRecord("group", [north]));
      await store.putEvent(aRecord("everyone", "everyone"));
      await store.putEvent(aRecord("named", [{ venId: "kitchen" }]));

      assert.deepEqual(await eventIds(store, "kitchen"), ["named"]);
      assert.deepEqual(await eventIds(store, "pantry"), ["everyone"]);
      assert.equal(await store.venEvent("group", "kitchen"), undefined);
    });

    it("lists the registered VENs of an event", async () => {
      const store = await openWith(open, "kitchen", "pantry", "attic");
      await store.putEnrolment(enrolled("kitchen", [north]), noon);
      await store.putEnrolment(enrolled("nobody", [north]), noon);
      await store.putEvent(aRecord("event-1", [north, { venId: "pantry" }]));
      await store.putEvent(aRecord("event-2", "everyone"));

      assert.deepEqual((await store.venIdsOf("event-1")).toSorted(), ["kitchen", "pantry"]);
      assert.deepEqual((await store.venIdsOf("event-2")).toSorted(), ["attic", "kitchen", "pantry"]);
      assert.deepEqual(await store.venIdsOf("event-3"), []);
    });

    it("tells only those who come to an event when its version stays", async () => {
      const store = await openWith(open, "kitchen", "pantry", "attic");
      await store.putEvent(aRecord("event-1", [{ venId: "kitchen" }, { venId: "attic" }]));
      for (const venId of ["kitchen", "attic"])
        await store.putSent(venId, new Map([["event-1", 0]]), { at: noon, arrived: true });
      for (const venId of ["kitchen", "attic"]) await takeAll(store, venId);

      assert.ok(await store.putEvent(aRecord("event-1", [{ venId: "kitchen" }, { venId: "pantry" }]), 0));

      assert.deepEqual(await takeAll(store, "kitchen"), []);
      assert.deepEqual(await takeAll(store, "pantry"), [word]);
      assert.deepEqual(await takeAll(store, "attic"), [withdrawn]);
    });

    for (const [title, one, other, expected] of [
      ["everyone and everyone", "everyone", "everyone", true],
      ["everyone and a VEN", "everyone", [{ venId: "kitchen" }], true],
      ["everyone and a group with members", "everyone", [north], true],
      ["everyone and a group without", "everyone", [{ groupId: "east" }], false],
      ["a VEN and another", [{ venId: "kitchen" }], [{ venId: "pantry" }], false],
      ["a VEN and its group", [{ venId: "kitchen" }], [north], true],
      ["two groups with a member in common", [north], [{ resourceId: "oven" }], true],
      ["two groups without", [north], [south], false],
    ] as const satisfies readonly (readonly [string, Audience, Audience, boolean])[]) {
      it(`finds ${expected ? "a" : "no"} VEN in both of ${title}`, async () => {
        const store = await open();
        await store.putEnrolment(enrolled("kitchen", [north, { resourceId: "oven" }]), noon);
        await store.putEnrolment(enrolled("pantry", [south]), noon);

        assert.equal(await store.shareVen(aRecord("a", one), aRecord("b", other)), expected);
        assert.equal(await store.shareVen(aRecord("a", other), aRecord("b", one)), expected);
      });
    }
  });

  describe(`${name}: VENs that only report`, () => {
    it("have no events, and are told apart where an event names them, once", async () => {
      const store = await openWith(open, "kitchen");
      await register(store, "meter", reportOnly);
      await store.putEvent(aRecord("for all", "everyone"));
      await store.putEvent(aRecord("named", [{ venId: "meter" }, { venId: "kitchen" }, { venId: "meter" }]));

      assert.deepEqual(await takeAll(store, "meter"), []);
      assert.deepEqual(await eventIds(store, "meter"), []);
      assert.equal(await store.venEvent("named", "meter"), undefined);
      assert.equal(await store.resendEvent("meter", "named"), false);
      assert.deepEqual(await store.venIdsOf("for all"), ["kitchen"]);
      assert.deepEqual(await store.venIdsOf("named"), ["kitchen"]);
      assert.deepEqual(
        (await store.deliveries("named")).map(({ venId }) => venId),
        ["kitchen"],
      );
      assert.deepEqual(await store.withheldFrom("named"), ["meter"]);
      for (const eventId of ["for all", "nothing"]) assert.deepEqual(await store.withheldFrom(eventId), []);
    });

    it("share an event with others as soon as they take events", async () => {
      const store = await open();
      await register(store, "meter", reportOnly);
      const named = aRecord("named", [{ venId: "meter" }]);

      assert.equal(await store.shareVen(named, aRecord("for all", "everyone")), true);
      assert.equal(await store.shareVen(named, aRecord("for others", [{ venId: "kitchen" }])), false);
    });

    it("find word of the events that they had, and of those that they have again", async () => {
      const store = await openWith(open, "kitchen");
      for (const eventId of ["sent", "not sent"]) await store.putEvent(aRecord(eventId, "everyone"));
      await store.putSent("kitchen", new Map([["sent", 0]]), { at: noon, arrived: true });
      await takeAll(store, "kitchen");

      await store.updateRegistration(aVen("kitchen", reportOnly));
      assert.deepEqual(await takeAll(store, "kitchen"), [withdrawn]);
      assert.equal(await store.venEvent("sent", "kitchen"), undefined);
      await store.updateRegistration(aVen("kitchen", reportOnly));
      assert.deepEqual(await takeAll(store, "kitchen"), []);
      await store.updateRegistration(aVen("kitchen"));

      assert.deepEqual(await takeAll(store, "kitchen"), [word]);
      assert.equal((await store.venEvent("sent", "kitchen"))?.delivery, undefined);
      assert.deepEqual(await eventIds(store, "kitchen"), ["sent", "not sent"]);
    });

    it("keep what is known of events that are over", async () => {
      const store = await openWith(open, "kitchen");
      await store.putEvent(aRecord("event-1", "everyone"));
      await store.putSent("kitchen", new Map([["event-1", 0]]), { at: noon, arrived: true });
      await takeAll(store, "kitchen");

      await store.updateRegistration(aVen("kitchen", { ...reportOnly, registeredAt: afterNoon(minutes(90)) }));

      assert.deepEqual(await takeAll(store, "kitchen"), []);
      assert.equal((await store.venEvent("event-1", "kitchen"))?.delivery?.sent, 0);
    });

    it("find word that an event is not theirs which they are just being sent", async () => {
      const store = await openWith(open, "kitchen");
      await store.putEvent(aRecord("event-1", "everyone"));
      await takeAll(store, "kitchen");
      await store.updateRegistration(aVen("kitchen", reportOnly));

      await store.putSent("kitchen", new Map([["event-1", 0]]), { at: noon, arrived: true });

      assert.deepEqual(await takeAll(store, "kitchen"), [withdrawn]);
    });

    for (const [title, after] of [
      ["that registers anew", async (store: Store) => register(store, "meter")],
      ["that is gone", async (store: Store) => store.unregister("meter")],
    ] as const) {
      it(`are forgotten of a VEN ${title}`, async () => {
        const store = await open();
        await register(store, "meter", reportOnly);
        await store.putEvent(aRecord("event-1", [{ venId: "meter" }]));

        await after(store);

        assert.deepEqual(await store.withheldFrom("event-1"), []);
        assert.deepEqual(await eventIds(store, "meter"), ["event-1"]);
      });
    }
  });
}

function enrolled(venId: string, targets: readonly Target[]): VenEnrolment {
  return { venId, targets };
}

/** An event from an hour after noon on, for half an hour. */
function aRecord(eventId: string, audience: Audience, modificationNumber = 0): EventRecord {
  const event = completeEvent(anEvent({ eventId }), { now: noon, newId: () => eventId });
  const eventDescriptor = { ...event.eventDescriptor, modificationNumber };
  return { event: { ...event, eventDescriptor }, cancelled: false, audience };
}

async function eventIds(store: Store, venId: string, at = minutes(0)): Promise<readonly string[]> {
  return (await store.eventsFor(venId, afterNoon(at))).map(({ event }) => event.eventDescriptor.eventId);
}

async function openWith(open: () => Promise<Store>, ...venIds: readonly string[]): Promise<Store> {
  const store = await open();
  for (const venId of venIds) await register(store, venId);
  return store;
}

async function register(store: Store, venId: string, given: Partial<Registration> = {}): Promise<void> {
  await store.register(aVen(venId, given), []);
}

async function takeAll(store: Store, venId: string): Promise<readonly MailboxEntry[]> {
  const taken: MailboxEntry[] = [];
  for (let entry = await takeNext(store, venId); entry !== undefined; entry = await takeNext(store, venId))
    taken.push(entry);
  return taken;
}
