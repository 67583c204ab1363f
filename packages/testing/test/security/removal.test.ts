import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { anEvent } from "../../../vtn/test/events.ts";
import { openVtn } from "../../../vtn/test/open-vtn.ts";
import { endOf } from "./certified.ts";
import { openTlsVtn } from "./over-tls.ts";

describe("vens.remove, over mutual TLS", () => {
  it("has all that the VEN sends refused with 463 at once, and says so", async () => {
    await using open = await openTlsVtn();
    const client = open.client();
    const { venId, registrationId } = await client.register("kitchen");

    assert.equal(await open.vtn.vens.remove(venId), true);

    await assert.rejects(client.call("oadrPoll", { venId }), { responseCode: 463 });
    const cancel = { requestId: "req-1", registrationId, venId };
    await assert.rejects(client.call("oadrCancelPartyRegistration", cancel), { responseCode: 463 });
    assert.deepEqual(
      open.statuses.filter(({ type }) => type === "unregistered"),
      [{ type: "unregistered", venId }],
    );
    assert.deepEqual([await open.vtn.vens.list(), await open.vtn.vens.remove(venId)], [[], false]);
  });

  for (const [title, options] of [
    ["a handler that lets everybody in", {}],
    ["a list that still has it", { venLookup: () => ({ registrationId: "registration-1" }) }],
  ] as const) {
    it(`keeps a VEN from coming back with its certificate, where it is refused, in spite of ${title}`, async () => {
      await using open = await openTlsVtn(options);
      const [client, other] = [open.client(), open.client()];
      const { venId } = await client.register("kitchen");

      await open.vtn.vens.remove(venId, { refuse: true });

      await assert.rejects(client.register("kitchen"), { responseCode: 463 });
      await assert.rejects(client.call("oadrPoll", { venId }), { responseCode: 463 });
      assert.deepEqual(await open.vtn.vens.list(), []);
      assert.ok((await other.register("kitchen")).venId);
    });
  }

  it("refuses the certificate that was to replace that of the VEN, too", async () => {
    await using open = await openTlsVtn({ onCreatePartyRegistration: undefined });
    const [before, after] = [open.client(), open.client()];
    await open.vtn.vens.accept({ fingerprint: before.fingerprint, venId: "ven-1" });
    await before.register("kitchen");
    await open.vtn.vens.accept({ fingerprint: after.fingerprint, venId: "ven-1" });

    await open.vtn.vens.remove("ven-1", { refuse: true });

    for (const client of [before, after]) await assert.rejects(client.register("kitchen"), { responseCode: 463 });
  });
});

describe("vens.remove", () => {
  it("forgets what waited for the VEN and what was requested of it", async () => {
    await using open = await openVtn({ listen: false, onRegisterReport: () => ({ granularity: minutes(1) }) });
    const { venId } = await open.register("kitchen");
    await open.vtn.events.create(anEvent());
    await open.vtn.vens.requestReregistration(venId);

    await open.vtn.vens.remove(venId);

    assert.deepEqual(await open.vtn.mailboxes.list(venId), []);
    await assert.rejects(open.vtn.vens.requestReregistration(venId), { name: "RangeError" });
  });

  it("refuses a VEN without a certificate by its venID and its name", async () => {
    await using open = await openVtn({ listen: false });
    const { venId } = await open.register("kitchen");

    await open.vtn.vens.remove(venId, { refuse: true });

    await assert.rejects(open.register("kitchen"), { responseCode: 463 });
    assert.deepEqual(
      (await open.vtn.vens.admissions()).map(({ subject }) => subject),
      [{ venId }, { venName: "kitchen" }],
    );
  });

  it("lets no VEN in that is refused while the handler thinks about it", async () => {
    await using open = await openVtn({
      listen: false,
      onCreatePartyRegistration: async ({ venName = "" }) => {
        await open.vtn.vens.refuse({ venName });
        return true;
      },
    });

    await assert.rejects(endOf(open).register("kitchen"), { responseCode: 463 });

    assert.deepEqual(await open.vtn.vens.list(), []);
  });
});
