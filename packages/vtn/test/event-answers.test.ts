import assert from "node:assert/strict";
import { hours, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { EventAnswer } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { noon, openVtn } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("EiEvent: answers", () => {
  it("rule 16: keeps the answer of each VEN, and hands it on", async () => {
    const handed: EventAnswer[] = [];
    await using open = await openVtn({ onCreatedEvent: (answer) => void handed.push(answer) });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();

    const code = await ven.respond({ eventId: "event-1", optType: "optOut", responseDescription: "too hot" });

    const { venId } = ven;
    const answer = { eventId: "event-1", venId, modificationNumber: 0, optType: "optOut", responseCode: 200 };
    assert.equal(code, 200);
    assert.deepEqual(handed, [{ ...answer, responseDescription: "too hot", answeredAt: noon }]);
    assert.deepEqual(await open.vtn.events.responses("event-1"), handed);
    assert.deepEqual(open.statuses.at(-1), {
      type: "eventAnswered",
      venId,
      eventId: "event-1",
      optType: "optOut",
      responseCode: 200,
    });
  });

  it("rule 17: takes an optOut that comes after an optIn", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    await ven.respond({ optType: "optIn" });
    await ven.respond({ optType: "optOut" });

    assert.deepEqual(
      (await open.vtn.events.responses("event-1")).map(({ optType }) => optType),
      ["optOut"],
    );
  });

  it("takes an answer to an event that is over", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    open.clock.advance(hours(2));

    assert.equal(await ven.respond({ eventId: "event-1" }), 200);
  });

  it("keeps the refusal of an event with its code", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    await ven.respond({ responseCode: 460, optType: "optOut" });

    assert.deepEqual(
      (await open.vtn.events.responses("event-1")).map(({ responseCode }) => responseCode),
      [460],
    );
  });

  it("rule 48: refuses an answer to an unknown event with 452", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    assert.equal(await ven.respond({ eventId: "nonsense" }), 452);
  });

  it("rule 48: refuses an answer to another VEN's event with 452", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    await open.vtn.events.create(anEvent({ venIds: [kitchen.venId] }));

    assert.equal(await pantry.respond({ eventId: "event-1" }), 452);
    assert.deepEqual(await open.vtn.events.responses("event-1"), []);
  });

  for (const responseCode of [200, 450]) {
    it(`rule 48: refuses an answer with ${responseCode} to another version with 450`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      await open.vtn.events.create(anEvent());
      await ven.respond({ eventId: "event-1" });

      assert.equal(await ven.respond({ eventId: "event-1", modificationNumber: 7, responseCode }), 450);

      assert.deepEqual(
        (await open.vtn.events.responses("event-1")).map(({ modificationNumber }) => modificationNumber),
        [0],
      );
    });
  }

  it("rule 19: takes the good answers beside a bad one", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    for (const eventId of ["a", "b"]) await open.vtn.events.create(anEvent({ eventId }));

    const code = await ven.respond({ eventId: "a" }, { eventId: "nonsense" }, { eventId: "b" });

    assert.equal(code, 452);
    assert.equal((await open.vtn.events.responses("a")).length, 1);
    assert.equal((await open.vtn.events.responses("b")).length, 1);
  });

  it("rule 25: ignores the answers of a VEN that reports an error", async () => {
    await using open = await openVtn();
    const { venId } = await open.register();
    await open.vtn.events.create(anEvent());

    const eventResponses = [
      { responseCode: 200, requestId: "", eventId: "event-1", modificationNumber: 0, optType: "optIn" },
    ] as const;
    const payload = { response: { responseCode: 452, requestId: "req-7" }, eventResponses, venId };
    const answer = await open.call("oadrCreatedEvent", payload);

    assert.deepEqual(answer?.payload.response, { responseCode: 200, responseDescription: "OK", requestId: "req-7" });
    assert.deepEqual(await open.vtn.events.responses("event-1"), []);
  });

  it("keeps no answer that its handler failed to take, and asks for it again", async () => {
    await using open = await openVtn({ ...inMemory, onCreatedEvent: () => Promise.reject(new Error("not now")) });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();

    const code = await ven.respond({ eventId: "event-1" });
    open.clock.advance(seconds(10));

    assert.equal(code, 469);
    assert.deepEqual(await open.vtn.events.responses("event-1"), []);
    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
  });

  it("forgets the answers of a VEN that is no longer registered", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const { venId, registrationId } = ven;
    await open.vtn.events.create(anEvent());
    await ven.respond({ eventId: "event-1" });

    await open.call("oadrCancelPartyRegistration", { requestId: "req-7", registrationId, venId });

    assert.deepEqual(await open.vtn.events.responses("event-1"), []);
  });
});
