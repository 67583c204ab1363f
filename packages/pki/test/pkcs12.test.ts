import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { describe, it } from "vitest";
import { createCa, decodePkcs12, encodePkcs12, generateCertificates, parseKey } from "../src/index.ts";

const ca = await createCa({ commonName: "CA" });
const made = [
  await generateCertificates("ven-1", { ca }),
  await generateCertificates("ven-1", { ca, keyKind: "rsa-2048" }),
];
const sample = (name: string): Buffer => readFileSync(new URL(`samples/${name}`, import.meta.url));

describe("PKCS#12", () => {
  for (const [index, passphrase] of [
    [0, "pässphrase €"],
    [1, "secret"],
    [0, ""],
  ] as const) {
    it(`holds certificate, CA and key ${index} with the passphrase ${JSON.stringify(passphrase)}`, () => {
      const { certificate, key } = made[index] ?? assert.fail();
      const content = {
        certificate: certificate + ca.certificate,
        key: parseKey(key),
        passphrase,
        friendlyName: "Küche",
      };

      const pfx = encodePkcs12(content);

      assert.ok(createSecureContext({ pfx, passphrase }), "OpenSSL reads it");
      const { certificates, keys } = decodePkcs12(pfx, passphrase);
      assert.deepEqual(
        certificates.map(({ subject }) => subject),
        ["CN=ven-1", "CN=CA"],
      );
      assert.ok(keys[0]?.equals(content.key));
    });
  }

  it("is the same for the same randomness", () => {
    const [{ certificate, key }] = [made[0] ?? assert.fail()];
    const content = { certificate, key: parseKey(key), passphrase: "secret" };
    const sources = { randomBytes: (size: number) => Buffer.alloc(size, 7) };

    assert.deepEqual(encodePkcs12(content, sources), encodePkcs12(content, sources));
  });

  it("is not made of a certificate and the key of another", () => {
    const [{ certificate }, { key }] = [made[0] ?? assert.fail(), made[1] ?? assert.fail()];

    assert.throws(() => encodePkcs12({ certificate, key: parseKey(key), passphrase: "" }), { code: "ERR_PKI_REFUSED" });
  });

  for (const [name, passphrase] of [
    ["triple-des.p12", "old"],
    ["aes.p12", ""],
  ] as const) {
    it(`is read as OpenSSL writes it, ${name}`, () => {
      const { certificates, keys } = decodePkcs12(sample(name), passphrase);

      assert.equal(certificates[0]?.subject, "CN=old");
      assert.ok(certificates[0]?.checkPrivateKey(keys[0] ?? assert.fail()));
    });
  }

  it("says what is wrong with a container that is encrypted too weakly", () => {
    assert.throws(() => decodePkcs12(sample("rc2.p12"), "old"), {
      code: "ERR_PKI_UNSUPPORTED",
      message: /expected encryption with PBES2 and AES .*, got RC2 with 40 bits, which is too weak$/,
    });
  });

  it("refuses a wrong passphrase, and content that was changed", () => {
    const changed = Buffer.from(sample("triple-des.p12"));
    changed[200] = (changed[200] ?? 0) ^ 1;

    assert.throws(() => decodePkcs12(sample("triple-des.p12"), "wrong"), { code: "ERR_PKI_PASSPHRASE" });
    assert.throws(() => decodePkcs12(changed, "old"), { code: "ERR_PKI_PASSPHRASE" });
  });
});
