import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { MemoryStore, type VtnStatus } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { openVtn } from "./open-vtn.ts";

type Dropped = Extract<VtnStatus, { readonly type: "letterDropped" }>;

/** A VTN that keeps three messages for each VEN, and one that polls and does not answer. */
async function openFull(maxTries = 1) {
  const store = new MemoryStore();
  const open = await openVtn({ listen: false, store, delivery: { maxLetters: 3, maxTries } });
  const { vtn, statuses } = open;
  const ven = await open.register();
  const { venId } = ven;
  const post = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent++) await vtn.vens.requestReregistration(venId);
  };
  const letters = async () => (await vtn.mailboxes.list(venId)).map(({ letterId, state }) => ({ letterId, state }));
  const dropped = (): readonly Dropped[] => statuses.filter((status) => status.type === "letterDropped");
  return { ...open, ven, venId, post, letters, dropped };
}

describe("a mailbox that is full", () => {
  it("loses the oldest message that waits, and tells of it", async () => {
    await using open = await openFull();
    await open.post(3);
    const [oldest, ...others] = await open.letters();
    assert.deepEqual(open.dropped(), []);

    await open.post(1);

    const kept = await open.letters();
    assert.deepEqual(kept.slice(0, 2), others);
    assert.equal(kept.length, 3);
    assert.deepEqual(open.dropped(), [
      {
        type: "letterDropped",
        venId: open.venId,
        letterId: oldest?.letterId,
        message: "oadrRequestReregistration",
        state: "queued",
      },
    ]);
  });

  it("loses dead letters before any message that waits", async () => {
    await using open = await openFull();
    await open.post(2);
    await open.ven.drain();
    open.clock.advance(minutes(1));
    await open.ven.poll();
    const [first] = await open.letters();
    await open.vtn.mailboxes.resend(open.venId, first?.letterId ?? "");
    await open.post(1);
    const [oldest, dead, newest] = await open.letters();
    assert.deepEqual([oldest?.state, dead?.state, newest?.state], ["queued", "failed", "queued"]);

    await open.post(1);

    assert.deepEqual((await open.letters()).slice(0, 2), [oldest, newest]);
    assert.equal(open.dropped()[0]?.state, "failed");
  });

  it("keeps word of events, which is one letter however many there are", async () => {
    await using open = await openFull();
    await open.vtn.events.create(anEvent());

    await open.post(5);

    assert.equal((await open.letters()).length, 4);
    assert.ok((await open.ven.drain()).includes("oadrDistributeEvent"));
  });

  it("has a limit of at least 1", async () => {
    await assert.rejects(openVtn({ delivery: { maxLetters: 0 } }), {
      name: "RangeError",
      message: "delivery.maxLetters: expected a whole number of at least 1, got 0",
    });
  });
});
