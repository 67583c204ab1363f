import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { OwnReportRequest, Store } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon } from "./open-vtn.ts";
import { aRequest } from "./own-reports.ts";
import { aVen } from "./stored.ts";

/** The promises of a store about requests for the VTN's own reports. */
export function testOwnReportStore(name: string, open: () => Promise<Store>): void {
  const openFor = async (...requests: readonly OwnReportRequest[]): Promise<Store> => {
    const store = await open();
    for (const venId of ["kitchen", "pantry"]) await store.register(aVen(venId), []);
    for (const request of requests) await store.addOwnReportRequest(request);
    return store;
  };

  describe(`${name}: own reports`, () => {
    it("keeps requests as they are, in the order in which they came", async () => {
      const [a, b, c] = [aRecord("a"), aRecord("b", { venId: "pantry" }), aRecord("c")];

      const store = await openFor(a, b, c);

      assert.deepEqual(await store.ownReportRequests("kitchen"), [a, c]);
      assert.deepEqual(await store.ownReportRequests("pantry"), [b]);
      assert.deepEqual(await store.ownReportRequests("nobody"), []);
      assert.equal((await store.ownReportRequests()).length, 3);
    });

    it("tells what is due, the first first, and when the next is", async () => {
      const [a, b] = [aRecord("a", { dueAt: later(2) }), aRecord("b", { dueAt: later(1), venId: "pantry" })];
      const store = await openFor(a, b, aRecord("c", { dueAt: later(4) }), aRecord("d", { dueAt: later(3) }));

      assert.deepEqual(await store.dueOwnReportRequests(noon), { due: [], nextAt: later(1) });
      assert.deepEqual(await store.dueOwnReportRequests(later(2)), { due: [b, a], nextAt: later(3) });
      assert.equal((await store.dueOwnReportRequests(later(4))).nextAt, undefined);
    });

    it("replaces a request by its next version", async () => {
      const store = await openFor(aRecord("a"), aRecord("b"));
      const changed = aRecord("a", { version: 1, dueAt: later(9) });

      assert.equal(await store.replaceOwnReportRequest(changed), true);

      assert.deepEqual(await store.ownReportRequests("kitchen"), [changed, aRecord("b")]);
    });

    for (const [title, stale] of [
      ["a version that was replaced", aRecord("a", { version: 1, dueAt: later(9) })],
      ["a version that has not been", aRecord("a", { version: 3 })],
      ["a request that is not there", aRecord("x", { version: 1 })],
      ["a request of another VEN", aRecord("a", { version: 2, venId: "pantry" })],
      ["a request of nobody", aRecord("a", { version: 2, venId: "nobody" })],
    ] as const) {
      it(`does not replace ${title}`, async () => {
        const store = await openFor(aRecord("a"));
        const current = aRecord("a", { version: 1, dueAt: later(1) });
        await store.replaceOwnReportRequest(current);

        assert.equal(await store.replaceOwnReportRequest(stale), false);

        assert.deepEqual(await store.ownReportRequests(), [current]);
      });
    }

    it("erases the requests that are named, of that VEN alone", async () => {
      const store = await openFor(aRecord("a"), aRecord("b"), aRecord("a", { venId: "pantry" }));

      await store.eraseOwnReportRequests("kitchen", ["a", "x"]);

      assert.deepEqual(await store.ownReportRequests(), [aRecord("b"), aRecord("a", { venId: "pantry" })]);
    });

    for (const [title, end] of [
      ["a new registration", (store: Store) => store.register(aVen("kitchen"), [])],
      ["the end of the registration", (store: Store) => store.unregister("kitchen")],
    ] as const) {
      it(`erases all requests of a VEN with ${title}`, async () => {
        const store = await openFor(aRecord("a"));

        await end(store);

        assert.deepEqual(await store.ownReportRequests(), []);
        assert.deepEqual(await store.dueOwnReportRequests(later(9)), { due: [], nextAt: undefined });
      });
    }

    it("keeps no request of a VEN that is not registered", async () => {
      const store = await openFor();

      await assert.rejects(store.addOwnReportRequest(aRecord("a", { venId: "nobody" })), RangeError);
    });
  });
}

function aRecord(recordId: string, given: Partial<OwnReportRequest> = {}): OwnReportRequest {
  return {
    venId: "kitchen",
    recordId,
    version: 0,
    request: aRequest(recordId),
    takenAt: noon,
    dueAt: later(1),
    sampleAt: later(1),
    reportAt: later(2),
    intervals: [{ dtstart: noon, payloads: [{ kind: "reportPayload", rId: "load", value: 1 }] }],
    unanswered: { requestIds: ["id-1"], sentAt: noon },
    ...given,
  };
}

function later(count: number): Date {
  return afterNoon(minutes(count));
}
