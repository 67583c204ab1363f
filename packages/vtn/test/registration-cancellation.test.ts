import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { anEvent } from "./events.ts";
import { expectMessage, openVtn } from "./open-vtn.ts";

describe("EiRegisterParty: cancellation by the VEN", () => {
  it("rule 407: forgets the VEN, and tells so", async () => {
    const told: string[] = [];
    await using open = await openVtn({ onCancelPartyRegistration: (venId) => void told.push(venId) });
    const { venId, registrationId } = await open.register();

    const payload = { requestId: "req-7", registrationId, venId };
    const answer = await open.call("oadrCancelPartyRegistration", payload);

    const response = { responseCode: 200, responseDescription: "OK", requestId: "req-7" };
    assert.deepEqual(answer?.payload, { response, registrationId, venId });
    assert.deepEqual(await open.vtn.vens.list(), []);
    assert.deepEqual(told, [venId]);
    assert.deepEqual(open.statuses.at(-1), { type: "unregistered", venId });
    await assert.rejects(open.call("oadrPoll", { venId }), { responseCode: 463 });
  });

  it("rule 517: tells a VEN that has left while its message was dealt with that it is not registered", async () => {
    await using open = await openVtn({
      onCreatedEvent: async (_, { venId = "" }) => {
        await open.call("oadrCancelPartyRegistration", { requestId: "req-8", registrationId, venId });
      },
    });
    const ven = await open.register();
    const { registrationId } = ven;
    await open.vtn.events.create(anEvent());
    await ven.requestEvents();

    assert.equal(await ven.respond({ eventId: "event-1" }), 463);
    assert.deepEqual(open.errors, []);
  });

  for (const [title, ids, code] of [
    ["a registrationID that is not the VEN's", { registrationId: "nonsense" }, 452],
    ["a venID that nobody has", { venId: "nonsense" }, 463],
  ] as const) {
    it(`rule 400: refuses ${title} with ${code}, and the registration stays`, async () => {
      await using open = await openVtn();
      const { venId, registrationId } = await open.register();

      const payload = { requestId: "req-7", registrationId, venId, ...ids };
      const answer = await open.answer({ name: "oadrCancelPartyRegistration", payload });

      const { response } = expectMessage("oadrCanceledPartyRegistration", answer);
      assert.deepEqual([response.responseCode, response.requestId], [code, "req-7"]);
      assert.equal((await open.vtn.vens.list()).length, 1);
    });
  }

  it("keeps the registration when the handler fails", async () => {
    await using open = await openVtn({ onCancelPartyRegistration: () => Promise.reject(new Error("not now")) });
    const { venId, registrationId } = await open.register();

    const call = open.call("oadrCancelPartyRegistration", { requestId: "req-7", registrationId, venId });

    await assert.rejects(call, { responseCode: 469 });
    assert.equal((await open.vtn.vens.list()).length, 1);
  });
});

describe("EiRegisterParty: cancellation by the VTN", () => {
  it("rule 407: is asked for with the VEN's next poll, and done when the VEN says so", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { venId, registrationId } = ven;

    await open.vtn.vens.cancelPartyRegistration(venId);
    const { requestId, ...asked } = expectMessage("oadrCancelPartyRegistration", await ven.poll());
    const response = { responseCode: 200, requestId };
    const answer = await open.call("oadrCanceledPartyRegistration", { response, registrationId, venId });

    assert.deepEqual(asked, { registrationId, venId });
    assert.deepEqual(answer?.payload.response, { responseCode: 200, responseDescription: "OK", requestId });
    assert.deepEqual(await open.vtn.vens.list(), []);
  });

  it("leaves the registration when the VEN says no", async () => {
    await using open = await openVtn();
    const { venId, registrationId } = await open.register();

    const response = { responseCode: 452, requestId: "req-7" };
    await open.call("oadrCanceledPartyRegistration", { response, registrationId, venId });

    assert.equal((await open.vtn.vens.list()).length, 1);
  });

  it("rule 400: refuses the end of an older registration with 452", async () => {
    await using open = await openVtn();
    const { venId, registrationId } = await open.register("kitchen");
    await open.register("kitchen");

    const response = { responseCode: 200, requestId: "req-7" };
    const call = open.call("oadrCanceledPartyRegistration", { response, registrationId, venId });

    await assert.rejects(call, { responseCode: 452 });
    assert.equal((await open.vtn.vens.list()).length, 1);
  });

  it("knows a VEN that leaves its venID out by its registrationID", async () => {
    await using open = await openVtn();
    await open.register("pantry");
    const { registrationId } = await open.register("kitchen");

    const response = { responseCode: 200, requestId: "req-7" };
    const answer = await open.answer({ name: "oadrCanceledPartyRegistration", payload: { response, registrationId } });

    assert.equal(expectMessage("oadrResponse", answer).response.responseCode, 200);
    assert.deepEqual(
      (await open.vtn.vens.list()).map(({ venName }) => venName),
      ["pantry"],
    );
  });

  for (const [title, ids, code] of [
    ["a registrationID that nobody has", { registrationId: "nonsense" }, 463],
    ["no ID at all", {}, 459],
  ] as const) {
    it(`rule 400: refuses ${title} with ${code}`, async () => {
      await using open = await openVtn();
      await open.register("kitchen");

      const response = { responseCode: 200, requestId: "req-7" };
      const answer = await open.answer({ name: "oadrCanceledPartyRegistration", payload: { response, ...ids } });

      const said = expectMessage("oadrResponse", answer).response;
      assert.deepEqual([said.responseCode, said.requestId], [code, "req-7"]);
      assert.equal((await open.vtn.vens.list()).length, 1);
    });
  }
});
