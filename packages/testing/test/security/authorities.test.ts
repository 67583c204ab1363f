import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { createCa, generateCertificates, generateVtnCertificates, type CertificateAndKey } from "@openleadr/pki";
import { createSigner, sign, type Message, type Signer } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven, VenClient, type VenStatus } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";

const ca = await createCa({ commonName: "CA" });
const otherCa = await createCa({ commonName: "Other CA" });
const [authority, otherAuthority] = [new X509Certificate(ca.certificate), new X509Certificate(otherCa.certificate)];
const [ofVtn] = await generateVtnCertificates("vtn", { ca, hostNames: ["127.0.0.1"], keyKinds: ["p-256"] });
const [vtnSigner, kitchen, pantry] = [
  signerOf(ofVtn),
  signerOf(await generateCertificates("kitchen", { ca })),
  signerOf(await generateCertificates("pantry", { ca })),
];
const ofOtherCa = signerOf(await generateCertificates("garage", { ca: otherCa }));
const poll: Message = { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } };

describe("a VEN for whose VTN a CA vouches", () => {
  for (const [whose, signer, isTaken] of [
    ["of a server", vtnSigner, true],
    ["of another VEN", pantry, false],
    ["of its own", kitchen, false],
    ["of another CA", ofOtherCa, false],
  ] as const) {
    it(`${isTaken ? "takes" : "ignores"} an answer signed with a certificate ${whose}`, async () => {
      await using client = aClient(await sign(poll, signer));

      if (isTaken) assert.equal((await client.poll()).name, "oadrResponse");
      else await assert.rejects(client.poll(), { name: "SignatureError", code: "ERR_OADR_SIGNATURE_UNTRUSTED" });
    });
  }

  it("heeds another CA from the next answer on, and tells that other servers of one could stand in for the VTN", async () => {
    await using vtn = new Vtn({
      vtnId: "vtn",
      listen: false,
      onCreatePartyRegistration: () => true,
      signatures: { signer: vtnSigner, authorities: [authority] },
    });
    await vtn.start();
    const [told, ignored]: [VenStatus[], string[]] = [[], []];
    await using ven = new Ven({
      transport: inMemoryTransport(vtn.handler),
      venName: "kitchen",
      signatures: { signer: kitchen, authorities: [authority] },
      onStatus(status) {
        told.push(status);
        if (status.type === "requestFailed") ignored.push(status.error.message);
      },
    });
    await ven.start();

    ven.replaceSignatureAuthorities([otherAuthority]);
    const asking = ven.requestEvents().catch(() => {});
    while (ignored.length === 0) await new Promise((resolve) => setImmediate(resolve));

    assert.match(ignored[0] ?? "", /expected a certificate that is known or that a known CA vouches for/);
    assert.deepEqual(told[0], { type: "securityReduced", option: "signatures.authorities" });
    await ven.stop();
    await asking;
  });

  it("has none to replace where there were none, or would be none", () => {
    const options = { transport: async () => undefined, venName: "kitchen" };
    const [without, withOne] = [new Ven(options), new Ven({ ...options, signatures: { authorities: [authority] } })];

    assert.throws(() => without.replaceSignatureAuthorities([authority]), {
      name: "TypeError",
      message: /^authorities: expected/,
    });
    assert.throws(() => withOne.replaceSignatureAuthorities([]), {
      name: "TypeError",
      message: /^authorities: expected/,
    });
  });
});

describe("a VTN for whose VENs a CA vouches", () => {
  it("heeds other CAs from the next registration on, and keeps who is registered", async () => {
    await using vtn = new Vtn({
      vtnId: "vtn",
      listen: false,
      onCreatePartyRegistration: () => true,
      signatures: { policy: "required", authorities: [authority] },
    });
    await vtn.start();
    const [before, after, other] = [kitchen, pantry, ofOtherCa].map(
      (signer) => new VenClient({ transport: inMemoryTransport(vtn.handler), signatures: { signer } }),
    );
    await before?.createPartyRegistration(registration("kitchen"));

    vtn.replaceSignatureAuthorities([otherAuthority]);

    assert.equal((await before?.poll())?.name, "oadrRegisterReport");
    await assert.rejects(async () => after?.createPartyRegistration(registration("pantry")));
    await other?.createPartyRegistration(registration("garage"));
    assert.deepEqual(new Set((await vtn.vens.list()).map(({ venName }) => venName)), new Set(["garage", "kitchen"]));
  });

  it("has none to replace where it looks at no signatures", () => {
    const vtn = new Vtn({ vtnId: "vtn", listen: false });

    assert.throws(() => vtn.replaceSignatureAuthorities([authority]), {
      name: "TypeError",
      message: /^authorities: expected/,
    });
  });
});

function signerOf(issued: CertificateAndKey | undefined): Signer {
  assert.ok(issued !== undefined);
  return createSigner({ key: issued.key, certificates: issued.certificate });
}

function aClient(answer: string): VenClient {
  const signatures = { signer: kitchen, authorities: [authority] };
  const registration = { venId: "ven-1", registrationId: "registration-1" };
  return new VenClient({ transport: async () => answer, signatures, registration });
}

function registration(venName: string) {
  return {
    venName,
    profileName: "2.0b",
    transportName: "simpleHttp",
    reportOnly: false,
    xmlSignature: true,
    httpPullModel: true,
  } as const;
}
