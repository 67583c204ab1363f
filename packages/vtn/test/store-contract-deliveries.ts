import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { Delivery, Store } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon } from "./open-vtn.ts";
import { aRecord, anAnswer, aVen, takeAll } from "./stored.ts";

const later = afterNoon(minutes(1));
const version = new Map([["event-1", 0]]);
const pushed = { at: noon, arrived: false };
const polled = { at: noon, arrived: true };
const times = { firstSentAt: noon, lastSentAt: noon };

/** What a {@link Store} promises of how far events have got; part of `testStore`. */
export function testDeliveries(name: string, open: () => Promise<Store>): void {
  describe(`${name}: deliveries`, () => {
    it("lists the registered VENs of an event, and how far it has got", async () => {
      const store = await open();
      for (const venId of ["kitchen", "pantry", "attic"]) await store.register(aVen(venId), []);
      await store.putEvent(aRecord("a", { audience: [{ venId: "kitchen" }, { venId: "nobody" }] }));
      await store.putEvent(aRecord("b"));
      await store.putSent("kitchen", new Map([["b", 0]]), polled);

      const delivery = { sent: 0, arrived: true, tries: 1, ...times };
      assert.deepEqual(await store.deliveries("a"), [{ venId: "kitchen", delivery: undefined }]);
      assert.deepEqual(
        [...(await store.deliveries("b"))].sort((one, other) => one.venId.localeCompare(other.venId)),
        [
          { venId: "attic", delivery: undefined },
          { venId: "kitchen", delivery },
          { venId: "pantry", delivery: undefined },
        ],
      );
      assert.deepEqual(await store.deliveries("c"), []);
    });

    it("counts the tries of one version, from its first", async () => {
      const store = await openWithEvent(open);

      await store.putSent("kitchen", version, polled);
      await store.putSent("kitchen", version, { ...polled, at: later });
      const twice = await deliveryIn(store);
      await store.putSent("kitchen", new Map([["event-1", 1]]), { ...polled, at: later });

      assert.deepEqual(twice, { sent: 0, arrived: true, tries: 2, firstSentAt: noon, lastSentAt: later });
      assert.deepEqual(await deliveryIn(store), { ...twice, sent: 1, tries: 1, firstSentAt: later });
    });

    it("keeps why a try failed until one arrives, and counts from there", async () => {
      const store = await openWithEvent(open);
      await store.putSent("kitchen", version, pushed);
      await store.putOutcome("kitchen", version, { error: "out of reach" });
      await store.putSent("kitchen", version, pushed);
      await store.putOutcome("kitchen", version, { error: "still out of reach" });
      const failing = await deliveryIn(store);

      await store.putSent("kitchen", version, pushed);
      await store.putOutcome("kitchen", version, { arrived: true });
      const arrived = await deliveryIn(store);
      await store.putSent("kitchen", version, pushed);
      await store.putOutcome("kitchen", version, { arrived: true });

      assert.deepEqual(failing, { sent: 0, arrived: false, tries: 2, ...times, error: "still out of reach" });
      assert.deepEqual(arrived, { sent: 0, arrived: true, tries: 1, ...times });
      assert.deepEqual(await deliveryIn(store), { ...arrived, tries: 2 });
    });

    it("keeps that it was given up until it is sent again", async () => {
      const store = await openWithEvent(open);
      for (const _ of [1, 2]) await store.putSent("kitchen", version, polled);
      await store.putOutcome("kitchen", version, { error: "no answer", failedAt: later });
      const failed = await deliveryIn(store);

      await store.putSent("kitchen", version, polled);

      const delivery = { sent: 0, arrived: true, ...times };
      assert.deepEqual(failed, { ...delivery, tries: 2, error: "no answer", failedAt: later });
      assert.deepEqual(await deliveryIn(store), { ...delivery, tries: 1 });
    });

    it("takes an answer for proof of arrival", async () => {
      const store = await openWithEvent(open);
      await store.putSent("kitchen", version, pushed);
      await store.putOutcome("kitchen", version, { error: "no answer", failedAt: later });
      const answer = anAnswer("event-1", "kitchen");

      await store.putAnswers("kitchen", [answer]);
      await store.putOutcome("kitchen", version, { error: "too late", failedAt: later });

      assert.deepEqual(await deliveryIn(store), { sent: 0, arrived: true, tries: 1, ...times, answer });
    });

    it("keeps an answer to an event that was never sent", async () => {
      const store = await openWithEvent(open);
      const answer = anAnswer("event-1", "kitchen");

      await store.putAnswers("kitchen", [answer]);

      assert.deepEqual(await deliveryIn(store), { sent: 0, arrived: true, tries: 0, ...times, answer });
    });

    it("keeps no outcome of a version that is not the last, nor of an event or VEN that is gone", async () => {
      const store = await openWithEvent(open);
      await store.putSent("kitchen", new Map([["event-1", 1]]), pushed);
      const before = await deliveryIn(store);

      await store.putOutcome("kitchen", version, { arrived: true });
      await store.putOutcome("kitchen", new Map([["event-2", 0]]), { arrived: true });
      await store.putOutcome("nobody", version, { arrived: true });

      assert.deepEqual(await deliveryIn(store), before);
    });

    it("has an event sent again, its tries forgotten", async () => {
      const store = await openWithEvent(open);
      await store.putSent("kitchen", version, polled);
      await store.putOutcome("kitchen", version, { error: "no answer", failedAt: later });
      await takeAll(store);

      assert.equal(await store.resendEvent("kitchen", "event-1"), true);

      assert.deepEqual(await deliveryIn(store), { sent: 0, arrived: true, tries: 0, ...times });
      assert.deepEqual(await takeAll(store), [{ kind: "events", again: true }]);
    });

    it("has no event sent again that is not for the VEN", async () => {
      const store = await openWithEvent(open);
      await store.putEvent(aRecord("event-2", { audience: [{ venId: "pantry" }] }));
      await takeAll(store);

      assert.equal(await store.resendEvent("kitchen", "event-2"), false);
      assert.equal(await store.resendEvent("kitchen", "event-3"), false);
      assert.equal(await store.resendEvent("nobody", "event-1"), false);

      assert.deepEqual(await takeAll(store), []);
    });
  });
}

async function openWithEvent(open: () => Promise<Store>): Promise<Store> {
  const store = await open();
  await store.register(aVen("kitchen"), []);
  await store.putEvent(aRecord("event-1"));
  return store;
}

async function deliveryIn(store: Store): Promise<Delivery | undefined> {
  return (await store.eventsFor("kitchen", noon))[0]?.delivery;
}
