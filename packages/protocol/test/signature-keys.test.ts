import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "vitest";
import { decode } from "../src/envelope.ts";
import { createSigner } from "../src/signature/signer.ts";
import { certificate } from "./certificates.ts";
import { assertRefused, signAgain, signedPoll, signers } from "./signing.ts";

const signed = await signedPoll();

describe("a signature by another key", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
  const own = certificate({ subject: "ven-1", key: other });
  const mallory = { algorithm: "ecdsa-sha256", certificates: [own], sign: signers.p256.sign } as const;

  it("is refused, however well it fits the certificate in the message", async () => {
    const document = await signedPoll(createSigner({ key: other, certificates: [own] }));

    assertRefused(document, ["ERR_OADR_SIGNATURE_UNTRUSTED", /X509Certificate: expected a certificate that is known/]);
    assertRefused(document, ["ERR_OADR_SIGNATURE_UNTRUSTED", /expected a certificate/], { trust: {} });
    assertRefused(document, ["ERR_OADR_SIGNATURE_UNTRUSTED", /expected/], {
      trust: { authorities: signers.p256.certificates },
    });
  });

  it("is refused with the certificate of somebody who is trusted", async () => {
    const document = await signedPoll({ ...mallory, certificates: signers.p384.certificates });

    assertRefused(document, ["ERR_OADR_SIGNATURE_MISMATCH", /SignatureValue: expected 96 bytes/]);
    assertRefused(signAgain(await signedPoll(signers.p256), other), ["ERR_OADR_SIGNATURE_MISMATCH", /got others/]);
  });

  it("is refused where a trusted certificate stands behind the signer's", async () => {
    const document = await signedPoll({ ...mallory, certificates: [own, ...signers.p256.certificates] });

    assertRefused(document, ["ERR_OADR_SIGNATURE_UNTRUSTED", /X509Certificate\[0\]: expected a certificate/]);
  });

  it("is refused where the signer's certificate stands behind a trusted one", async () => {
    const document = await signedPoll({
      ...mallory,
      sign: () => new Uint8Array(64),
      certificates: [...signers.p256.certificates, own],
    });

    assertRefused(document, ["ERR_OADR_SIGNATURE_MISMATCH", /SignatureValue: expected 64 bytes .*got others/]);
  });

  it("is refused where the key stands in the message without a certificate", () => {
    const value =
      "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>";

    assertRefused(signed.replace(/<ds:X509Data>.*<\/ds:X509Data>/, value), [
      "ERR_OADR_SIGNATURE_FORM",
      /expected the signer's certificate/,
    ]);
    assertRefused(signed.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, ""), [
      "ERR_OADR_SIGNATURE_FORM",
      /expected the signer's certificate/,
    ]);
  });

  it("is refused where the key is to be fetched", () => {
    const retrieval = '<ds:RetrievalMethod URI="http://127.0.0.1/key"/>';

    assertRefused(signed.replace(/<ds:X509Data>.*<\/ds:X509Data>/, retrieval), [
      "ERR_OADR_SIGNATURE_FORM",
      /expected the signer's certificate/,
    ]);
  });

  it("is refused where it was written as DER, or made longer", async () => {
    const value = /<ds:SignatureValue>([^<]*)/.exec(signed)?.[1] ?? "";
    const longer = Buffer.concat([Buffer.from(value, "base64"), Buffer.from([0])]).toString("base64");

    assertRefused(signed.replace(value, longer), ["ERR_OADR_SIGNATURE_MISMATCH", /expected 256 bytes/]);
    assertRefused(signed.replace(value, ""), ["ERR_OADR_SIGNATURE_MISMATCH", /expected 256 bytes/]);
  });
});

describe("a signature that is a bomb", () => {
  const bomb = "QUJD".repeat(500_000);

  it("is refused with millions of characters in base64, wherever they stand", () => {
    assertRefused(signed.replace(value("X509Certificate"), `$1${bomb}`), [
      "ERR_OADR_SIGNATURE_UNTRUSTED",
      /of at most 32768 characters in base64, got 2000000/,
    ]);
    assertRefused(signed.replace(value("SignatureValue"), `$1${bomb}`), [
      "ERR_OADR_SIGNATURE_MISMATCH",
      /expected 256 bytes .* got 2000000/,
    ]);
    assertRefused(signed.replace(value("DigestValue"), `$1${bomb}`), ["ERR_OADR_SIGNATURE_MISMATCH", /Reference\[0\]/]);
  });

  it("is refused with a huge chain of certificates", () => {
    const one = /<ds:X509Certificate>.*?<\/ds:X509Certificate>/;

    assertRefused(
      signed.replace(one, (own) => own.repeat(1_000)),
      ["ERR_OADR_SIGNATURE_FORM", /expected at most 8 ds:X509Certificate, got 1000/],
    );
  });

  it("is refused with a thousand references", () => {
    const reference = /<ds:Reference URI="#prop">.*?<\/ds:Reference>/;

    assertRefused(
      signed.replace(reference, (own) => own.repeat(1_000)),
      ["ERR_OADR_SIGNATURE_FORM", /expected two ds:Reference, got 1001/],
    );
  });

  for (const [title, content] of [
    ["no certificate", "QUJD"],
    ["half a certificate", "MIIBcjCCARegAwIBAgIUCxaUuOQDTuOFOgnrGUBGxlzP63cwCgYIKoZIzj0EAwIw"],
    ["nothing", ""],
  ] as const) {
    it(`is refused with ${title} in X509Certificate`, () => {
      assertRefused(signed.replace(value("X509Certificate"), `$1${content}`), [
        "ERR_OADR_SIGNATURE_UNTRUSTED",
        /expected an X\.509 certificate in DER/,
      ]);
    });
  }

  it("is refused with a certificate whose key cannot be read", async () => {
    const document = await signedPoll(signers.p256);
    const point = signers.p256.certificates[0].publicKey.export({ type: "spki", format: "der" }).subarray(-64);
    const broken = Buffer.from(signers.p256.certificates[0].raw);
    broken.fill(0xff, broken.indexOf(point), broken.indexOf(point) + 64);

    assertRefused(document.replace(value("X509Certificate"), `$1${broken.toString("base64")}`), [
      "ERR_OADR_SIGNATURE_UNTRUSTED",
      /expected an X\.509 certificate in DER/,
    ]);
  });

  it("is refused with something behind the certificate, or PEM in it", () => {
    const [own] = signers.rsa.certificates;
    const longer = Buffer.concat([own.raw, Buffer.from("behind")]).toString("base64");
    const pem = Buffer.from(own.toString()).toString("base64");

    for (const text of [longer, pem]) {
      assertRefused(signed.replace(value("X509Certificate"), `$1${text}`), [
        "ERR_OADR_SIGNATURE_UNTRUSTED",
        /expected an X\.509/,
      ]);
    }
  });

  it("is refused with entities of its own", () => {
    for (const doctype of [
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      "<!DOCTYPE a [<!ATTLIST a Id ID #IMPLIED>]>",
    ]) {
      const document = signed.replace("?>\n", `?>${doctype}\n`).replace("ven-1", "&x;");

      assert.throws(() => decode(document), { code: "ERR_OADR_DOCTYPE" });
    }
  });
});

const value = (name: string): RegExp => new RegExp(`(<ds:${name}>)[^<]*`);
