import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, sign, X509Certificate, type KeyObject } from "node:crypto";
import { describe, it } from "vitest";
import { createCa, createCsr, inspect, parseKey, signCsr } from "../src/index.ts";
import { extension } from "../src/extensions.ts";
import { encodeHostNames, encodeSubject } from "../src/names.ts";
import { oids } from "../src/object-identifiers.ts";
import { signed } from "../src/signing.ts";
import * as der from "../src/write-der.ts";

const ca = await createCa({ commonName: "CA" });
const root = new X509Certificate(ca.certificate);
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

interface Wish {
  readonly subject?: Uint8Array;
  readonly key?: KeyObject;
  readonly extensions?: readonly Uint8Array[];
}

/** What a request signs, with any wish. */
function contentOf({
  subject = encodeSubject({ commonName: "ven-1" }),
  key = privateKey,
  extensions = [],
}: Wish): Buffer {
  const list = der.set(der.sequence(...extensions));
  const attributes = extensions.length === 0 ? [] : [der.sequence(der.oid(oids.extensionRequest), list)];
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  return der.sequence(der.integer(0), subject, publicKey, der.tagged(0, ...attributes));
}

const csrOf = (wish: Wish): Buffer => signed(contentOf(wish), wish.key ?? privateKey);

describe("signCsr", () => {
  for (const keyKind of ["p-256", "p-384", "rsa-2048"] as const) {
    it(`signs a request for a key of ${keyKind}`, async () => {
      const { csr, key } = await createCsr({ commonName: "ven-1", organization: "Kitchen", keyKind });

      const { certificate, fingerprint } = signCsr(csr, ca);

      const x509 = new X509Certificate(certificate);
      assert.ok(x509.verify(root.publicKey) && x509.checkIssued(root) && x509.checkPrivateKey(parseKey(key)));
      assert.equal(x509.subject, "O=Kitchen\nCN=ven-1");
      assert.equal(fingerprint, x509.fingerprint256.slice(-29));
    });
  }

  it("gives the host names that are asked for and granted", async () => {
    const { csr } = await createCsr({ commonName: "vtn", hostNames: ["VTN.example.com", "2001:db8:0::1"] });

    const { certificate } = signCsr(csr, ca, {
      role: "vtn",
      hostNames: ["2001:DB8::1", "vtn.EXAMPLE.com", "a.example.com"],
    });

    const [facts] = inspect(certificate);
    assert.ok(facts?.kind === "certificate");
    assert.deepEqual(facts.hostNames, ["vtn.example.com", "2001:DB8:0:0:0:0:0:1"]);
    assert.deepEqual(facts.usages, ["server", "client"]);
  });

  it("gives all names that are granted where none is asked for", () => {
    const { certificate } = signCsr(csrOf({}), ca, { role: "vtn", hostNames: ["vtn.example.com"] });

    assert.match(new X509Certificate(certificate).subjectAltName ?? "", /^DNS:vtn\.example\.com$/);
  });

  it("takes a request in DER, and what tools put into the requests of parties", () => {
    const harmless = [
      extension(oids.basicConstraints, der.sequence()),
      extension(oids.keyUsage, der.bits(Buffer.from([0xa0]), 5)),
      extension(oids.extendedKeyUsage, der.sequence(der.oid(oids.clientAuth))),
    ];

    const { certificate } = signCsr(csrOf({ extensions: harmless }), ca);

    assert.equal(new X509Certificate(certificate).subject, "CN=ven-1");
  });

  it("refuses a signature of another key", () => {
    const { privateKey: other } = generateKeyPairSync("ec", { namedCurve: "P-256" });

    assert.throws(() => signCsr(signed(contentOf({}), other), ca), {
      code: "ERR_PKI_REFUSED",
      message: "certificate request: expected a signature that fits its key, got another",
    });
  });

  it("refuses a signature with SHA-1", () => {
    const content = contentOf({});
    const algorithm = der.sequence(der.oid("1.2.840.10045.4.1"));
    const weak = der.sequence(content, algorithm, der.bits(sign("sha1", content, privateKey)));

    assert.throws(() => signCsr(weak, ca), {
      code: "ERR_PKI_REFUSED",
      message: /expected a signature by RSA or ECDSA with SHA-2/,
    });
  });

  const weakKey = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const otherCurve = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey;
  const anyUse = der.sequence(der.oid("2.5.29.37.0"));
  const person = der.sequence(
    der.set(der.sequence(der.oid(oids.commonName), der.text("ven-1"))),
    der.set(der.sequence(der.oid(oids.commonName), der.text("ven-2"))),
  );
  for (const [title, wish, message] of [
    [
      "to be a CA",
      { extensions: [extension(oids.basicConstraints, der.sequence(der.boolean(true)))] },
      /expected no CA, got one/,
    ],
    [
      "to sign certificates",
      { extensions: [extension(oids.keyUsage, der.bits(Buffer.from([0x04]), 2))] },
      /no CA's key usage/,
    ],
    [
      "for any use",
      { extensions: [extension(oids.extendedKeyUsage, anyUse)] },
      /use by clients and servers only, got 2\.5\.29\.37\.0/,
    ],
    [
      "for names not granted",
      { extensions: [extension(oids.subjectAltName, encodeHostNames(["vtn.example.com"]))] },
      /expected no host names, got vtn\.example\.com/,
    ],
    [
      "for an e-mail address",
      { extensions: [extension(oids.subjectAltName, der.sequence(der.taggedContent(1, Buffer.from("a@b"))))] },
      /host names and IP addresses only/,
    ],
    [
      "for an unknown extension",
      { extensions: [extension("1.2.3.4", der.nothing())] },
      /no such extension, got 1\.2\.3\.4/,
    ],
    ["with a short RSA key", { key: weakKey }, /expected a key of RSA 2048 to 8192 or ECC P-256, P-384, got RSA 1024/],
    ["with another curve", { key: otherCurve }, /expected a key of .*, got ECC secp256k1/],
    ["with two names", { subject: person }, /expected a subject of a common name/],
    ["with no name", { subject: der.sequence() }, /expected a subject of a common name/],
  ] as const) {
    it(`refuses a request ${title}`, () => {
      assert.throws(() => signCsr(csrOf(wish), ca), { name: "PkiError", code: "ERR_PKI_REFUSED", message });
    });
  }

  it("refuses another name than the one expected", () => {
    assert.throws(() => signCsr(csrOf({}), ca, { commonName: "ven-2" }), {
      code: "ERR_PKI_REFUSED",
      message: 'certificate request: expected the name "ven-2", got "ven-1"',
    });
  });
});
