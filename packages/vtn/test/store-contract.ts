import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { MailboxEntry, Sending, Store } from "../src/index.ts";
import { noon } from "./open-vtn.ts";
import { testDeliveries } from "./store-contract-deliveries.ts";
import { testMailboxes } from "./store-contract-mailboxes.ts";
import { testEnrolmentStore } from "./store-contract-enrolments.ts";
import { testAdmissionStore } from "./store-contract-admissions.ts";
import { testOptStore } from "./store-contract-opts.ts";
import { testOwnReportStore } from "./store-contract-own-reports.ts";
import { aReading, aRequest, testReportStore } from "./store-contract-reports.ts";
import { aRecord, anAnswer, aVen, mail, takeAll, takeNext } from "./stored.ts";

const word: MailboxEntry = { kind: "events" };
const sending: Sending = { at: noon, arrived: true };

/** The promises of a {@link Store}; whoever writes one runs this on it. `open` gives an empty store each time. */
export function testStore(name: string, open: () => Promise<Store>): void {
  testOptStore(name, open);
  testOwnReportStore(name, open);
  testEnrolmentStore(name, open);
  testReportStore(name, open);
  testAdmissionStore(name, open);
  testMailboxes(name, open);
  testDeliveries(name, open);

  describe(`${name}: registrations`, () => {
    it("keeps a registration", async () => {
      const store = await open();

      await store.register(aVen("kitchen"), []);

      assert.deepEqual(await store.registration("kitchen"), aVen("kitchen"));
      assert.deepEqual(await store.registrationBy("venName", "the kitchen"), aVen("kitchen"));
      assert.deepEqual(await store.registrations(), [aVen("kitchen")]);
      assert.equal(await store.countRegistrations(), 1);
    });

    it("knows nobody else", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), []);

      assert.equal(await store.registration("Kitchen"), undefined);
      assert.equal(await store.registrationBy("venName", "kitchen"), undefined);
    });

    it("replaces what a VEN said of itself, and nothing else", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), [mail("a")]);

      await store.updateRegistration({ ...aVen("kitchen"), venName: "pantry" });

      assert.deepEqual(await store.registrations(), [{ ...aVen("kitchen"), venName: "pantry" }]);
      assert.equal(await store.countRegistrations(), 1);
      assert.deepEqual(await takeNext(store), mail("a"));
    });

    it("keeps how often a VEN is to poll, until it is taken back or the VEN registers anew", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), []);

      await store.putPollFrequency("kitchen", seconds(5));
      await store.updateRegistration({ ...aVen("kitchen"), venName: "pantry", pollFrequency: seconds(60) });
      const kept = await store.registration("kitchen");
      await store.putPollFrequency("kitchen", undefined);

      assert.deepEqual(kept, { ...aVen("kitchen"), venName: "pantry", pollFrequency: seconds(5) });
      assert.deepEqual(await store.registration("kitchen"), { ...aVen("kitchen"), venName: "pantry" });
    });

    it("finds a registration by name, fingerprint and registrationID, as they are now", async () => {
      const store = await open();
      await store.register({ ...aVen("kitchen"), fingerprint: "AA" }, []);
      await store.register({ ...aVen("pantry"), venName: "the kitchen" }, []);
      const before = await store.registrationBy("venName", "the kitchen");

      await store.updateRegistration({ ...aVen("kitchen"), venName: "new", fingerprint: "BB", registrationId: "new" });

      assert.equal(before?.venId, "kitchen");
      const found = [
        await store.registrationBy("venName", "the kitchen"),
        await store.registrationBy("venName", "new"),
        await store.registrationBy("fingerprint", "BB"),
        await store.registrationBy("registrationId", "new"),
        await store.registrationBy("fingerprint", "AA"),
        await store.registrationBy("venName", "BB"),
      ];
      const venIds = ["pantry", "kitchen", "kitchen", "kitchen", undefined, undefined];
      assert.deepEqual(
        found.map((registration) => registration?.venId),
        venIds,
      );
    });

    it("finds no registration that has ended", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), []);

      await store.unregister("kitchen");

      assert.equal(await store.registrationBy("venName", "the kitchen"), undefined);
    });

    for (const [title, erase] of [
      ["a new registration", (store: Store) => store.register(aVen("kitchen"), [mail("new")])],
      ["the end of the registration", (store: Store) => store.unregister("kitchen")],
    ] as const) {
      it(`erases all that is known of a VEN with ${title}`, async () => {
        const store = await open();
        await store.register(aVen("kitchen"), [mail("old")]);
        await store.putEvent(aRecord("event-1"));
        await store.putAnswers("kitchen", [anAnswer("event-1", "kitchen")]);
        await store.putReports("kitchen", [], [aRequest("request-1")]);

        await erase(store);

        assert.equal(await store.reportRequest("kitchen", "request-1"), undefined);
        assert.deepEqual(await store.answers("event-1"), []);
        assert.equal((await store.eventsFor("kitchen", noon))[0]?.delivery, undefined);
        assert.notDeepEqual(await takeNext(store), mail("old"));
      });
    }

    it("forgets a VEN whose registration ends, and may be told twice", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), []);

      await store.unregister("kitchen");
      await store.unregister("kitchen");

      assert.deepEqual(await store.registrations(), []);
      assert.equal(await takeNext(store), undefined);
    });

    for (const [title, change] of [
      ["updateRegistration", (store: Store) => store.updateRegistration(aVen("nobody"))],
      ["putPollFrequency", (store: Store) => store.putPollFrequency("nobody", seconds(5))],
      ["putSent", (store: Store) => store.putSent("nobody", new Map([["event-1", 0]]), sending)],
      ["putAnswers", (store: Store) => store.putAnswers("nobody", [anAnswer("event-1", "nobody")])],
      ["putReports", (store: Store) => store.putReports("nobody", [], [])],
      ["putReportRequests", (store: Store) => store.putReportRequests("nobody", [aRequest("request-1")])],
      ["putReadings", (store: Store) => store.putReadings("nobody", [aReading(0)])],
      ["enqueue", (store: Store) => store.enqueue("nobody", word)],
    ] as const) {
      it(`refuses ${title} for a VEN that is not registered`, async () => {
        const store = await open();

        await assert.rejects(change(store), { name: "RangeError", message: /"nobody"/ });

        assert.deepEqual(await store.registrations(), []);
        assert.equal(await takeNext(store, "nobody"), undefined);
      });
    }
  });

  describe(`${name}: events`, () => {
    it("keeps events in the order in which they were created", async () => {
      const store = await open();
      for (const eventId of ["b", "a", "c"]) await store.putEvent(aRecord(eventId));

      await store.putEvent(aRecord("a", { modificationNumber: 1 }), 0);

      const expected = [aRecord("b"), aRecord("a", { modificationNumber: 1 }), aRecord("c")];
      assert.deepEqual(await store.events(), expected);
      assert.deepEqual(await store.event("b"), aRecord("b"));
      assert.equal(await store.event("d"), undefined);
    });

    it("gives a VEN its own events and everyone's", async () => {
      const store = await open();
      await store.putEvent(aRecord("a", { audience: [{ venId: "kitchen" }, { venId: "pantry" }] }));
      await store.putEvent(aRecord("b", { audience: [{ venId: "pantry" }] }));
      await store.putEvent(aRecord("c"));

      const events = await store.eventsFor("kitchen", noon);

      assert.deepEqual(
        events.map(({ event }) => event.eventDescriptor.eventId),
        ["a", "c"],
      );
    });

    it("refuses a new event of an ID that there is", async () => {
      const store = await open();
      await store.putEvent(aRecord("event-1"));

      assert.equal(await store.putEvent(aRecord("event-1", { audience: [{ venId: "kitchen" }] })), false);

      assert.deepEqual(await store.events(), [aRecord("event-1")]);
    });

    it("refuses to replace another version than is there, and tells nobody of it", async () => {
      const store = await open();
      await store.putEvent(aRecord("event-1"));
      await store.register(aVen("kitchen"), []);

      assert.equal(await store.putEvent(aRecord("event-1", { modificationNumber: 2 }), 1), false);
      assert.equal(await store.putEvent(aRecord("event-2", { modificationNumber: 1 }), 0), false);

      assert.deepEqual(await store.events(), [aRecord("event-1")]);
      assert.equal(await takeNext(store), undefined);
    });

    it("lets one of two win that replace the same version at once", async () => {
      const store = await open();
      await store.putEvent(aRecord("event-1"));
      const changed = aRecord("event-1", { modificationNumber: 1 });

      const outcomes = await Promise.all([store.putEvent(changed, 0), store.putEvent(changed, 0)]);

      assert.deepEqual(outcomes.toSorted(), [false, true]);
    });

    it("keeps what was sent and answered, each VEN's apart", async () => {
      const store = await open();
      for (const venId of ["kitchen", "pantry"]) await store.register(aVen(venId), []);
      await store.putEvent(aRecord("event-1"));
      const answer = anAnswer("event-1", "kitchen");

      await store.putSent("kitchen", new Map([["event-1", 0]]), sending);
      await store.putAnswers("kitchen", [anAnswer("event-1", "kitchen", "optIn")]);
      await store.putAnswers("kitchen", [answer]);
      await store.putSent("kitchen", new Map([["event-1", 3]]), sending);

      const delivery = { sent: 3, arrived: true, tries: 1, firstSentAt: noon, lastSentAt: noon, answer };
      assert.deepEqual((await store.eventsFor("kitchen", noon))[0]?.delivery, delivery);
      assert.equal((await store.eventsFor("pantry", noon))[0]?.delivery, undefined);
      assert.deepEqual(await store.answers("event-1"), [answer]);
      assert.deepEqual(await store.answers("event-2"), []);
    });
  });

  describe(`${name}: events that are taken from a VEN`, () => {
    const withdrawn: MailboxEntry = { kind: "events", withdrawn: true };
    const narrowed = aRecord("event-1", { modificationNumber: 1, audience: [{ venId: "pantry" }] });

    it("erases what is known of the event there, and leaves word", async () => {
      const store = await open();
      for (const venId of ["kitchen", "pantry"]) await store.register(aVen(venId), []);
      await store.putEvent(aRecord("event-1"));
      for (const venId of ["kitchen", "pantry"]) await takeAll(store, venId);
      for (const venId of ["kitchen", "pantry"]) await store.putSent(venId, new Map([["event-1", 0]]), sending);
      await store.putAnswers("kitchen", [anAnswer("event-1", "kitchen")]);

      await store.putEvent(narrowed, 0);

      assert.deepEqual(await takeAll(store, "kitchen"), [withdrawn]);
      assert.deepEqual(await takeAll(store, "pantry"), [word]);
      assert.deepEqual(await store.answers("event-1"), []);
      assert.deepEqual(await store.eventsFor("kitchen", noon), []);
      assert.equal((await store.eventsFor("pantry", noon))[0]?.delivery?.sent, 0);
    });

    it("leaves no word where the event was not sent", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), []);
      await store.putEvent(aRecord("event-1"));
      await takeAll(store);

      await store.putEvent(narrowed, 0);

      assert.deepEqual(await takeAll(store), []);
    });

    it("leaves word when the event was sent all the same", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), []);
      await store.putEvent(narrowed);

      await store.putSent("kitchen", new Map([["event-1", 0]]), sending);
      await store.putEvent(aRecord("event-1", { modificationNumber: 2 }), 1);

      assert.deepEqual(await takeAll(store), [withdrawn]);
      assert.equal((await store.eventsFor("kitchen", noon))[0]?.delivery, undefined);
    });

    it("leaves one word with others", async () => {
      const store = await open();
      await store.register(aVen("kitchen"), [word]);

      await store.enqueue("kitchen", withdrawn);
      await store.enqueue("kitchen", word);

      assert.deepEqual(await takeAll(store), [withdrawn]);
    });
  });
}
