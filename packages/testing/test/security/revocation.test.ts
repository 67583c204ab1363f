import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { createCa, createCrl, generateCertificates, generateVtnCertificates, revoke } from "@openleadr/pki";
import {
  certificateFingerprint,
  createSigner,
  hours,
  sign,
  type Message,
  type RevocationListInput,
  type Signer,
} from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven, VenClient, type VenStatus } from "@openleadr/ven";
import { Vtn, type SecurityEvent, type SignaturePolicy } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";

const day = hours(24);
const ca = await createCa({ commonName: "CA" });
const otherCa = await createCa({ commonName: "Other CA" });
const authority = new X509Certificate(ca.certificate);
const [ofVtn] = await generateVtnCertificates("vtn", { ca, hostNames: ["127.0.0.1"], keyKinds: ["p-256"] });
const [ofKitchen, ofPantry] = [
  await generateCertificates("kitchen", { ca }),
  await generateCertificates("pantry", { ca }),
];
assert.ok(ofVtn !== undefined);
const [vtnSigner, kitchen, pantry] = [ofVtn, ofKitchen, ofPantry].map(({ key, certificate }) =>
  createSigner({ key, certificates: certificate }),
) as [Signer, Signer, Signer];
const [noneRevoked, kitchenRevoked, vtnRevoked] = [
  createCrl(ca),
  revoke([ofKitchen.certificate], ca),
  revoke([ofVtn.certificate], ca),
];
const ofOtherCa = createCrl(otherCa);
const answer: Message = { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } };

describe("a VTN with revocation lists of the CAs that vouch for signatures", () => {
  it("refuses who is on one when it registers", async () => {
    const told: SecurityEvent[] = [];
    await using vtn = aVtn({ crl: kitchenRevoked, onSecurityEvent: (event) => void told.push(event) });
    await vtn.start();

    await assert.rejects(async () => registered(vtn, kitchen));
    await registered(vtn, pantry);

    assert.deepEqual(
      (await vtn.vens.list()).map(({ venName }) => venName),
      ["VEN"],
    );
    assert.ok(told[0]?.type === "signatureRejected");
    assert.match(told[0].reason, /expected a certificate that its CA has not revoked, got one that was revoked at/);
  });

  for (const policy of ["required", "accepted"] as const) {
    it(`refuses who is registered from the message on that comes after the list, where signatures are ${policy}`, async () => {
      await using vtn = aVtn({ policy, crl: noneRevoked });
      await vtn.start();
      const [first, second] = [await registered(vtn, kitchen), await registered(vtn, pantry)];
      await first.poll();

      vtn.replaceSignatureAuthorities([authority], kitchenRevoked);

      await assert.rejects(first.poll(), { status: 403 });
      await second.poll();
    });
  }

  it("keeps what it has where the new lists are none of the CAs', or are forgotten", async () => {
    await using vtn = aVtn({ crl: kitchenRevoked });
    await vtn.start();

    for (const [lists, message] of [
      [
        ofOtherCa,
        "crl: expected lists of the authorities, got the revocation list of CN=Other CA, which is none; a CA in between has to be one, too",
      ],
      [
        undefined,
        "crl: expected the revocation lists of these CAs, as there were lists before ([] for none), got none",
      ],
    ] as const) {
      assert.throws(() => vtn.replaceSignatureAuthorities([authority], lists), { name: "TypeError", message });
    }
    await assert.rejects(async () => registered(vtn, kitchen));
    vtn.replaceSignatureAuthorities([authority], []);
    vtn.replaceSignatureAuthorities([authority]);
    await registered(vtn, kitchen);
  });

  it("is not made with lists of other CAs", () => {
    assert.throws(() => aVtn({ crl: ofOtherCa }), {
      name: "TypeError",
      message: /^crl: expected lists of the authorities/,
    });
  });
});

describe("a VEN with revocation lists of the CAs that vouch for its VTN", () => {
  it("ignores an answer of a VTN that is on one, also of one whose fingerprint it knows", async () => {
    const vtnFingerprint = certificateFingerprint(ofVtn.certificate);

    for (const more of [{}, { vtnFingerprint }]) {
      await using trusting = aClient(await sign(answer, vtnSigner), { ...more, crl: noneRevoked });
      await using knowing = aClient(await sign(answer, vtnSigner), { ...more, crl: vtnRevoked });

      assert.equal((await trusting.poll()).name, "oadrResponse");
      await assert.rejects(knowing.poll(), { code: "ERR_OADR_SIGNATURE_UNTRUSTED", message: /has not revoked/ });
    }
  });

  it("heeds other lists from the next answer on", async () => {
    await using vtn = aVtn({});
    await vtn.start();
    const ignored: string[] = [];
    await using ven = new Ven({
      transport: inMemoryTransport(vtn.handler),
      venName: "kitchen",
      signatures: { signer: kitchen, authorities: [authority], crl: noneRevoked },
      onStatus: (status) => status.type === "requestFailed" && ignored.push(status.error.message),
    });
    await ven.start();

    ven.replaceSignatureAuthorities([authority], vtnRevoked);
    const asking = ven.requestEvents().catch(() => {});
    while (ignored.length === 0) await new Promise((resolve) => setImmediate(resolve));

    assert.match(ignored[0] ?? "", /expected a certificate that its CA has not revoked/);
    assert.throws(() => ven.replaceSignatureAuthorities([authority]), {
      message: /^crl: expected the revocation lists/,
    });
    await ven.stop();
    await asking;
  });

  it("is not made with lists and no CAs", () => {
    const options = { transport: async () => undefined, venName: "kitchen" };
    const vtnFingerprint = certificateFingerprint(ofVtn.certificate);

    assert.throws(() => new Ven({ ...options, signatures: { vtnFingerprint, crl: noneRevoked } }), {
      name: "TypeError",
      message: /^crl: expected lists of the authorities/,
    });
  });
});

describe("a revocation list for signatures that is about to end", () => {
  const ending = createCrl(ca, { validity: hours(24 * 20) });

  it("is told by the VTN, and by the VEN", async () => {
    const clock = new ManualClock(new Date());
    const [byVtn, byVen]: [string[], string[]] = [[], []];
    await using vtn = aVtn({ crl: noneRevoked, clock, onSecurityEvent: (event) => void byVtn.push(...saysOf(event)) });
    await vtn.start();
    vtn.replaceSignatureAuthorities([authority], ending);
    await using ven = new Ven({
      clock,
      transport: inMemoryTransport(vtn.handler),
      venName: "kitchen",
      signatures: { signer: kitchen, authorities: [authority], crl: ending },
      onStatus: (status) => void byVen.push(...saysOf(status)),
    });
    await ven.start();

    for (let passed = 0; passed < 14; passed++) await clock.advance(day);

    assert.deepEqual([byVtn, byVen], [["CN=CA"], ["CN=CA"]]);
  });
});

function saysOf({ type, ...more }: SecurityEvent | VenStatus): readonly string[] {
  return type === "revocationListExpiring" && "issuer" in more ? [more.issuer] : [];
}

interface VtnChoice {
  readonly policy?: SignaturePolicy;
  readonly crl?: RevocationListInput;
  readonly clock?: ManualClock;
  readonly onSecurityEvent?: (event: SecurityEvent) => void;
}

function aVtn({ policy = "required", crl, ...more }: VtnChoice): Vtn {
  const signatures = { signer: vtnSigner, policy, authorities: [authority], crl };
  return new Vtn({
    vtnId: "vtn",
    listen: false,
    pollFrequency: day,
    onCreatePartyRegistration: () => true,
    signatures,
    ...more,
  });
}

async function registered(vtn: Vtn, signer: Signer): Promise<VenClient> {
  const client = new VenClient({ transport: inMemoryTransport(vtn.handler), signatures: { signer } });
  await client.createPartyRegistration({
    venName: "VEN",
    profileName: "2.0b",
    transportName: "simpleHttp",
    reportOnly: false,
    xmlSignature: true,
    httpPullModel: true,
  });
  return client;
}

function aClient(
  text: string,
  more: { readonly vtnFingerprint?: string; readonly crl: RevocationListInput },
): VenClient {
  const signatures = { signer: kitchen, authorities: [authority], ...more };
  const registration = { venId: "ven-1", registrationId: "registration-1" };
  return new VenClient({ transport: async () => text, signatures, registration });
}
