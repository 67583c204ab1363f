import assert from "node:assert/strict";
import { hours, seconds, type Message } from "@openleadr/protocol";
import type { VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { aRegistration, expectMessage } from "../../../vtn/test/open-vtn.ts";
import { openTlsVtn } from "./over-tls.ts";

describe("a registration under another VEN's IDs, over mutual TLS", () => {
  it("ends nobody's registration but that of the peer's own certificate", async () => {
    await using open = await openTlsVtn({ onCreatePartyRegistration: newVenIds() });
    const [owner, thief] = [open.client(), open.client()];
    const { venId } = await owner.register("kitchen");

    const stolen = await thief.call("oadrCreatePartyRegistration", aRegistration({ venId, venName: "kitchen" }));

    assert.notEqual(stolen?.payload.venId, venId);
    assert.equal((await owner.call("oadrPoll", { venId }))?.name, "oadrResponse");
    const fingerprints = (await open.vtn.vens.list()).map(({ fingerprint }) => fingerprint);
    assert.deepEqual(fingerprints, [owner.fingerprint, thief.fingerprint]);
    assert.ok(!open.statuses.some(({ type }) => type === "unregistered"));
  });

  it("gets nothing that was set for that VEN, and tells no handler that it is that VEN", async () => {
    const asked: (string | undefined)[] = [];
    const venIds = newVenIds();
    const onCreatePartyRegistration: VtnOptions["onCreatePartyRegistration"] = (request, context) => {
      asked.push(context.venId);
      return venIds(request, context);
    };
    await using open = await openTlsVtn({ onCreatePartyRegistration });
    const { venId } = await open.client().register("kitchen");
    await open.vtn.vens.setPollFrequency(venId, hours(1));

    const payload = aRegistration({ venId, venName: "kitchen" });
    const answer = await open.client().call("oadrCreatePartyRegistration", payload);

    assert.equal(answer?.payload.requestedOadrPollFreq, seconds(10));
    assert.deepEqual(asked, [undefined, undefined]);
  });

  it("rule 514: is under the signature policy of all, not that VEN's", async () => {
    const signatures = { policy: "required" } as const;
    await using open = await openTlsVtn({ onCreatePartyRegistration: undefined, signatures });
    const [legacy, stranger] = [open.client(), open.client()];
    await open.vtn.vens.accept({ fingerprint: legacy.fingerprint, venId: "ven-1", signaturePolicy: "off" });
    const { venId } = await legacy.register("legacy");

    for (const asked of [venId, "no-such-ven", undefined]) {
      const payload = aRegistration({ venName: "legacy", ...(asked !== undefined && { venId: asked }) });
      await assert.rejects(stranger.call("oadrCreatePartyRegistration", payload), { status: 403 });
    }
    assert.equal((await legacy.call("oadrPoll", { venId }))?.name, "oadrResponse");
  });

  it("rule 406: ends the VEN's own registration, whatever it calls itself, when it gets another venID", async () => {
    await using open = await openTlsVtn({ onCreatePartyRegistration: newVenIds() });
    const owner = open.client();
    const first = await owner.register("kitchen");

    const second = await owner.register("pantry");

    assert.notEqual(second.venId, first.venId);
    const registered = (await open.vtn.vens.list()).map(({ venId, fingerprint }) => [venId, fingerprint]);
    assert.deepEqual(registered, [[second.venId, owner.fingerprint]]);
  });
});

describe("a registration under an accepted VEN's name, over mutual TLS", () => {
  for (const [title, accepted] of [
    ["accepted by name", { venName: "kitchen" }],
    ["accepted by name, with a venID", { venName: "kitchen", venId: "ven-1" }],
    ["accepted by venID", { venId: "ven-1" }],
  ] as const) {
    for (const own of ["a certificate of no VEN", "another VEN's certificate"] as const) {
      it(`tells who has ${own} nothing of the venID of a VEN ${title}`, async () => {
        await using open = await openTlsVtn({ onCreatePartyRegistration: undefined, acceptedVens: [accepted] });
        const brought = "venName" in accepted ? {} : { venId: accepted.venId };
        const payload = aRegistration({ venName: "kitchen", ...brought });
        const registered = await open.client().call("oadrCreatePartyRegistration", payload);
        const { venId = "" } = registered?.payload ?? {};
        const stranger = open.client();
        if (own === "another VEN's certificate") {
          await open.vtn.vens.accept({ fingerprint: stranger.fingerprint });
          await stranger.register("pantry");
        }

        for (const venName of ["kitchen", "pantry"]) {
          const [existing, missing] = [
            await stranger.answer(registering({ venId, venName })),
            await stranger.answer(registering({ venId: "no-such-ven", venName })),
          ];

          assert.deepEqual(existing, missing);
          const { response, venId: told } = expectMessage("oadrCreatedPartyRegistration", existing);
          assert.equal(told, undefined);
          if (own === "another VEN's certificate") assert.equal(response.responseCode, 463);
        }
      });
    }
  }
});

describe("a registration with a certificate that names nobody, over mutual TLS", () => {
  for (const [title, name] of [
    ["no common name", []],
    ["two common names", ["kitchen", "pantry"]],
  ] as const) {
    it(`is refused with 463 where the common name counts, and there is ${title}`, async () => {
      let asked = 0;
      await using open = await openTlsVtn({
        identifyBy: "commonName",
        onCreatePartyRegistration: () => (asked += 1) > 0,
      });
      const nobody = open.client({ name });

      const call = nobody.call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-1" }));

      await assert.rejects(call, { responseCode: 463, responseDescription: "registration refused" });
      assert.deepEqual([asked, await open.vtn.vens.list()], [0, []]);
    });
  }

  it("is that of the certificate's VEN where the fingerprint counts", async () => {
    await using open = await openTlsVtn();
    const nobody = open.client({ name: [] });

    const { venId } = await nobody.register("kitchen");

    assert.equal((await nobody.call("oadrPoll", { venId }))?.name, "oadrResponse");
    await assert.rejects(open.client({ name: [] }).call("oadrPoll", { venId }), { responseCode: 463 });
  });

  it("is that of the name's VEN where there is one", async () => {
    await using open = await openTlsVtn({ identifyBy: "commonName" });

    const { venId } = await open.client({ name: "kitchen" }).register("kitchen");

    assert.equal((await open.vtn.vens.get(venId))?.commonName, "kitchen");
    assert.equal((await open.client({ name: "kitchen" }).call("oadrPoll", { venId }))?.name, "oadrResponse");
  });
});

function registering(given: Parameters<typeof aRegistration>[0]): Message {
  return { name: "oadrCreatePartyRegistration", payload: aRegistration(given) };
}

/** A handler that gives a new venID to whoever asks. */
function newVenIds(): NonNullable<VtnOptions["onCreatePartyRegistration"]> {
  let vens = 0;
  return () => ({ venId: `ven-${(vens += 1)}` });
}
