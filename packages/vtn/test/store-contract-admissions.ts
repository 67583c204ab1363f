import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { subjectKey } from "../src/registration/admission.ts";
import type { Admission, PendingVen, Store } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon } from "./open-vtn.ts";

/** What a {@link Store} promises about who may register. */
export function testAdmissionStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}: admissions`, () => {
    it("keeps decisions in their order, each by its subject", async () => {
      const store = await open();
      const [first, second] = [anAdmission("kitchen"), { ...anAdmission("pantry"), venId: "ven-1" }];

      await store.putAdmission(first);
      await store.putAdmission(second);

      assert.deepEqual(await store.admissions(), [first, second]);
      assert.deepEqual(await store.admission(subjectKey({ venName: "pantry" })), second);
      assert.equal(await store.admission(subjectKey({ venId: "pantry" })), undefined);
      assert.equal(await store.admission(subjectKey({ fingerprint: "pantry" })), undefined);
    });

    it("keeps the last decision about a subject", async () => {
      const store = await open();
      await store.putAdmission(anAdmission("kitchen"));
      await store.putAdmission(anAdmission("pantry"));

      await store.putAdmission({ ...anAdmission("kitchen"), isAccepted: false });

      const expected = [anAdmission("pantry"), { ...anAdmission("kitchen"), isAccepted: false }];
      assert.deepEqual(await store.admissions(), expected);
    });

    it("forgets a decision, and says whether there was one", async () => {
      const store = await open();
      await store.putAdmission(anAdmission("kitchen"));
      const key = subjectKey({ venName: "kitchen" });

      assert.deepEqual([await store.removeAdmission(key), await store.removeAdmission(key)], [true, false]);

      assert.deepEqual(await store.admissions(), []);
    });

    it("keeps those who wait in the order in which they first asked, with what they said last", async () => {
      const store = await open();
      await store.putPendingVen(aPendingVen("a", noon), 10);
      await store.putPendingVen(aPendingVen("b", afterNoon(minutes(1))), 10);

      await store.putPendingVen({ ...aPendingVen("a", afterNoon(minutes(2))), address: "192.0.2.9" }, 10);

      const first = { ...aPendingVen("a", afterNoon(minutes(2))), firstAskedAt: noon, address: "192.0.2.9" };
      assert.deepEqual(await store.pendingVens(), [first, aPendingVen("b", afterNoon(minutes(1)))]);
      assert.deepEqual(await store.pendingVen(subjectKey({ venName: "a" })), first);
      assert.equal(await store.pendingVen(subjectKey({ venName: "c" })), undefined);
    });

    it("forgets the one who asked least lately when there are more than the limit", async () => {
      const store = await open();
      const asked = ["a", "b", "a", "c"].entries();

      for (const [minute, venName] of asked) {
        await store.putPendingVen(aPendingVen(venName, afterNoon(minutes(minute))), 2);
      }

      assert.deepEqual(
        (await store.pendingVens()).map(({ venName }) => venName),
        ["a", "c"],
      );
    });

    for (const isAccepted of [true, false]) {
      it(`lets nobody wait about whom it is decided that isAccepted is ${isAccepted}`, async () => {
        const store = await open();
        await store.putPendingVen(aPendingVen("kitchen", noon), 10);
        await store.putPendingVen(aPendingVen("pantry", noon), 10);

        await store.putAdmission({ ...anAdmission("kitchen"), isAccepted });

        assert.deepEqual(await store.pendingVens(), [aPendingVen("pantry", noon)]);
      });
    }
  });
}

function anAdmission(venName: string): Admission {
  return { subject: { venName }, isAccepted: true, decidedAt: noon };
}

function aPendingVen(venName: string, askedAt: Date): PendingVen {
  return {
    subject: { venName },
    venName,
    address: "192.0.2.7",
    profileName: "2.0b",
    transportName: "simpleHttp",
    firstAskedAt: askedAt,
    lastAskedAt: askedAt,
  };
}
