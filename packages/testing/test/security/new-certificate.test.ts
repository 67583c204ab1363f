import assert from "node:assert/strict";
import { Ven } from "@openleadr/ven";
import type { KnownVen, RegistrationTerms, VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { aRegistration, expectMessage, type OpenVtn } from "../../../vtn/test/open-vtn.ts";
import { openTlsVtn, type OpenTlsVtn, type TlsClient } from "./over-tls.ts";

type Handler = NonNullable<VtnOptions["onCreatePartyRegistration"]>;

describe("onCreatePartyRegistration: a new certificate, over mutual TLS", () => {
  for (const [title, ids] of [
    ["venID", { venId: "ven-1" }],
    ["name", { venName: "kitchen" }],
  ] as const) {
    it(`replaces that of the VEN whose ${title} is brought, where the answer names venID and certificate`, async () => {
      await using open = await openTlsVtn({ onCreatePartyRegistration: replacing });
      const { before, after } = await registeredBefore(open);

      const answer = await after.call("oadrCreatePartyRegistration", aRegistration(ids));

      assert.equal(answer?.payload.venId, "ven-1");
      assert.equal((await open.vtn.vens.get("ven-1"))?.fingerprint, after.fingerprint);
      assert.equal((await after.call("oadrPoll", { venId: "ven-1" }))?.name, "oadrRegisterReport");
      await assert.rejects(before.call("oadrPoll", { venId: "ven-1" }), { responseCode: 463 });
      assert.deepEqual(changesIn(open), [[before.fingerprint, after.fingerprint]]);
    });
  }

  for (const [title, answer] of [
    ["yes", () => true],
    ["the venID alone", () => ({ venId: "ven-1" })],
    ["the certificate alone", ({ fingerprint }) => ({ fingerprint })],
    ["another certificate", () => ({ venId: "ven-1", fingerprint: "00:11:22:33:44:55:66:77:88:99" })],
  ] satisfies readonly (readonly [string, (client: TlsClient) => boolean | RegistrationTerms])[]) {
    it(`is refused with 463 where the answer is ${title}`, async () => {
      const answers: (() => boolean | RegistrationTerms)[] = [() => ({ venId: "ven-1" })];
      await using open = await openTlsVtn({ onCreatePartyRegistration: () => answers.at(-1)?.() ?? false });
      const { before, after } = await registeredBefore(open);
      answers.push(() => answer(after));

      const call = after.call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-1" }));

      await assert.rejects(call, { responseCode: 463 });
      assert.equal((await open.vtn.vens.get("ven-1"))?.fingerprint, before.fingerprint);
      assert.deepEqual(changesIn(open), []);
    });
  }

  it("is claimed by nobody who is known by its certificate, and by who names a VEN that it is not", async () => {
    const claims: unknown[] = [];
    const onCreatePartyRegistration: Handler = ({ venName = "" }, { venId, claimedVenId }) => {
      claims.push([venName, venId, claimedVenId]);
      return claimedVenId === undefined && { venId: `${venName}-1` };
    };
    await using open = await openTlsVtn({ onCreatePartyRegistration });
    const [kitchen, pantry] = [open.client(), open.client()];
    await kitchen.register("kitchen");
    await pantry.register("pantry");

    for (const [client, given] of [
      [kitchen, { venName: "kitchen" }],
      [kitchen, { venName: "kitchen", venId: "kitchen-1" }],
      [kitchen, { venName: "pantry", venId: "pantry-1" }],
      [open.client(), { venName: "pantry" }],
      [open.client(), { venName: "nobody", venId: "nobody-1" }],
    ] as const)
      await client.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration(given) });

    assert.deepEqual(claims.slice(2), [
      ["kitchen", "kitchen-1", undefined],
      ["kitchen", "kitchen-1", undefined],
      ["pantry", "kitchen-1", "pantry-1"],
      ["pantry", undefined, "pantry-1"],
      ["nobody", undefined, undefined],
    ]);
  });

  it("lets a VEN that starts with a new one go on under its venID", async () => {
    await using open = await openTlsVtn({ onCreatePartyRegistration: replacing });
    const venIds: (string | undefined)[] = [];

    for (const { certificate, key } of [open.client(), open.client()]) {
      const tls = { certificate, key, ca: open.ca };
      await using ven = new Ven({ venName: "kitchen", vtnUrl: open.vtn.url ?? "", tls, onEvent: () => "optIn" });
      await ven.start();
      venIds.push(ven.venId);
    }

    assert.deepEqual(venIds, ["ven-1", "ven-1"]);
  });
});

describe("venLookup: a new certificate, over mutual TLS", () => {
  for (const [title, options] of [
    ["by the list alone", { onCreatePartyRegistration: undefined }],
    ["with a handler that lets everybody in", {}],
  ] as const) {
    it(`is taken as soon as the list names it, ${title}`, async () => {
      const listed = new Map<string, KnownVen>();
      await using open = await openTlsVtn({ venLookup: (venId) => listed.get(venId), ...options });
      const [before, after] = [open.client(), open.client()];
      listed.set("ven-1", { registrationId: "registration-1", fingerprint: before.fingerprint });
      const registering = aRegistration({ venId: "ven-1" });
      await before.call("oadrCreatePartyRegistration", registering);
      await assert.rejects(after.call("oadrCreatePartyRegistration", registering), { responseCode: 463 });

      listed.set("ven-1", { registrationId: "registration-1", fingerprint: after.fingerprint });
      const answer = await after.call("oadrCreatePartyRegistration", registering);

      assert.equal(answer?.payload.venId, "ven-1");
      const update = await after.answer({ name: "oadrUpdateReport", payload: { requestId: "req-1", reports: [] } });
      assert.equal(expectMessage("oadrUpdatedReport", update).venId, "ven-1");
      await assert.rejects(before.call("oadrPoll", { venId: "ven-1" }), { responseCode: 463 });
      assert.deepEqual(changesIn(open), [[before.fingerprint, after.fingerprint]]);
    });
  }

  it("is told of when the VEN only polls with it", async () => {
    let fingerprint = "";
    await using open = await openTlsVtn({ venLookup: () => ({ registrationId: "registration-1", fingerprint }) });
    const [before, after] = [open.client(), open.client()];
    ({ fingerprint } = before);
    await before.call("oadrPoll", { venId: "ven-1" });

    ({ fingerprint } = after);
    await after.call("oadrPoll", { venId: "ven-1" });

    assert.deepEqual(changesIn(open), [[before.fingerprint, after.fingerprint]]);
  });

  it("is not taken where the list names none and the VEN has shown one, unless somebody decides it", async () => {
    await using open = await openTlsVtn({ venLookup: () => ({ registrationId: "registration-1" }) });
    const [first, other] = [open.client(), open.client()];
    await first.call("oadrPoll", { venId: "ven-1" });

    await assert.rejects(other.call("oadrPoll", { venId: "ven-1" }), { responseCode: 463 });
    assert.equal((await open.vtn.vens.get("ven-1"))?.fingerprint, first.fingerprint);
    await open.vtn.vens.accept({ fingerprint: other.fingerprint, venId: "ven-1" });

    assert.equal((await other.call("oadrPoll", { venId: "ven-1" }))?.name, "oadrResponse");
  });

  it("tells who shows another one the same of a venID on the list as of any other", async () => {
    const known = { registrationId: "registration-1", fingerprint: "00:11:22:33:44:55:66:77:88:99" };
    await using open = await openTlsVtn({
      onCreatePartyRegistration: undefined,
      venLookup: (venId) => (venId === "ven-1" ? known : undefined),
    });
    const stranger = open.client();
    const register = async (venId: string) =>
      stranger.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration({ venId }) });

    assert.deepEqual(await register("ven-1"), await register("no-such-ven"));
  });
});

/** A handler that gives the VEN `ven-1` whatever certificate claims to be its. */
const replacing: Handler = (_request, { claimedVenId: venId, peer: { fingerprint } }) =>
  venId === undefined ? { venId: "ven-1" } : { venId, fingerprint };

/** The VEN `ven-1` named `kitchen`, and one more certificate. */
async function registeredBefore(open: OpenTlsVtn): Promise<{ readonly before: TlsClient; readonly after: TlsClient }> {
  const [before, after] = [open.client(), open.client()];
  await before.register("kitchen");
  return { before, after };
}

/** The certificates that were replaced, and by which. */
function changesIn({ events }: Pick<OpenTlsVtn, "events"> & OpenVtn): readonly unknown[] {
  return events.flatMap((event) => (event.type === "certificateChanged" ? [[event.before, event.fingerprint]] : []));
}
