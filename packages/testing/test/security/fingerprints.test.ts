// However a fingerprint is written, it stands for the same certificate.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { Ven, type VenOptions } from "@openleadr/ven";
import type { VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { aRegistration, openVtn } from "../../../vtn/test/open-vtn.ts";
import { openOverTls, tlsOf, venIdentity, vtnIdentity } from "../push/over-tls.ts";
import { endOf, kitchen, pantry, signed } from "./certified.ts";
import { inMemoryTransport } from "@openleadr/transport";

const { certificate, fingerprint } = kitchen.peer;
const sha256 = certificate?.fingerprint256 ?? "";
const writings = {
  "as OpenADR writes it": fingerprint,
  "in small letters": fingerprint.toLowerCase(),
  "without colons": fingerprint.replaceAll(":", ""),
  "as SHA-256": sha256,
  "as SHA-256 in small letters without colons": sha256.replaceAll(":", "").toLowerCase(),
};

describe("a VTN that is given a fingerprint", () => {
  const byList = { listen: false, onCreatePartyRegistration: undefined } as const;
  const request = aRegistration({ venName: "kitchen" });

  for (const [how, written] of Object.entries(writings)) {
    it(`keeps the VEN out that it refuses by one ${how}`, async () => {
      await using open = await openVtn({ listen: false });
      await open.vtn.vens.refuse({ fingerprint: written });

      const { call } = endOf(open, kitchen.peer);

      await assert.rejects(call("oadrCreatePartyRegistration", request), { responseCode: 463 });
      assert.equal(await open.vtn.vens.forget({ fingerprint }), true);
    });

    for (const [title, options] of [
      ["accepts by one", { acceptedVens: [{ fingerprint: written, venId: "id-7" }] }],
      ["lists with one", { venLookup: () => ({ registrationId: "r-1", fingerprint: written }) }],
      ["answers with one", { onCreatePartyRegistration: () => ({ venId: "id-7", fingerprint: written }) }],
    ] satisfies readonly (readonly [string, Partial<VtnOptions>])[]) {
      it(`lets the VEN in, and nobody else, that it ${title} ${how}`, async () => {
        await using open = await openVtn({ ...byList, ...options });
        const apply = (peer: typeof kitchen.peer) =>
          endOf(open, peer).call("oadrCreatePartyRegistration", { ...request, venId: "id-7" });

        await assert.rejects(apply(pantry.peer), { responseCode: 463 });
        assert.equal((await apply(kitchen.peer))?.payload.venId, "id-7");
      });
    }

    it(`takes the signature of who signs with one ${how}`, async () => {
      const acceptedVens = [{ venName: "kitchen", signerFingerprints: [written] }];
      await using open = await openVtn({ ...byList, acceptedVens, signatures: { policy: "required" } });
      const apply = async (party: typeof kitchen) =>
        inMemoryTransport(open.vtn.handler)(
          "EiRegisterParty",
          await signed({ name: "oadrCreatePartyRegistration", payload: request }, party),
        );

      await assert.rejects(apply(pantry), { status: 403 });
      await apply(kitchen);

      assert.equal((await open.vtn.vens.list()).length, 1);
    });
  }

  for (const written of ["", "AA:BB", `${fingerprint}:00`]) {
    it(`takes ${JSON.stringify(written)} for none`, async () => {
      await using open = await openVtn(byList);
      const { vens } = open.vtn;
      const acceptedVens = [{ fingerprint: written }];

      for (const decide of [
        () => vens.refuse({ fingerprint: written }),
        () => vens.accept({ fingerprint: written }),
        () => vens.accept({ venName: "kitchen", signerFingerprints: [written] }),
        () => openVtn({ ...byList, acceptedVens }),
      ])
        await assert.rejects(decide(), { name: "RangeError", message: /ingerprints?: expected ten bytes/ });
      assert.deepEqual(await vens.admissions(), []);
    });
  }
});

describe("a VEN that is given a fingerprint", () => {
  const { fingerprint256 } = new X509Certificate(vtnIdentity.certificate);
  const written = fingerprint256.replaceAll(":", "").toLowerCase();

  it("knows its VTN by it, however it is written, where it calls and where it is called", async () => {
    await using open = await openOverTls();
    const tls = { ...tlsOf(venIdentity), checkHostName: false, serverFingerprint: written };
    const push = { listen: { port: 0, tls: tlsOf(venIdentity) }, vtnFingerprint: written };
    const { url: vtnUrl, clock } = open;
    await using ven = new Ven({ vtnUrl, venName: "kitchen", tls, push, clock, onEvent: () => "optIn" });

    await ven.start();

    assert.equal((await open.told("delivered")).venId, "kitchen");
  });

  for (const [name, options] of [
    ["tls.serverFingerprint", { vtnUrl: "https://vtn.example", tls: { serverFingerprint: "AA:BB" } }],
    ["push.vtnFingerprint", { vtnUrl: "https://vtn.example", push: { vtnFingerprint: "AA:BB" } }],
    ["signatures.vtnFingerprint", { vtnUrl: "https://vtn.example", signatures: { vtnFingerprint: "AA:BB" } }],
  ] satisfies readonly (readonly [string, Partial<VenOptions>])[]) {
    it(`refuses one in ${name} that is none`, () => {
      assert.throws(() => new Ven({ venName: "kitchen", onEvent: () => "optIn", ...options }), {
        name: "RangeError",
        message: `${name}: expected ten bytes as in 09:71:9E:0E:51:C0:8F:05:56:C9, or the 32 of SHA-256, got "AA:BB"`,
      });
    });
  }
});
