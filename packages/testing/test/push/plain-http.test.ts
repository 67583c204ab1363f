import assert from "node:assert/strict";
import { inMemoryTransport } from "@openleadr/transport";
import { MemoryStore } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { aRegistration, clientOf } from "../../../vtn/test/open-vtn.ts";
import { kitchen } from "../security/certified.ts";
import { anEvent, openPush } from "./open-push.ts";

describe("a VEN that is known by its certificate, at an address of plain HTTP", () => {
  it("is sent nothing any more once that is not allowed", async () => {
    const store = new MemoryStore();
    const allowedHosts = ["127.0.0.1"];
    await using before = await openPush({ store, push: { allowedHosts, plainHttp: true } });
    const ven = Object.assign(await before.ven(), { venId: "kitchen" });
    const { call } = clientOf(inMemoryTransport(before.vtn.handler, kitchen.peer), before.clock);
    const own = { venName: "kitchen", httpPullModel: false, transportAddress: ven.url.origin };
    await call("oadrCreatePartyRegistration", aRegistration(own));
    await before.told("delivered");
    await before.vtn.stop();
    const { length } = ven.received;
    await using open = await openPush({ store, push: { allowedHosts } });

    await open.vtn.events.create(anEvent());
    const { error } = await open.told("deliveryFailed");

    assert.match(error, /may not be called in plain HTTP/);
    assert.deepEqual([length, ven.received.length], [1, 1]);
  });
});
