import { hash, sign as signBytes, type KeyObject } from "node:crypto";
import assert from "node:assert/strict";
import { decode } from "../src/envelope.ts";
import type { DecodeOptions } from "../src/envelope.ts";
import { SignatureError, type SignatureErrorCode } from "../src/errors.ts";
import { certificateFingerprint } from "../src/certificate/fingerprint.ts";
import type { Message } from "../src/messages/index.ts";
import { sign } from "../src/signature/sign.ts";
import { createSigner, type Signer } from "../src/signature/signer.ts";
import type { Trust } from "../src/signature/trust.ts";
import { SignatureVerifier, type SignatureVerifierOptions, type Verified } from "../src/signature/verifier.ts";
import { canonicalize } from "../src/xml/canonical.ts";
import { elementsOf, type XmlElement } from "../src/xml/element.ts";
import { parseXml } from "../src/xml/parse.ts";
import { certificate, keys } from "./certificates.ts";
import { noon } from "./messages.ts";

/** Signers of each kind of key, with certificates that they signed themselves. */
export const signers = {
  rsa: ownSigner(keys.rsa),
  p256: ownSigner(keys.p256),
  p384: ownSigner(keys.p384),
} as const;

function ownSigner(key: KeyObject): Signer {
  return createSigner({ key, certificates: [certificate({ subject: "ven-1", key })] });
}

/** A message that everybody knows. */
export const aPoll: Message<"oadrPoll"> = { name: "oadrPoll", payload: { venId: "ven-1" } };

const clock = { now: () => noon };

/** A poll signed at noon, with the nonce `nonce`. */
export function signedPoll(signer: Signer = signers.rsa): Promise<string> {
  return sign(aPoll, signer, { clock, newNonce: () => "nonce" });
}

/** Trust in the signers above. */
export const knownSigners: Trust = {
  fingerprints: Object.values(signers).map(({ certificates: [own] }) => certificateFingerprint(own.raw)),
};

/** What is handed to {@link verifyNow}. */
export interface VerifyOptions extends SignatureVerifierOptions {
  readonly trust?: Trust;
  readonly decoding?: DecodeOptions;
}

/** Verifies a document at noon, with nothing seen before. */
export function verifyNow(
  document: string,
  { trust = knownSigners, decoding, ...options }: VerifyOptions = {},
): Verified {
  return new SignatureVerifier({ clock, ...options }).verify(decode(document, decoding), trust);
}

/** Demands that a document's signature is refused with that code, for a reason like that. */
export function assertRefused(
  document: string,
  [code, reason]: readonly [SignatureErrorCode, RegExp],
  options: VerifyOptions = {},
): void {
  assert.throws(
    () => verifyNow(document, options),
    (error) => {
      assert.ok(error instanceof SignatureError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, reason);
      return true;
    },
  );
}

/** Makes digests and signature true again after a change, as somebody can who has the key. */
export function signAgain(document: string, key: KeyObject = keys.rsa): string {
  let text = document;
  for (const [index, reference] of referencesIn(text).entries()) {
    const target = targetOf(parseXml(text), reference);
    if (target !== undefined) text = withPart(text, ["DigestValue", index], digestOf(reference, target));
  }
  const [signedInfo] = named(parseXml(text), "ds:SignedInfo");
  assert.ok(signedInfo !== undefined);
  const comments = text.includes(
    'ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315#With',
  );
  const bytes = Buffer.from(canonicalize(signedInfo, { comments }));
  const algorithm = named(parseXml(text), "ds:SignatureMethod")[0]?.attributes[0]?.value ?? "";
  const value = signBytes(hashIn(algorithm), bytes, { key, dsaEncoding: "ieee-p1363" });
  return withPart(text, ["SignatureValue", 0], value.toString("base64"));
}

function referencesIn(text: string): readonly XmlElement[] {
  return named(parseXml(text), "ds:Reference");
}

function targetOf(root: XmlElement, reference: XmlElement): XmlElement | undefined {
  const uri = reference.attributes.find(({ name }) => name === "URI")?.value ?? "";
  if (uri === "") return root;
  return below(root).find(({ attributes }) =>
    attributes.some(({ name, value }) => (name === "Id" || name === "oadr:Id") && uri === `#${value}`),
  );
}

function digestOf(reference: XmlElement, target: XmlElement): string {
  const [method] = elementsOf(reference).filter(({ name }) => name === "ds:DigestMethod");
  return hash(hashIn(method?.attributes[0]?.value ?? ""), canonicalize(target), "base64");
}

function hashIn(algorithm: string): string {
  return /sha(?:1|256|384|512)$/.exec(algorithm)?.[0] ?? "sha256";
}

function withPart(text: string, [name, index]: readonly [string, number], content: string): string {
  let count = 0;
  return text.replace(new RegExp(`(<ds:${name}[^>]*>)[^<]*`, "g"), (whole, start: string) =>
    count++ === index ? start + content : whole,
  );
}

function named(root: XmlElement, name: string): readonly XmlElement[] {
  return below(root).filter((element) => element.name === name);
}

function below(element: XmlElement): readonly XmlElement[] {
  return [element, ...elementsOf(element).flatMap(below)];
}
