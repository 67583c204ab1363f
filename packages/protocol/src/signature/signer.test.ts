import assert from "node:assert/strict";
import { createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, it } from "vitest";
import { certificate, keys } from "../../test/certificates.ts";
import { aPoll, signedPoll, verifyNow } from "../../test/signing.ts";
import { certificateFingerprint } from "../certificate/fingerprint.ts";
import { createSigner, type SignerOptions } from "./signer.ts";

const certificates = {
  rsa: certificate({ subject: "ven-1", key: keys.rsa }),
  p256: certificate({ subject: "ven-1", key: keys.p256 }),
};
const passphrase = "not to be told";

describe("createSigner", () => {
  const locked = { cipher: "aes-256-cbc", passphrase };
  const forms: readonly (readonly [string, "rsa" | "p256", Omit<SignerOptions, "certificates">])[] = [
    ["a KeyObject", "p256", { key: keys.p256 }],
    ["PKCS#8 in PEM", "rsa", { key: pem(keys.rsa) }],
    ["PEM as bytes", "p256", { key: Buffer.from(pem(keys.p256)) }],
    ["PKCS#1 in PEM", "rsa", { key: keys.rsa.export({ type: "pkcs1", format: "pem" }) }],
    ["SEC 1 in PEM", "p256", { key: keys.p256.export({ type: "sec1", format: "pem" }) }],
    ["PKCS#8 in DER", "rsa", { key: keys.rsa.export({ type: "pkcs8", format: "der" }) }],
    ["PKCS#1 in DER", "rsa", { key: keys.rsa.export({ type: "pkcs1", format: "der" }) }],
    ["SEC 1 in DER", "p256", { key: keys.p256.export({ type: "sec1", format: "der" }) }],
    ["encrypted PEM", "rsa", { key: keys.rsa.export({ type: "pkcs8", format: "pem", ...locked }), passphrase }],
    ["encrypted DER", "p256", { key: keys.p256.export({ type: "pkcs8", format: "der", ...locked }), passphrase }],
  ];
  for (const [title, name, options] of forms) {
    it(`signs with a key as ${title}`, async () => {
      const own = certificates[name];

      const document = await signedPoll(createSigner({ ...options, certificates: [own] }));

      const fingerprints = [certificateFingerprint(own.raw)];
      assert.deepEqual(verifyNow(document, { trust: { fingerprints } }).message, aPoll);
    });
  }

  it("takes certificates as PEM, several of them too, and as DER", () => {
    const { rsa, p256 } = certificates;
    assert.deepEqual(taken(`a comment\n${rsa.toString()}\n${p256.toString()}`), [
      rsa.fingerprint256,
      p256.fingerprint256,
    ]);
    assert.deepEqual(taken(Buffer.from(rsa.toString())), [rsa.fingerprint256]);
    assert.deepEqual(taken(rsa.raw), [rsa.fingerprint256]);
  });

  const refused: readonly (readonly [string, SignerOptions, RegExp])[] = [
    [
      "no key at all",
      { key: "key", certificates: [certificates.rsa] },
      /^TypeError: key: expected a private key as PEM or DER/,
    ],
    [
      "DER that is none",
      { key: Buffer.from("key"), certificates: [certificates.rsa] },
      /^TypeError: key: expected a private key/,
    ],
    [
      "a wrong passphrase",
      { ...wrongPassphrase(), certificates: [certificates.rsa] },
      /^TypeError: key: .* passphrase where it is encrypted$/,
    ],
    [
      "no passphrase for an encrypted key",
      { key: wrongPassphrase().key, certificates: [certificates.rsa] },
      /^TypeError: key: expected/,
    ],
    [
      "a public key",
      { key: certificates.rsa.publicKey, certificates: [certificates.rsa] },
      /^TypeError: key: .* got public rsa of 2048 bits$/,
    ],
    [
      "a secret key",
      { key: createSecretKey(Buffer.alloc(32)), certificates: [certificates.rsa] },
      /^TypeError: key: .* got secret/,
    ],
    [
      "RSA of 1024 bits",
      ofKey(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey),
      /^TypeError: key: expected an RSA key of 2048 .* got private rsa of 1024 bits$/,
    ],
    [
      "EC on P-521",
      ofKey(generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey),
      /^TypeError: key: .* got private ec on secp521r1$/,
    ],
    ["Ed25519", ofKey(generateKeyPairSync("ed25519").privateKey), /^TypeError: key: .* got private ed25519$/],
    [
      "no certificate",
      { key: keys.rsa, certificates: [] },
      /^TypeError: certificates: expected at least one, got none$/,
    ],
    [
      "text that is no certificate",
      { key: keys.rsa, certificates: "certificate" },
      /^TypeError: certificates: expected X\.509 certificates/,
    ],
    [
      "the certificate of another key",
      { key: keys.rsa, certificates: [certificates.p256] },
      /^TypeError: certificates: expected the certificate of the key first/,
    ],
  ];
  for (const [title, options, reason] of refused) {
    it(`refuses ${title}, and tells nothing of the key`, () => {
      assert.throws(
        () => createSigner(options),
        (error) => {
          assert.match(String(error), reason);
          assert.doesNotMatch(`${String(error)}${String((error as Error).cause)}`, /not to be told|BEGIN|MII/);
          return true;
        },
      );
    });
  }
});

function wrongPassphrase(): { key: string; passphrase: string } {
  const key = keys.rsa.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "another" });
  return { key: key.toString(), passphrase };
}

function ofKey(key: KeyObject): SignerOptions {
  return { key, certificates: [certificates.rsa] };
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Fingerprints of the certificates that a signer takes from what it is given. */
function taken(given: SignerOptions["certificates"]): readonly string[] {
  const { certificates: read } = createSigner({ key: keys.rsa, certificates: given });
  return read.map(({ fingerprint256 }) => fingerprint256);
}
