import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, it } from "vitest";
import {
  createCa,
  createCrl,
  createCsr,
  decodePkcs12,
  generateCertificates,
  inspect,
  openCa,
  parseCrl,
  parseKey,
  PkiError,
  signCsr,
} from "../src/index.ts";
import { encryptKey } from "../src/password-encryption.ts";
import * as der from "../src/write-der.ts";

const ca = await createCa({ commonName: "CA" });
const { certificate, key } = await generateCertificates("ven-1", { ca });
const { csr } = await createCsr({ commonName: "ven-1", hostNames: ["ven.example.com"] });
const crl = createCrl(ca);
const pfx = readFileSync(new URL("samples/aes.p12", import.meta.url));

const pem = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll(/-----.*-----|\s/g, ""), "base64");

function nested(depth: number): Buffer {
  let value = der.nothing();
  for (let i = 0; i < depth; i++) value = der.sequence(value);
  return value;
}

/** A key that claims to be encrypted with that many rounds. */
function keyOfRounds(rounds: number): Buffer {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const honest = encryptKey(privateKey, "secret", (size) => Buffer.alloc(size));
  const [before, after] = [der.integer(200_000), der.integer(rounds)];
  const at = honest.indexOf(before);
  const sized = Buffer.concat([after, Buffer.alloc(0)]);
  assert.equal(sized.length, before.length, "the sizes around it stay right");
  return Buffer.concat([honest.subarray(0, at), sized, honest.subarray(at + before.length)]);
}

describe("what is malformed", () => {
  for (const [title, document, code, message] of [
    ["nothing", "", "ERR_PKI_MALFORMED", /^file: expected /],
    ["text", "certificate", "ERR_PKI_MALFORMED", /^file: expected /],
    [
      "PEM without an end",
      "-----BEGIN CERTIFICATE-----\nAAAA",
      "ERR_PKI_MALFORMED",
      /expected a line "-----END CERTIFICATE-----"/,
    ],
    ["PEM that is no base64", pem("CERTIFICATE", "§$%&"), "ERR_PKI_MALFORMED", /^PEM CERTIFICATE: expected base64/],
    ["PEM without content", pem("CERTIFICATE", ""), "ERR_PKI_MALFORMED", /^PEM CERTIFICATE: expected base64/],
    ["base64 cut off", pem("CERTIFICATE", "AAAAA"), "ERR_PKI_MALFORMED", /^PEM CERTIFICATE: expected base64/],
    [
      "base64 of something else",
      pem("CERTIFICATE", "AAAA"),
      "ERR_PKI_MALFORMED",
      /^certificate: expected an X.509 certificate/,
    ],
    [
      "another kind of PEM",
      pem("PGP MESSAGE", "AAAA"),
      "ERR_PKI_UNSUPPORTED",
      /expected a certificate, key, request or list, got PGP MESSAGE/,
    ],
    [
      "a bomb in base64",
      pem("CERTIFICATE", "A".repeat(200_000)),
      "ERR_PKI_TOO_LARGE",
      /expected at most 65536 bytes, got 150000/,
    ],
    [
      "a larger bomb in base64",
      pem("CERTIFICATE", "A".repeat(20_000_000)),
      "ERR_PKI_TOO_LARGE",
      /^PEM: expected at most 1 MiB/,
    ],
    ["a bomb of bytes", Buffer.alloc(20_000_000, 0x30), "ERR_PKI_TOO_LARGE", /expected at most 1 MiB, got more/],
    ["a huge chain", certificate.repeat(1_000), "ERR_PKI_TOO_LARGE", /^PEM: expected at most 512 blocks, got more/],
    ["deep nesting", nested(10_000), "ERR_PKI_MALFORMED", /^file: expected well-formed ASN.1, got/],
    [
      "a text",
      Buffer.from("# How to install the VEN"),
      "ERR_PKI_MALFORMED",
      /^file: expected PEM, DER or PKCS#12, got none of them$/,
    ],
    ["nothing", Buffer.alloc(0), "ERR_PKI_MALFORMED", /^file: expected PEM, DER or PKCS#12, got none of them$/],
    [
      "bytes after the end",
      Buffer.concat([bytesOf(certificate), Buffer.from([0])]),
      "ERR_PKI_MALFORMED",
      /expected nothing after its end, got 1 bytes/,
    ],
    [
      "a length that lies",
      Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00]),
      "ERR_PKI_MALFORMED",
      /^file: expected well-formed ASN.1/,
    ],
  ] as const) {
    it(`is refused: ${title}`, () => {
      assert.throws(() => inspect(document), { name: "PkiError", code, message });
    });
  }

  it("is refused: a key whose passphrase is to be hashed for hours", () => {
    const document = pem("ENCRYPTED PRIVATE KEY", keyOfRounds(8_000_000).toString("base64"));

    assert.throws(() => parseKey(document, "secret"), {
      code: "ERR_PKI_TOO_LARGE",
      message: "key: expected 1 to 2000000 rounds of hashing, got 8000000",
    });
  });
});

// Whatever is done to them, either they are read or there is one of our errors, and soon.
describe("what is damaged is read or refused, and never crashes", () => {
  for (const [title, document, read] of [
    ["a certificate", bytesOf(certificate), (bytes: Buffer) => inspect(bytes)],
    ["a request", bytesOf(csr), (bytes: Buffer) => signCsr(bytes, ca)],
    ["a revocation list", bytesOf(crl), (bytes: Buffer) => parseCrl(bytes, ca.certificate)],
    ["a container", pfx, (bytes: Buffer) => decodePkcs12(bytes, "")],
    ["a key", bytesOf(key), (bytes: Buffer) => parseKey(bytes)],
    ["a CA", bytesOf(ca.certificate), (bytes: Buffer) => openCa({ certificate: bytes, key: ca.key })],
  ] as const) {
    it(title, () => {
      const place = fc.nat(document.length - 1);
      const damage = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(damage, place, fc.boolean(), (changes, end, isCut) => {
          const bytes = Buffer.from(document);
          for (const [at, value] of changes) bytes[at] = value;
          try {
            read(isCut ? bytes.subarray(0, end) : bytes);
          } catch (error) {
            assert.ok(error instanceof PkiError, String(error));
          }
        }),
        { numRuns: 300, seed: 5 },
      );
    });
  }

  it("a request whose signed part is changed is never signed", () => {
    const document = bytesOf(csr);
    for (let at = 4; at < 120; at++) {
      const bytes = Buffer.from(document);
      bytes[at] = (bytes[at] ?? 0) ^ 1;

      assert.throws(() => signCsr(bytes, ca, { hostNames: ["ven.example.com"] }), { name: "PkiError" });
    }
  });
});
