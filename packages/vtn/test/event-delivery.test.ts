import assert from "node:assert/strict";
import { minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { afterNoon, anEvent } from "./events.ts";
import { expectMessage, noon, openVtn } from "./open-vtn.ts";

describe("deliveries of events", () => {
  it("go from queued to sent to answered, at each VEN", async () => {
    await using open = await openVtn({ listen: false });
    const kitchen = await open.register("kitchen");
    const pantry = await open.register("pantry");
    await open.vtn.events.create(anEvent());
    const about = { eventId: "event-1", modificationNumber: 0 };
    const deliveries = async () => open.vtn.events.deliveries("event-1");
    const queued = { ...about, state: "queued", tries: 0 };

    assert.deepEqual(await deliveries(), [
      { ...queued, venId: kitchen.venId },
      { ...queued, venId: pantry.venId },
    ]);
    await kitchen.drain();
    const sent = { ...about, venId: kitchen.venId, state: "sent", tries: 1, firstSentAt: noon, lastSentAt: noon };
    assert.deepEqual((await deliveries())[0], sent);
    await kitchen.respond({ eventId: "event-1" });
    const [answered, other] = await deliveries();

    const [answer] = await open.vtn.events.responses("event-1");
    assert.deepEqual(answered, { ...sent, state: "answered", answer });
    assert.equal(other?.state, "queued");
  });

  it("are queued again with a change, and keep the answer to the version before", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({ eventId: "event-1" });

    await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 1 } });

    const [delivery] = await open.vtn.events.deliveries("event-1");
    assert.deepEqual([delivery?.state, delivery?.tries, delivery?.modificationNumber], ["queued", 0, 1]);
    assert.equal(delivery?.answer?.modificationNumber, 0);
  });

  it("are of events that there are", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ venIds: ["other"] }));

    assert.deepEqual(await open.vtn.events.deliveries("event-1"), []);
    await assert.rejects(open.vtn.events.deliveries("event-2"), { responseCode: 452 });
    await assert.rejects(open.vtn.events.resend("event-2", ven.venId), { responseCode: 452 });
    await assert.rejects(open.vtn.events.resend("event-1", ven.venId), { responseCode: 452 });
  });
});

describe("events that are not answered", () => {
  for (const [title, isCancelled] of [
    ["an event", false],
    ["a cancelled event", true],
  ] as const) {
    it(`rule 52: gives ${title} up after a defined number of tries`, async () => {
      await using open = await openVtn({ listen: false, delivery: { maxTries: 3 } });
      const ven = await open.register();
      await open.vtn.events.create(anEvent());
      if (isCancelled) {
        await ven.drain();
        await ven.respond({ eventId: "event-1" });
        await open.vtn.events.cancel("event-1");
      }

      const names: string[] = [];
      for (let poll = 0; poll < 20; poll++) {
        names.push(...(await ven.drain()));
        open.clock.advance(seconds(10));
      }

      const [delivery] = await open.vtn.events.deliveries("event-1");
      assert.equal(names.length, 3);
      assert.deepEqual([delivery?.state, delivery?.tries], ["failed", 3]);
      assert.deepEqual(delivery?.failedAt, afterNoon(seconds(70)));
      assert.equal(delivery?.error, "not answered in 3 tries");
      assert.deepEqual(await open.vtn.mailboxes.list(ven.venId), []);
      const failures = open.statuses.filter(({ type }) => type === "deliveryFailed");
      assert.deepEqual(failures, [
        {
          type: "deliveryFailed",
          venId: ven.venId,
          letterId: undefined,
          message: "oadrDistributeEvent",
          eventIds: ["event-1"],
          error: "not answered in 3 tries",
        },
      ]);
    });

    it(`sends ${title} again when wanted, as often as a new one`, async () => {
      await using open = await openVtn({ listen: false, delivery: { maxTries: 1 } });
      const ven = await open.register();
      await open.vtn.events.create(anEvent());
      await ven.drain();
      await ven.respond({ eventId: "event-1" });
      if (isCancelled) await open.vtn.events.cancel("event-1");
      else await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 1 } });
      await ven.drain();
      open.clock.advance(seconds(10));
      assert.deepEqual(await ven.drain(), []);

      await open.vtn.events.resend("event-1", ven.venId);
      const { events } = expectMessage("oadrDistributeEvent", await ven.poll());
      await ven.respond({ eventId: "event-1", modificationNumber: 1 });

      assert.equal(events.length, 1);
      const [delivery] = await open.vtn.events.deliveries("event-1");
      assert.deepEqual([delivery?.state, delivery?.failedAt, delivery?.error], ["answered", undefined, undefined]);
      open.clock.advance(minutes(5));
      assert.deepEqual(await ven.drain(), []);
    });
  }

  it("takes a late answer all the same", async () => {
    await using open = await openVtn({ listen: false, delivery: { maxTries: 1 } });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    open.clock.advance(seconds(10));
    await ven.drain();

    assert.equal(await ven.respond({ eventId: "event-1" }), 200);

    const [delivery] = await open.vtn.events.deliveries("event-1");
    assert.equal(delivery?.state, "answered");
  });

  it("goes on sending them along with others, as long as they last", async () => {
    await using open = await openVtn({ listen: false, delivery: { maxTries: 1 } });
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ eventId: "a" }));
    await ven.drain();
    open.clock.advance(seconds(10));
    await ven.drain();

    await open.vtn.events.create(anEvent({ eventId: "b" }));

    const { events } = expectMessage("oadrDistributeEvent", await ven.poll());
    assert.equal(events.length, 2);
  });

  it("sends an event again on demand that is answered already", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({ eventId: "event-1" });

    await open.vtn.events.resend("event-1", ven.venId);

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await ven.drain(), []);
  });

  for (const [name, options] of [
    ["delivery.maxTries", { delivery: { maxTries: 0 } }],
    ["delivery.answerTimeout", { delivery: { answerTimeout: seconds(0) } }],
    ["push.maxAttempts", { push: { maxAttempts: 1.5 } }],
    ["push.concurrency", { push: { concurrency: 0 } }],
    ["push.requestTimeout", { push: { requestTimeout: seconds(0) } }],
    ["push.maxBackOff", { push: { maxBackOff: seconds(0) } }],
    ["push.allowedHosts", { push: { allowedHosts: ["http://ven"] } }],
  ] as const) {
    it(`refuses ${name} out of range`, async () => {
      await assert.rejects(openVtn(options), { name: "RangeError", message: new RegExp(`^${name}: expected`) });
    });
  }
});
