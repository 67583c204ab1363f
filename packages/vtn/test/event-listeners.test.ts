import assert from "node:assert/strict";
import { minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { EventListeners } from "../src/event/event-listeners.ts";
import type { EventAnswer, EventDelivery } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { noon, openVtn, type OpenVtn, type TestVen } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("EiEvent: a VEN's answer as a promise", () => {
  it("resolves with the answer when it comes", async () => {
    await using open = await openVtn();
    const ven = await aVenWithEvent(open);

    const response = open.vtn.events.response("event-1", ven.venId);
    await ven.respond({ optType: "optOut" });

    assert.deepEqual(await response, {
      eventId: "event-1",
      venId: ven.venId,
      modificationNumber: 0,
      optType: "optOut",
      responseCode: 200,
      answeredAt: noon,
    });
  });

  it("resolves with the answer that is there, to everybody who asks", async () => {
    await using open = await openVtn(inMemory);
    const ven = await aVenWithEvent(open);
    await ven.respond({});

    const responses = [1, 2].map(() => open.vtn.events.response("event-1", ven.venId));

    assert.deepEqual(
      (await Promise.all(responses)).map(({ optType }) => optType),
      ["optIn", "optIn"],
    );
  });

  it("waits for that VEN and that event alone", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await aVenWithEvent(open), await open.register("pantry")];
    await open.vtn.events.create(anEvent({ eventId: "other" }));

    const response = open.vtn.events.response("event-1", kitchen.venId);
    await pantry.respond({ optType: "optOut" });
    await kitchen.respond({ eventId: "other", optType: "optOut" });
    await kitchen.respond({});

    assert.equal((await response).optType, "optIn");
  });

  it("rule 48: after a change, waits for the answer to the new version", async () => {
    await using open = await openVtn(inMemory);
    const ven = await aVenWithEvent(open);
    await ven.respond({});
    await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 3 } });

    const response = open.vtn.events.response("event-1", ven.venId);
    await ven.respond({ modificationNumber: 1, optType: "optOut" });

    assert.equal((await response).optType, "optOut");
  });

  it("rule 36: resolves with the answer to the cancellation if the event is called off", async () => {
    await using open = await openVtn(inMemory);
    const ven = await aVenWithEvent(open);
    const response = open.vtn.events.response("event-1", ven.venId);

    await open.vtn.events.cancel("event-1");
    await ven.respond({ modificationNumber: 1 });

    assert.equal((await response).modificationNumber, 1);
  });

  it("rejects with the reason of the signal, before and while it waits", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await aVenWithEvent(open);
    const stopping = new AbortController();
    const reason = new Error("enough");

    const response = open.vtn.events.response("event-1", venId, { signal: stopping.signal });
    stopping.abort(reason);

    await assert.rejects(response, reason);
    await assert.rejects(open.vtn.events.response("event-1", venId, { signal: stopping.signal }), reason);
  });

  it("refuses to wait for an unknown event, or for a VEN that does not get it, with 452", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent({ venIds: ["kitchen"] }));

    await assert.rejects(open.vtn.events.response("nonsense", "kitchen"), { responseCode: 452 });
    await assert.rejects(open.vtn.events.response("event-1", "pantry"), { responseCode: 452 });
  });
});

describe("EiEvent: the listener of an event", () => {
  it("hears of every delivery and every answer, across a change and a cancellation", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { listener, deliveries, answers } = aListener();
    await open.vtn.events.create(anEvent(), listener);
    await open.vtn.events.create(anEvent({ eventId: "other" }));

    await ven.drain();
    open.clock.advance(seconds(10));
    await ven.drain();
    await ven.respond({});
    await ven.respond({ optType: "optOut" });
    await ven.respond({ eventId: "other" });
    await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 3 } });
    await ven.drain();
    await ven.respond({ modificationNumber: 1 });
    await open.vtn.events.cancel("event-1");
    await ven.drain();
    await ven.respond({ modificationNumber: 2 });

    assert.deepEqual(
      deliveries,
      [0, 0, 1, 2].map((modificationNumber) => ({ eventId: "event-1", venId: ven.venId, modificationNumber })),
    );
    assert.deepEqual(
      answers.map(({ modificationNumber, optType }) => [modificationNumber, optType]),
      [
        [0, "optIn"],
        [0, "optOut"],
        [1, "optIn"],
        [2, "optIn"],
      ],
    );
  });

  it("is called once the answer is stored", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const stored: number[] = [];
    const onAnswered = async ({ eventId }: EventAnswer): Promise<void> =>
      void stored.push((await open.vtn.events.responses(eventId)).length);
    await open.vtn.events.create(anEvent(), { onAnswered });

    await ven.respond({});
    await Promise.resolve();

    assert.deepEqual(stored, [1]);
  });

  for (const [title, fail] of [
    ["throws", () => assert.fail("not now")],
    ["rejects", () => Promise.reject(new Error("not now"))],
  ] as const) {
    it(`is logged and harms nobody when it ${title}`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      await open.vtn.events.create(anEvent(), { onDelivered: fail, onAnswered: fail });

      assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
      assert.equal(await ven.respond({}), 200);

      assert.deepEqual(
        open.errors.map((fields) => ({ ...fields, error: (fields.error as Error).message })),
        [1, 2].map(() => ({ error: "not now", eventId: "event-1", venId: ven.venId })),
      );
    });
  }

  it("holds up nobody when it never ends", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent(), { onDelivered: neverEnds, onAnswered: neverEnds });

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    assert.equal(await ven.respond({}), 200);
  });

  it("hears nothing of an event of that ID that was there before", async () => {
    await using open = await openVtn(inMemory);
    const ven = await aVenWithEvent(open);
    const { listener, deliveries, answers } = aListener();

    await assert.rejects(open.vtn.events.create(anEvent(), listener), { responseCode: 451 });
    await ven.requestEvents();
    await ven.respond({});

    assert.deepEqual([...deliveries, ...answers], []);
  });

  it("may be removed while it is called", () => {
    const listeners = new EventListeners(console);
    const heard: string[] = [];
    const remove = listeners.add("event-1", {
      onDelivered: () => {
        remove();
        heard.push("first");
      },
    });
    listeners.add("event-1", { onDelivered: () => void heard.push("second") });

    for (const modificationNumber of [0, 1])
      listeners.delivered({ eventId: "event-1", venId: "kitchen", modificationNumber });

    assert.deepEqual(heard, ["first", "second", "second"]);
  });
});

function neverEnds(): Promise<void> {
  return new Promise(() => {});
}

async function aVenWithEvent(open: OpenVtn): Promise<TestVen> {
  const ven = await open.register();
  await open.vtn.events.create(anEvent({ startsIn: minutes(10) }));
  await ven.drain();
  return ven;
}

function aListener() {
  const deliveries: EventDelivery[] = [];
  const answers: EventAnswer[] = [];
  const onDelivered = (delivery: EventDelivery): void => void deliveries.push(delivery);
  const onAnswered = (answer: EventAnswer): void => void answers.push(answer);
  return { listener: { onDelivered, onAnswered }, deliveries, answers };
}
