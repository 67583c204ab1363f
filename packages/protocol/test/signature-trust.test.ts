import assert from "node:assert/strict";
import type { X509Certificate } from "node:crypto";
import { describe, it } from "vitest";
import { decode } from "../src/envelope.ts";
import { certificateFingerprint } from "../src/certificate/fingerprint.ts";
import { sign } from "../src/signature/sign.ts";
import { createSigner } from "../src/signature/signer.ts";
import type { Trust } from "../src/signature/trust.ts";
import { SignatureVerifier } from "../src/signature/verifier.ts";
import { certificate, keys, type CertificateRequest } from "./certificates.ts";
import { noon } from "./messages.ts";
import { aPoll, assertRefused, signedPoll, verifyNow } from "./signing.ts";

const ca = { subject: "CA", key: keys.ca };
const authority = certificate({ ...ca, isCa: true });
const leafOf = (more: Partial<CertificateRequest> = {}): X509Certificate =>
  certificate({ subject: "ven-1", key: keys.p256, issuer: ca, ...more });
const middle = { subject: "Middle", key: keys.p384 };

async function signedWith(...certificates: readonly X509Certificate[]): Promise<string> {
  return signedPoll(createSigner({ key: keys.p256, certificates }));
}

const trustInCa: Trust = { authorities: [authority] };

async function accepts(chain: readonly X509Certificate[], trust: Trust = trustInCa): Promise<void> {
  const { message, envelope } = verifyNow(await signedWith(...chain), { trust });
  assert.deepEqual(message, aPoll);
  assert.equal(envelope.signature.trustedBy, "authority");
}

async function refuses(chain: readonly X509Certificate[], trust: Trust = trustInCa): Promise<void> {
  const wanted = trust.authorities === undefined ? "known by its fingerprint" : "known or that a known CA vouches for";
  const reason = new RegExp(
    `X509Certificate(\\[0\\])?: expected a certificate that is ${wanted}, got the one of fingerprint`,
  );
  assertRefused(await signedWith(...chain), ["ERR_OADR_SIGNATURE_UNTRUSTED", reason], { trust });
}

describe("a signer's certificate", () => {
  it("is trusted where a known CA issued it", async () => {
    await accepts([leafOf()]);
  });

  it("is trusted where it is known itself, though its CA is not", async () => {
    const leaf = leafOf();
    const document = await signedWith(leaf);

    const { envelope } = verifyNow(document, {
      trust: { fingerprints: [certificateFingerprint(leaf.raw).toLowerCase()] },
    });

    assert.equal(envelope.signature.trustedBy, "fingerprint");
  });

  it("is trusted under either of two fingerprints, as while a certificate is being replaced", async () => {
    const [before, after] = [leafOf(), leafOf({ from: "2026-05-01" })];
    const trust = { fingerprints: [before, after].map(({ raw }) => certificateFingerprint(raw)) };

    for (const leaf of [before, after]) assert.deepEqual(verifyNow(await signedWith(leaf), { trust }).message, aPoll);
  });

  it("is not trusted by a part of its fingerprint", async () => {
    const leaf = leafOf();

    for (const part of ["", certificateFingerprint(leaf.raw).slice(-5), leaf.fingerprint256, leaf.fingerprint]) {
      await refuses([leaf], { fingerprints: [part] });
    }
  });

  it("is not trusted where another CA of the same name issued it", async () => {
    for (const key of [keys.rsa, keys.p384]) await refuses([leafOf({ issuer: { ...ca, key } })]);
  });

  it("is not trusted where it brings its own CA along", async () => {
    const own = { subject: "CA", key: keys.p384 };

    await refuses([leafOf({ issuer: own }), certificate({ ...own, isCa: true })]);
    await refuses([leafOf({ issuer: own }), certificate({ ...own, isCa: true }), authority]);
  });

  it("is not trusted where it signed itself", async () => {
    await refuses([certificate({ subject: "ven-1", key: keys.p256 })]);
    await refuses([certificate({ subject: "ven-1", key: keys.p256, isCa: true })]);
  });

  for (const [title, dates] of [
    ["has expired", { from: "2026-01-01", to: "2026-06-01" }],
    ["is not yet valid", { from: "2026-06-02", to: "2027-01-01" }],
  ] as const) {
    it(`is refused where it ${title}, however it is trusted`, async () => {
      const leaf = leafOf(dates);
      const document = await signedWith(leaf);

      for (const trust of [trustInCa, { fingerprints: [certificateFingerprint(leaf.raw)] }]) {
        assertRefused(
          document,
          [
            "ERR_OADR_SIGNATURE_UNTRUSTED",
            /expected a certificate valid at 2026-06-01T12:00:00.000Z, got one valid from/,
          ],
          { trust },
        );
      }
    });

    it(`is refused where its CA ${title}`, async () => {
      await refuses([leafOf()], { authorities: [certificate({ ...ca, isCa: true, ...dates })] });
    });
  }

  it("is refused once it has expired, though it was accepted before", async () => {
    const leaf = leafOf({ to: "2026-06-02" });
    let now = noon;
    const verifier = new SignatureVerifier({ clock: { now: () => now } });
    const signer = createSigner({ key: keys.p256, certificates: [leaf] });
    verifier.verify(decode(await sign(aPoll, signer, { clock: { now: () => now } })), trustInCa);

    now = new Date("2026-06-02T00:00:01Z");
    const later = decode(await sign(aPoll, signer, { clock: { now: () => now } }));

    assert.throws(() => verifier.verify(later, trustInCa), { code: "ERR_OADR_SIGNATURE_UNTRUSTED" });
  });

  it("is refused once it is trusted no longer, though it was accepted before", async () => {
    const verifier = new SignatureVerifier({ clock: { now: () => noon } });
    verifier.verify(decode(await signedWith(leafOf())), trustInCa);

    const later = decode((await signedWith(leafOf())).replace(">nonce<", ">other<"));

    assert.throws(() => verifier.verify(later, {}), { code: "ERR_OADR_SIGNATURE_UNTRUSTED" });
  });

  describe("with CAs in between", () => {
    const leaf = leafOf({ issuer: middle });
    const middleOf = (more: Partial<CertificateRequest> = {}): X509Certificate =>
      certificate({ ...middle, issuer: ca, isCa: true, ...more });

    it("is trusted where the message brings them along, in whatever order", async () => {
      const upper = { subject: "Upper", key: keys.rsa };
      const chain = [middleOf({ issuer: upper }), certificate({ ...upper, issuer: ca, isCa: true })];

      await accepts([leaf, middleOf()]);
      await accepts([leaf, ...chain]);
      await accepts([leaf, ...chain.toReversed(), authority]);
    });

    it("is not trusted where one is missing", async () => {
      await refuses([leaf]);
      await refuses([leaf, authority]);
    });

    it("is trusted where one of them is known, though the highest is not", async () => {
      await accepts([leaf], { authorities: [middleOf()] });
    });

    const broken: readonly (readonly [string, Partial<CertificateRequest>])[] = [
      ["is no CA", { isCa: false }],
      ["may not sign certificates", { keyUsage: 0x80 }],
      ["has expired", { to: "2026-05-01" }],
      ["has a constraint that nobody understands", { unknownCritical: Buffer.from([0x05, 0]) }],
      ["was issued by another key", { issuer: { ...ca, key: keys.p256 } }],
      ["says how long the chain may be in words", { basicConstraints: Buffer.from([0x30, 0x7f, 0x01, 0x01, 0xff]) }],
    ];
    for (const [title, more] of broken) {
      it(`is not trusted where one of them ${title}`, async () => {
        await refuses([leaf, middleOf(more)]);
      });
    }

    it("is not trusted where there are more of them than a CA allows", async () => {
      await accepts([leaf, middleOf()], { authorities: [certificate({ ...ca, isCa: true, pathLength: 1 })] });
      await refuses([leaf, middleOf()], { authorities: [certificate({ ...ca, isCa: true, pathLength: 0 })] });
      const upper = { subject: "Upper", key: keys.rsa };
      const chain = [middleOf({ issuer: upper }), certificate({ ...upper, issuer: ca, isCa: true, pathLength: 0 })];
      await refuses([leaf, ...chain]);
    });
  });

  it("is not trusted for messages where its key is for other things", async () => {
    await accepts([leafOf({ keyUsage: 0x80 })]);
    await accepts([leafOf({ keyUsage: 0x40 })]);
    await refuses([leafOf({ keyUsage: 0x20 })]);
    await refuses([leafOf({ unknownCritical: Buffer.from([0x05, 0]) })]);
  });
});
