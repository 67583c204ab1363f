import assert from "node:assert/strict";
import { minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { MemoryStore, type VtnOptions, type VtnStatus } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon, openVtn, type OpenVtn } from "./open-vtn.ts";

const watchful = { listen: false, missedPolls: 3 } as const;

describe("presence", () => {
  it("tells that a VEN is there when it registers", async () => {
    const online: unknown[] = [];
    await using open = await openVtn({ ...watchful, onVenOnline: (...given) => void online.push(given) });

    const { venId } = await open.register("kitchen");

    const contact = { venId, lastContact: undefined, address: "in-memory" };
    assert.deepEqual(online, [[venId, contact]]);
    assert.deepEqual(
      open.statuses.findLast(({ type }) => type !== "delivered"),
      { type: "venOnline", ...contact },
    );
    const presence = { state: "online", lastContact: noon, address: "in-memory" };
    assert.deepEqual((await open.vtn.vens.get(venId))?.presence, presence);
  });

  it("tells that a VEN is gone after three missed polls, once", async () => {
    const offline: unknown[] = [];
    await using open = await openVtn({ ...watchful, onVenOffline: (venId) => void offline.push(venId) });
    const { venId } = await open.register("kitchen");

    await pass(open, 3);
    const before = [...offline];
    await pass(open, 5);

    assert.deepEqual(before, []);
    assert.deepEqual(offline, [venId]);
    assert.deepEqual(presenceNews(open), [
      ["venOnline", undefined],
      ["venOffline", noon],
    ]);
    assert.equal((await open.vtn.vens.get(venId))?.presence.state, "offline");
  });

  it("tells that a VEN is there again, and when it was before", async () => {
    await using open = await openVtn(watchful);
    const ven = await open.register("kitchen");
    await pass(open, 4);

    await ven.poll();

    assert.deepEqual(presenceNews(open).at(-1), ["venOnline", noon]);
    assert.deepEqual((await open.vtn.vens.get(ven.venId))?.presence.lastContact, afterNoon(seconds(40)));
  });

  it("counts every message, not polls alone", async () => {
    await using open = await openVtn(watchful);
    const ven = await open.register("kitchen");

    for (let times = 0; times < 5; times++) {
      await pass(open, 2);
      await ven.requestEvents();
    }

    assert.deepEqual(presenceNews(open), [["venOnline", undefined]]);
  });

  it("goes by the poll frequency of the VEN, and the number of polls that is set", async () => {
    await using open = await openVtn({ ...watchful, missedPolls: 2 });
    const slow = await open.register("slow");
    const quick = await open.register("quick");
    await open.vtn.vens.setPollFrequency(slow.venId, minutes(10));
    await Promise.all([slow.drain(), quick.drain()]);

    await pass(open, 120);
    const after20Minutes = [await stateOf(open, slow.venId), await stateOf(open, quick.venId)];
    await pass(open, 1);

    assert.deepEqual(after20Minutes, ["online", "offline"]);
    assert.equal(await stateOf(open, slow.venId), "offline");
  });

  it("knows nothing yet of VENs that registered before the start, and misses them in time", async () => {
    const store = new MemoryStore();
    const ids: string[] = [];
    {
      await using before = await openVtn({ ...watchful, store });
      ids.push((await before.register("kitchen")).venId);
    }

    await using open = await openVtn({ ...watchful, store });
    const [venId = ""] = ids;
    const first = await stateOf(open, venId);
    await pass(open, 4);

    assert.equal(first, "unknown");
    assert.deepEqual(presenceNews(open), [["venOffline", undefined]]);
  });

  it("misses nobody for the time in which the VTN was stopped", async () => {
    await using open = await openVtn(watchful);
    const { venId } = await open.register("kitchen");

    await open.vtn.stop();
    await pass(open, 100);
    await open.vtn.start();
    await pass(open, 3);

    assert.equal(await stateOf(open, venId), "online");
  });

  it("forgets a VEN whose registration ends", async () => {
    await using open = await openVtn(watchful);
    const { venId, registrationId } = await open.register("kitchen");

    await open.call("oadrCancelPartyRegistration", { requestId: "req-1", registrationId, venId });
    await pass(open, 10);

    assert.deepEqual(presenceNews(open), [["venOnline", undefined]]);
  });

  for (const [title, onVenOnline] of [
    ["throws", () => Promise.reject(new Error("not now"))],
    ["never ends", () => new Promise<void>(() => {})],
  ] as const satisfies readonly (readonly [string, VtnOptions["onVenOnline"]])[]) {
    it(`serves VENs, and stops, while a handler of presence ${title}`, async () => {
      await using open = await openVtn({ ...watchful, onVenOnline });

      const ven = await open.register("kitchen");
      assert.equal((await ven.poll()).name, "oadrResponse");
      const stopped = open.vtn.stop();
      await pass(open, 2);
      await stopped;

      assert.equal(open.errors.length, 1);
    });
  }
});

/** Lets that many polls' time pass. */
async function pass({ clock }: OpenVtn, polls: number): Promise<void> {
  for (let poll = 0; poll < polls; poll++) {
    clock.advance(seconds(10));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function stateOf({ vtn }: OpenVtn, venId: string): Promise<string | undefined> {
  return (await vtn.vens.get(venId))?.presence.state;
}

function presenceNews({ statuses }: OpenVtn): readonly unknown[] {
  return statuses.filter(isPresence).map((status) => [status.type, "lastContact" in status && status.lastContact]);
}

function isPresence({ type }: VtnStatus): boolean {
  return type === "venOnline" || type === "venOffline";
}
