import assert from "node:assert/strict";
import { describe, it } from "vitest";
import fc from "fast-check";
import { decode, encode } from "../src/envelope.ts";
import { certificateFingerprint } from "../src/certificate/fingerprint.ts";
import type { SignatureAlgorithm } from "../src/signature/algorithms.ts";
import { sign } from "../src/signature/sign.ts";
import { createSigner } from "../src/signature/signer.ts";
import { SignatureVerifier } from "../src/signature/verifier.ts";
import { milliseconds, minutes, seconds, type Duration } from "../src/time.ts";
import { elementsOf } from "../src/xml/element.ts";
import { parseXml } from "../src/xml/parse.ts";
import { messageArbitrary, messageNames } from "./arbitrary.ts";
import { keys } from "./certificates.ts";
import { noon } from "./messages.ts";
import { aPoll, assertRefused, knownSigners, signAgain, signedPoll, signers, verifyNow } from "./signing.ts";

const seed = 20_260_131;
const at = (ms: number): { now: () => Date } => ({ now: () => new Date(noon.getTime() + ms) });

describe("sign", () => {
  it("rule 514: signs the message and a ReplayProtect, in the form of the standard", async () => {
    const root = parseXml(await signedPoll());

    const [signature, signedObject] = elementsOf(root);
    const [signedInfo, value, keyInfo, object] = elementsOf(signature ?? root).map(({ name }) => name);
    assert.deepEqual([signature?.name, signedObject?.name], ["ds:Signature", "oadr:oadrSignedObject"]);
    assert.deepEqual(
      [signedInfo, value, keyInfo, object],
      ["ds:SignedInfo", "ds:SignatureValue", "ds:KeyInfo", "ds:Object"],
    );
    assert.equal(signedObject?.attributes[0]?.name, "oadr:Id");
  });

  it("writes the time of sending, a nonce, and the message as encode does", async () => {
    const document = await sign(aPoll, signers.p256, { clock: at(123), newNonce: () => "a<b" });

    assert.match(document, /<dsp:timestamp>2026-06-01T12:00:00\.123Z<\/dsp:timestamp><dsp:nonce>a&lt;b<\/dsp:nonce>/);
    assert.ok(
      encode(aPoll, { id: "signedObject" }).endsWith(document.slice(document.indexOf("<oadr:oadrSignedObject"))),
    );
  });

  it("makes another nonce each time", async () => {
    const documents = await Promise.all([sign(aPoll, signers.p256), sign(aPoll, signers.p256)]);

    const nonces = documents.map((document) => /<dsp:nonce>([0-9a-f-]{36})</.exec(document)?.[1]);
    assert.notEqual(nonces[0], undefined);
    assert.notEqual(nonces[0], nonces[1]);
  });

  for (const name of messageNames) {
    it(`signs every ${name} so that it verifies`, async () => {
      for (const message of fc.sample(messageArbitrary(name), { seed, numRuns: 10 })) {
        const document = await sign(message, signers.p256, { clock: at(0) });

        const verified = verifyNow(document);

        assert.deepEqual(verified.message, decode(encode(message)).message);
      }
    });
  }

  it("signs Green Button data, in whatever form they are", async () => {
    const messages = fc.sample(messageArbitrary("oadrUpdateReport"), { seed, numRuns: 100 });
    const kept = messages.filter((message) => encode(message).split("<oadr:oadrSignedObject>")[1]?.includes(" xmlns"));
    assert.ok(kept.length >= 5, `${kept.length} with trees`);

    for (const message of kept) {
      const document = await sign(message, signers.p256, { clock: at(0) });

      assert.deepEqual(verifyNow(document).message, decode(encode(message)).message);
    }
  });

  it("waits for a signer that lives elsewhere", async () => {
    const { sign: signHere, ...rest } = signers.rsa;
    const document = await sign(aPoll, { ...rest, sign: async (data) => signHere(data) }, { clock: at(0) });

    assert.equal(verifyNow(document).envelope.signature.trustedBy, "fingerprint");
  });

  it("passes on what a signer throws", async () => {
    const broken = { ...signers.rsa, sign: () => Promise.reject(new Error("the HSM is away")) };

    await assert.rejects(sign(aPoll, broken), { message: "the HSM is away" });
  });

  for (const nonce of ["", "x".repeat(257), "\u0000"]) {
    it(`refuses the nonce ${JSON.stringify(nonce.slice(0, 8))} of ${nonce.length} characters`, async () => {
      await assert.rejects(
        sign(aPoll, signers.rsa, { newNonce: () => nonce }),
        /^RangeError: newNonce: expected 1 to 256/,
      );
    });
  }
});

describe("SignatureVerifier", () => {
  it("rule 514: tells who signed a message", async () => {
    const { envelope, message } = verifyNow(await signedPoll());

    const [own] = signers.rsa.certificates;
    assert.deepEqual(message, aPoll);
    assert.equal(envelope.id, "signedObject");
    assert.equal(envelope.signature.fingerprint, certificateFingerprint(own.raw));
    assert.equal(envelope.signature.certificate.subject, "CN=ven-1");
    assert.equal(envelope.signature.trustedBy, "fingerprint");
    assert.deepEqual(envelope.signature.timestamp, noon);
    assert.equal(envelope.signature.nonce, "nonce");
  });

  it("leaves the decoded message unverified", async () => {
    const decoded = decode(await signedPoll());

    new SignatureVerifier({ clock: at(0) }).verify(decoded, knownSigners);

    assert.equal(decoded.envelope.signature, "unverified");
  });

  it("rule 514: refuses a message that is not signed", () => {
    assertRefused(encode(aPoll), [
      "ERR_OADR_SIGNATURE_MISSING",
      /oadrPayload: expected element ds:Signature, got none/,
    ]);
  });

  it("takes nothing but what decode returned", async () => {
    const decoded = decode(await signedPoll());

    assert.throws(() => new SignatureVerifier().verify({ ...decoded }, knownSigners), TypeError);
  });

  for (const algorithm of [
    "rsa-sha256",
    "rsa-sha384",
    "rsa-sha512",
    "ecdsa-sha256",
    "ecdsa-sha384",
    "ecdsa-sha512",
  ] as const) {
    it(`rule 514: takes ${algorithm}`, async () => {
      for (const key of algorithm.startsWith("rsa") ? (["rsa"] as const) : (["p256", "p384"] as const)) {
        const hash = algorithm.slice(-6) as "sha256" | "sha384" | "sha512";
        const signer = createSigner({ key: keys[key], certificates: signers[key].certificates, hash });

        const document = await signedPoll(signer);

        assert.equal(signer.algorithm satisfies SignatureAlgorithm, algorithm);
        assert.deepEqual(verifyNow(document).message, aPoll);
      }
    });
  }

  for (const [key, strong, sha1] of [
    ["rsa", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"],
    [
      "p256",
      "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
      "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
    ],
  ] as const) {
    it(`rule 514: refuses SHA-1 in a signature with ${key} unless told otherwise`, async () => {
      const document = signAgain((await signedPoll(signers[key])).replace(strong, sha1), keys[key]);

      assertRefused(document, ["ERR_OADR_SIGNATURE_ALGORITHM", /SignatureMethod: expected one of .*got "http.*-sha1"/]);
      assert.deepEqual(verifyNow(document, { sha1: true }).message, aPoll);
    });
  }

  it("rule 514: refuses SHA-1 in a digest unless told otherwise", async () => {
    const sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    const document = signAgain((await signedPoll()).replace("http://www.w3.org/2001/04/xmlenc#sha256", sha1));

    assertRefused(document, ["ERR_OADR_SIGNATURE_ALGORITHM", /DigestMethod: expected one of .*got "http.*#sha1"/]);
    assert.deepEqual(verifyNow(document, { sha1: true }).message, aPoll);
  });

  it("takes references without transforms, as the standard's example has them", async () => {
    const document = signAgain((await signedPoll()).replaceAll(/<ds:Transforms>.*?<\/ds:Transforms>/g, ""));

    assert.deepEqual(verifyNow(document).message, aPoll);
  });

  it("takes the canonical form with comments, which covers those in SignedInfo", async () => {
    const withComments = (await signedPoll())
      .replaceAll("REC-xml-c14n-20010315", "REC-xml-c14n-20010315#WithComments")
      .replace("<ds:Reference ", "<!-- signed --><ds:Reference ");
    const document = signAgain(withComments);

    assert.deepEqual(verifyNow(document).message, aPoll);
    assertRefused(document.replace("<!-- signed -->", ""), ["ERR_OADR_SIGNATURE_MISMATCH", /SignatureValue/]);
  });

  it("takes documents of other prefixes, white space and line ends, as they were signed", async () => {
    const prefixed = (await signedPoll())
      .replaceAll("oadr:", "o:")
      .replace("xmlns:oadr=", "xmlns:o=")
      .replaceAll("ei:", "")
      .replace("xmlns:ei=", 'xmlns="urn:other" xmlns:version=')
      .replace("schemaVersion", "version:schemaVersion")
      .replace("<venID>", '<venID xmlns="http://docs.oasis-open.org/ns/energyinterop/201110">')
      .replaceAll("><", ">\r\n<");

    assert.deepEqual(verifyNow(signAgain(prefixed)).message, aPoll);
  });

  it("takes a signature after the signed object, and an unqualified Id, where reading is tolerant", async () => {
    const document = await signedPoll();
    const [, signature = ""] = /(<ds:Signature .*<\/ds:Signature>)/.exec(document) ?? [];
    const moved = document.replace(signature, "").replace("</oadr:oadrPayload>", `${signature}</oadr:oadrPayload>`);
    const unqualified = signAgain(moved.replace("oadr:Id=", "Id="));

    assert.deepEqual(verifyNow(unqualified, { decoding: { tolerant: true } }).message, aPoll);
  });

  it("verifies a message as it stood, whatever its encoding", async () => {
    const document = (await signedPoll()).replace('encoding="UTF-8"', 'encoding="UTF-16"');
    const verifier = new SignatureVerifier({ clock: at(0) });

    const verified = verifier.verify(decode(Buffer.from(`\ufeff${document}`, "utf16le")), knownSigners);

    assert.deepEqual(verified.message, aPoll);
  });
});

describe("the time of a signature", () => {
  for (const [ms, isTaken] of [
    [-5_001, false],
    [-5_000, true],
    [0, true],
    [5_000, true],
    [5_001, false],
  ] as const) {
    it(`rule 514: ${isTaken ? "takes" : "refuses"} a message ${ms} ms after it was signed`, async () => {
      const document = await signedPoll();

      if (isTaken) assert.deepEqual(verifyNow(document, { clock: at(ms) }).message, aPoll);
      else
        assertRefused(document, ["ERR_OADR_SIGNATURE_REPLAYED", /ReplayProtect: expected a timestamp/], {
          clock: at(ms),
        });
    });
  }

  it("rule 514: is judged within the limits that are set", async () => {
    const limits = { maxAge: seconds(60), maxAhead: seconds(0) };
    const document = await signedPoll();

    assert.deepEqual(verifyNow(document, { ...limits, clock: at(60_000) }).message, aPoll);
    assertRefused(document, ["ERR_OADR_SIGNATURE_REPLAYED", /timestamp/], { ...limits, clock: at(60_001) });
    assertRefused(document, ["ERR_OADR_SIGNATURE_REPLAYED", /timestamp/], { ...limits, clock: at(-1) });
  });

  for (const [written, isTaken] of [
    ["2026-06-01T12:00:00.000000Z", true],
    ["2026-06-01T14:00:00+02:00", true],
    ["2026-06-01T12:00:00", true],
    ["2026-06-01 12:00:00Z", false],
    ["noon", false],
    ["", false],
  ] as const) {
    it(`${isTaken ? "reads" : "refuses"} the timestamp "${written}"`, async () => {
      const document = signAgain((await signedPoll()).replace("2026-06-01T12:00:00Z", written));

      if (isTaken) assert.deepEqual(verifyNow(document).envelope.signature.timestamp, noon);
      else assertRefused(document, ["ERR_OADR_SIGNATURE_FORM", /dsp:timestamp: expected a date-time/]);
    });
  }

  it("rule 514: is the same message's once only", async () => {
    const verifier = new SignatureVerifier({ clock: at(0) });
    const document = await signedPoll();
    verifier.verify(decode(document), knownSigners);

    const again = (): unknown => verifier.verify(decode(document), knownSigners);

    assert.throws(again, { code: "ERR_OADR_SIGNATURE_REPLAYED", message: /expected a nonce not seen before/ });
  });

  it("rule 514: refuses a replay up to the last moment at which the message is not too old", async () => {
    for (const limits of [
      {},
      { maxAge: seconds(0), maxAhead: seconds(0) },
      { maxAge: milliseconds(1), maxAhead: seconds(90) },
    ]) {
      const { maxAge = 5_000, maxAhead = 5_000 } = limits;
      for (const step of [1, 7, 4_999, 5_000, 89_999, 100_000]) {
        let now = 0 - maxAhead;
        const clock = { now: () => new Date(noon.getTime() + now) };
        const verifier = new SignatureVerifier({ ...limits, clock });
        const document = await signedPoll(signers.rsa);
        verifier.verify(decode(document), knownSigners);

        for (now += Math.min(step, maxAge + maxAhead); now <= maxAge; now += Math.max(step, (maxAge + maxAhead) / 10)) {
          const other = await sign(aPoll, signers.rsa, { clock });
          verifier.verify(decode(other), knownSigners);
          assert.throws(() => verifier.verify(decode(document), knownSigners), { code: "ERR_OADR_SIGNATURE_REPLAYED" });
        }
      }
    }
  });

  it("takes the same nonce from two signers", async () => {
    const verifier = new SignatureVerifier({ clock: at(0) });

    verifier.verify(decode(await signedPoll(signers.rsa)), knownSigners);

    assert.deepEqual(verifier.verify(decode(await signedPoll(signers.p256)), knownSigners).message, aPoll);
  });

  it("does not use up the nonce of a message that is refused", async () => {
    const verifier = new SignatureVerifier({ clock: at(0) });
    const document = await signedPoll();

    assert.throws(() => verifier.verify(decode(document.replace("ven-1", "ven-2")), knownSigners));
    assert.throws(() => verifier.verify(decode(document), {}));

    assert.deepEqual(verifier.verify(decode(document), knownSigners).message, aPoll);
  });

  for (const name of ["maxAge", "maxAhead"] as const) {
    for (const span of [milliseconds(-1), milliseconds(300_001), Number.NaN as Duration]) {
      it(`refuses ${name} of ${span} ms`, () => {
        assert.throws(() => new SignatureVerifier({ [name]: span }), {
          name: "RangeError",
          message: `${name}: expected 0 to 300000 ms, got ${span} ms`,
        });
      });
    }

    it(`takes ${name} of 5 minutes`, () => assert.ok(new SignatureVerifier({ [name]: minutes(5) })));
  }
});
