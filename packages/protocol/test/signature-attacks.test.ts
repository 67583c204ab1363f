import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { MalformedMessageError } from "../src/errors.ts";
import { aPoll, assertRefused, signAgain, signedPoll, verifyNow } from "./signing.ts";

// What somebody tries who has a signed message, but not the key.
const signed = await signedPoll();
const evil =
  '<oadr:oadrSignedObject oadr:Id="evil"><oadr:oadrPoll ei:schemaVersion="2.0b"><ei:venID>evil</ei:venID></oadr:oadrPoll></oadr:oadrSignedObject>';
const signedObject = (): string => /<oadr:oadrSignedObject.*<\/oadr:oadrSignedObject>/.exec(signed)?.[0] ?? "";
const object = (): string => /<ds:Object.*<\/ds:Object>/.exec(signed)?.[0] ?? "";
const inObject = (more: string): string => signed.replace("</ds:Object>", `</ds:Object><ds:Object>${more}</ds:Object>`);
const inKeyInfo = (more: string): string => signed.replace("</ds:X509Data>", `</ds:X509Data>${more}`);

describe("a signature moved onto other content", () => {
  it("is refused for a signed object that was changed", () => {
    assertRefused(signed.replace("ven-1", "ven-2"), [
      "ERR_OADR_SIGNATURE_MISMATCH",
      /Reference\[0\]: expected the digest/,
    ]);
  });

  it("is refused for an attribute that was changed", () => {
    assertRefused(signed.replace('"2.0b"', '"2.0a"'), ["ERR_OADR_SIGNATURE_MISMATCH", /Reference\[0\]/]);
  });

  it("is refused where the signed object was wrapped into ds:Object and another stands in its place", () => {
    const wrapped = inObject(signedObject()).replace(/(<\/ds:Signature>).*(<\/oadr:oadrPayload>)/, `$1${evil}$2`);

    assertRefused(wrapped, ["ERR_OADR_SIGNATURE_FORM", /expected one ds:Object, got 2/]);
  });

  it("is refused where the signed object was wrapped into the signed properties", () => {
    const wrapped = signed
      .replace(signedObject(), evil)
      .replace("</ds:SignatureProperty>", `${signedObject()}</ds:SignatureProperty>`);

    assertRefused(wrapped, ["ERR_OADR_SIGNATURE_FORM", /expected a URI with the ID of the signed object/]);
  });

  it("is refused where the signed object was wrapped into KeyInfo", () => {
    const wrapped = signed.replace(signedObject(), evil).replace("</ds:X509Data>", `</ds:X509Data>${signedObject()}`);

    assertRefused(wrapped, ["ERR_OADR_SIGNATURE_FORM", /expected a URI with the ID of the signed object/]);
  });

  it("is refused where another object took over the ID of the signed one, which hides in KeyInfo", () => {
    const taken = evil.replace('"evil"', '"signedObject"');
    const wrapped = signed.replace(signedObject(), taken).replace("</ds:X509Data>", `</ds:X509Data>${signedObject()}`);

    assertRefused(wrapped, ["ERR_OADR_SIGNATURE_MISMATCH", /Reference\[0\]/]);
  });

  it("is refused where the signed object was wrapped into an unknown element that tolerant reading takes", () => {
    const hidden = `<x:hidden xmlns:x="urn:x">${signedObject()}</x:hidden>`;

    for (const taken of [evil, evil.replace('"evil"', '"signedObject"')]) {
      const wrapped = signed.replace(signedObject(), taken + hidden);
      assert.throws(() => verifyNow(wrapped, { decoding: { tolerant: true } }), { name: "SignatureError" });
    }
  });

  it("is refused with the signed object twice", () => {
    assert.throws(
      () => verifyNow(signed.replace(signedObject(), signedObject() + signedObject())),
      MalformedMessageError,
    );
    assert.throws(() => verifyNow(signed.replace(signedObject(), evil + signedObject())), MalformedMessageError);
    assert.throws(() => verifyNow(signed.replace(signedObject(), signedObject() + evil)), MalformedMessageError);
  });

  it("is refused with a second payload in the signed object", () => {
    const second = signed.replace(
      "</oadr:oadrSignedObject>",
      "<oadr:oadrPoll><ei:venID>evil</ei:venID></oadr:oadrPoll></oadr:oadrSignedObject>",
    );

    assert.throws(() => verifyNow(second), MalformedMessageError);
  });

  it("is refused beside another signature", () => {
    const [signature = ""] = /<ds:Signature .*<\/ds:Signature>/.exec(signed) ?? [];

    assert.throws(() => verifyNow(signed.replace(signature, signature + signature)), MalformedMessageError);
  });

  it("is refused where an ID is there twice", () => {
    for (const doubled of [
      signed.replace('Id="signature"', 'Id="signedObject"'),
      signed.replace('Id="signature"', 'Id="prop"'),
      signed.replace("<ds:KeyInfo>", '<ds:KeyInfo Id="signedObject">'),
      signed.replace('oadr:Id="signedObject"', 'oadr:Id="prop"'),
    ]) {
      assert.throws(() => verifyNow(doubled), {
        name: "MalformedMessageError",
        message: /expected an ID no other element has/,
      });
    }
  });

  it("signs what was decoded, though something that is no message bears its ID too", () => {
    const decoy =
      '<x:decoy xmlns:x="urn:x" Id="signedObject" xml:id="signedObject"><ei:venID>evil</ei:venID></x:decoy>';

    assert.deepEqual(verifyNow(inKeyInfo(decoy)).message, aPoll);
  });

  it("is refused for a payload outside its envelope", () => {
    const [payload = ""] = /<oadr:oadrPoll.*<\/oadr:oadrPoll>/.exec(signed) ?? [];
    const bare = payload.replace(
      "<oadr:oadrPoll",
      '<oadr:oadrPoll xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07" xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110"',
    );

    assertRefused(bare, ["ERR_OADR_SIGNATURE_MISSING", /expected element ds:Signature, got none/]);
  });

  it("is refused where text was split by a comment that hides a part of it", () => {
    // Comments are not signed: what is read must be what is left without them.
    const split = signed.replace("ven-1", "ven-1<!-- -->");

    assert.deepEqual(verifyNow(split).message, aPoll);
    assertRefused(signed.replace("ven-1", "ven-1<!-- -->.evil"), ["ERR_OADR_SIGNATURE_MISMATCH", /Reference/]);
    assertRefused(signed.replace("ven-1", "ven-1<?evil?>"), ["ERR_OADR_SIGNATURE_MISMATCH", /Reference/]);
  });

  it("is refused where a namespace around it was changed", () => {
    assertRefused(signed.replace("<oadr:oadrPayload ", '<oadr:oadrPayload xmlns:x="urn:x" '), [
      "ERR_OADR_SIGNATURE_MISMATCH",
      /Reference/,
    ]);
    assert.throws(() => verifyNow(signed.replace("energyinterop/201110", "energyinterop/201110/payloads")));
  });
});

describe("a signature with another ReplayProtect", () => {
  it("is refused where the timestamp was changed", () => {
    assertRefused(signed.replace("12:00:00Z", "12:00:01Z"), ["ERR_OADR_SIGNATURE_MISMATCH", /Reference\[1\]/]);
  });

  it("is refused where the nonce was changed", () => {
    assertRefused(signed.replace(">nonce<", ">other<"), ["ERR_OADR_SIGNATURE_MISMATCH", /Reference\[1\]/]);
  });

  it("is refused where a fresh one stands before the signed one", () => {
    const fresh = object().replace('"prop"', '"fresh"').replace(">nonce<", ">fresh<");

    assertRefused(signed.replace("<ds:Object ", `${fresh}<ds:Object `), [
      "ERR_OADR_SIGNATURE_FORM",
      /expected one ds:Object, got 2/,
    ]);
  });

  it("is refused where the signed one was moved into another object's place", () => {
    const moved = `<ds:Object Id="fresh">${object().replace('"prop"', '"old"').replaceAll("ds:Object", "x:o").replace("<x:o", '<x:o xmlns:x="urn:x"')}</ds:Object>`;

    assertRefused(signed.replace(object(), moved), ["ERR_OADR_SIGNATURE_FORM", /expected a URI with the ID/]);
  });

  it("rule 514: is refused without one, even by the signer", () => {
    const [protect = ""] = /<dsp:ReplayProtect>.*<\/dsp:ReplayProtect>/.exec(signed) ?? [];
    const without = signed.replace(protect, '<x:other xmlns:x="urn:x"/>');

    assertRefused(signAgain(without), ["ERR_OADR_SIGNATURE_FORM", /expected one .*dsp:ReplayProtect, got 0/]);
    assertRefused(signAgain(signed.replace(protect, protect + protect)), ["ERR_OADR_SIGNATURE_FORM", /got 2/]);
  });

  it("is refused with an odd one, even by the signer", () => {
    for (const [from, to] of [
      ["<dsp:nonce>nonce</dsp:nonce>", ""],
      ["<dsp:nonce>nonce</dsp:nonce>", "<dsp:nonce></dsp:nonce>"],
      ["<dsp:nonce>nonce</dsp:nonce>", `<dsp:nonce>${"n".repeat(257)}</dsp:nonce>`],
      ["<dsp:nonce>nonce</dsp:nonce>", "<dsp:nonce>nonce</dsp:nonce><dsp:nonce>nonce</dsp:nonce>"],
      [">nonce<", "><x>nonce</x><"],
      ["dsp:timestamp", "dsp:time"],
      ["xmldsig-properties", "other"],
    ] as const) {
      assertRefused(signAgain(signed.replaceAll(from, to)), ["ERR_OADR_SIGNATURE_FORM", /ReplayProtect/]);
    }
  });
});
