import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "vitest";
import { MalformedMessageError } from "../src/errors.ts";
import { canonicalize } from "../src/xml/canonical.ts";
import { elementsOf } from "../src/xml/element.ts";
import { parseXml } from "../src/xml/parse.ts";
import { assertRefused, signAgain, signedPoll, signers, verifyNow } from "./signing.ts";

// What is well signed, by the signer even, and in a form that good attacks are made of.
const signed = await signedPoll();

describe("a signature with other references, even by the signer,", () => {
  for (const uri of [
    "",
    "#",
    "#xpointer(/)",
    "#xpointer(id('signedObject'))",
    "signedObject",
    "http://127.0.0.1/#signedObject",
    "file:///etc/passwd",
    "#signature",
    "#signedobject",
    "##signedObject",
  ]) {
    it(`is refused with a reference to "${uri}"`, () => {
      refusedForm(signed.replace('URI="#signedObject"', `URI="${uri}"`), /Reference\[0\]: expected a URI with the ID/);
    });
  }

  it("is refused with a reference to nothing in particular", () => {
    refusedForm(signed.replace(' URI="#signedObject"', ""), /expected a URI with the ID .* got none/);
  });

  it("is refused where the signed object has no ID", () => {
    refusedForm(signed.replace(' oadr:Id="signedObject"', ""), /expected a URI with the ID/);
    refusedForm(signed.replace(' oadr:Id="signedObject"', "").replace("#signedObject", "#undefined"), /expected a URI/);
  });

  it("is refused where it signs its properties only", () => {
    const [reference = ""] = /<ds:Reference URI="#signedObject">.*?<\/ds:Reference>/.exec(signed) ?? [];

    refusedForm(signed.replace(reference, ""), /expected two ds:Reference, got 1/);
    refusedForm(signed.replace("#signedObject", "#prop"), /expected references to the signed object and to ds:Object/);
  });

  it("is refused where it signs the message only", () => {
    const [reference = ""] = /<ds:Reference URI="#prop">.*?<\/ds:Reference>/.exec(signed) ?? [];

    refusedForm(signed.replace(reference, ""), /expected two ds:Reference, got 1/);
    refusedForm(
      signed.replace('URI="#prop"', 'URI="#signedObject"'),
      /expected references to the signed object and to/,
    );
  });

  it("is refused over nothing", () => {
    assert.throws(() => verifyNow(signed.replace(/<ds:Reference.*<\/ds:Reference>/, "")), MalformedMessageError);
  });

  it("is refused with a third reference", () => {
    const [reference = ""] = /<ds:Reference URI="#prop">.*?<\/ds:Reference>/.exec(signed) ?? [];

    refusedForm(signed.replace(reference, reference + reference), /expected two ds:Reference, got 3/);
  });

  it("is refused over a manifest, whose own references nobody looks at", () => {
    const [reference = ""] = /<ds:Reference URI="#signedObject">.*?<\/ds:Reference>/.exec(signed) ?? [];
    const manifest = `<ds:Manifest Id="manifest">${reference}</ds:Manifest>`;

    refusedForm(
      signed.replace("#signedObject", "#manifest").replace("</ds:Object>", `${manifest}</ds:Object>`),
      /expected a URI with the ID of the signed object/,
    );
  });
});

describe("a signature with other algorithms, even by the signer,", () => {
  const c14n = '<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:Transform>';

  for (const algorithm of [
    "http://www.w3.org/TR/1999/REC-xpath-19991116",
    "http://www.w3.org/2002/06/xmldsig-filter2",
    "http://www.w3.org/TR/1999/REC-xslt-19991116",
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2000/09/xmldsig#base64",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2006/12/xml-c14n11",
    "",
  ]) {
    it(`is refused with the transform "${algorithm}"`, () => {
      const other = c14n.replace(/Algorithm=".*?"/, `Algorithm="${algorithm}"`);

      refusedAlgorithm(signed.replace(c14n, other), /Transform: expected one of .*c14n-20010315/);
    });
  }

  it("is refused with an XPath that leaves out what was added", () => {
    const xpath =
      '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::evil)</ds:XPath></ds:Transform>';

    refusedAlgorithm(signed.replace(c14n, xpath), /Transform: expected one of/);
  });

  it("is refused with a canonical form that has parameters", () => {
    const parameter = c14n.replace("></", '><x:InclusiveNamespaces xmlns:x="urn:x" PrefixList="ei"/></');

    refusedAlgorithm(signed.replace(c14n, parameter), /Transform: expected no parameters/);
  });

  it("is refused with a second transform", () => {
    assertRefused(signAgain(signed.replace(c14n, c14n + c14n)), [
      "ERR_OADR_SIGNATURE_FORM",
      /expected at most one ds:Transform, got 2/,
    ]);
  });

  for (const algorithm of [
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2006/12/xml-c14n11",
    "urn:none",
  ]) {
    it(`is refused with SignedInfo canonicalised by "${algorithm}"`, () => {
      refusedAlgorithm(
        signed.replace(/(<ds:CanonicalizationMethod Algorithm=")[^"]*/, `$1${algorithm}`),
        /CanonicalizationMethod: expected one of/,
      );
    });
  }

  it("is refused with a digest by MD5", () => {
    refusedAlgorithm(
      signed.replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#md5"),
      /DigestMethod: expected one of/,
    );
  });

  it("is refused as a HMAC whose secret is the public key that everybody knows", () => {
    const [own] = signers.rsa.certificates;
    const confused = signed.replace(
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
      "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    );
    const [signature] = elementsOf(parseXml(confused));
    const [signedInfo] = elementsOf(signature ?? parseXml(confused));
    assert.ok(signedInfo !== undefined);
    const secret = own.publicKey.export({ type: "spki", format: "pem" });
    const value = createHmac("sha256", secret).update(canonicalize(signedInfo)).digest("base64");
    const forged = confused.replace(/(<ds:SignatureValue>)[^<]*/, `$1${value}`);

    assertRefused(forged, ["ERR_OADR_SIGNATURE_ALGORITHM", /SignatureMethod: expected one of/]);
  });

  it("is refused as a HMAC of no length", () => {
    const method = /<ds:SignatureMethod Algorithm="[^"]*">/;
    const hmac =
      '<ds:SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><ds:HMACOutputLength>0</ds:HMACOutputLength>';
    const truncated =
      '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"><ds:HMACOutputLength>0</ds:HMACOutputLength>';

    assertRefused(signed.replace(method, hmac), ["ERR_OADR_SIGNATURE_ALGORITHM", /SignatureMethod: expected one of/]);
    assertRefused(signed.replace(method, truncated), [
      "ERR_OADR_SIGNATURE_ALGORITHM",
      /SignatureMethod: expected no parameters/,
    ]);
  });

  it("is refused where it names another kind of key than its certificate has", () => {
    const confused = signed.replace("rsa-sha256", "ecdsa-sha256");

    assertRefused(confused, [
      "ERR_OADR_SIGNATURE_ALGORITHM",
      /SignatureValue: expected a key for .*ecdsa-sha256, got rsa of 2048/,
    ]);
  });
});

const refusedForm = (document: string, reason: RegExp): void =>
  assertRefused(signAgain(document), ["ERR_OADR_SIGNATURE_FORM", reason]);

const refusedAlgorithm = (document: string, reason: RegExp): void =>
  assertRefused(signAgain(document), ["ERR_OADR_SIGNATURE_ALGORITHM", reason]);
