import { hash as digest, randomUUID } from "node:crypto";
import { writeParts, type EncodeOptions, type WrittenParts } from "../envelope.ts";
import type { Message } from "../messages/index.ts";
import { show } from "../schema/place.ts";
import { formatDateTime } from "../schema/times.ts";
import { systemClock, type Clock } from "../time.ts";
import { canonicalize } from "../xml/canonical.ts";
import { elementsOf } from "../xml/element.ts";
import { resolveLimits } from "../xml/limits.ts";
import { declarationsOf, signaturePrefixes } from "../xml/names.ts";
import { parseXml } from "../xml/parse.ts";
import { escapeText, isXmlText } from "../xml/text.ts";
import { longestNonce } from "./replay-protect.ts";
import { digestMethods, inclusiveCanonicalXml, signatureMethods, type SignatureHash } from "./algorithms.ts";
import type { Signer } from "./signer.ts";

/** How a message is signed, and what is written around it. */
export interface SignOptions extends EncodeOptions {
  /** `oadr:Id` of the signed object, which the signature refers to. @default "signedObject" */
  readonly id?: string | undefined;
  /** Gives the time of sending. @default the machine's own clock */
  readonly clock?: Pick<Clock, "now"> | undefined;
  /** Makes a text that no other message has; 1 to 256 characters. @default a UUID from `node:crypto` */
  readonly newNonce?: (() => string) | undefined;
}

/**
 * Writes a message with a signature over it and over the time of sending; send it at once and as it is.
 *
 * The signature stands before the signed object and covers it and a `ReplayProtect`; the signer's certificates go with it.
 * Throws what {@link encode} throws, what the signer throws, and `RangeError` for a nonce that is empty, too long or no
 * text for XML.
 *
 * @see OpenADR 2.0b, §10.6 and rule 514
 */
export async function sign(message: Message, signer: Signer, options: SignOptions = {}): Promise<string> {
  const { id = "signedObject", clock = systemClock, newNonce = randomUUID } = options;
  const parts = writeParts(message, { ...options, id });
  const { uri, hash } = signatureMethods[signer.algorithm];
  const { signatureScope } = parts;
  const properties = `Id="${propertiesId}">${propertiesOf(clock.now(), newNonce())}</ds:Object>`;
  const references =
    reference(id, canonicalSignedObject(parts), hash) +
    reference(propertiesId, `<ds:Object${signatureScope} ${properties}`, hash);
  const signedInfo = `>${canonicalizationMethod}${empty("SignatureMethod", uri)}${references}</ds:SignedInfo>`;
  const value = await signer.sign(Buffer.from(`<ds:SignedInfo${signatureScope}${signedInfo}`));
  const signature =
    `${signatureOpening}<ds:SignedInfo${signedInfo}` +
    `<ds:SignatureValue>${base64(value)}</ds:SignatureValue>${keyInfoOf(signer)}<ds:Object ${properties}</ds:Signature>`;
  return `${parts.opening}>${signature}${signedObjectOf(parts)}</oadr:oadrPayload>`;
}

const signatureId = "signature";
const signatureOpening = `<ds:Signature${declarationsOf(signaturePrefixes)} Id="${signatureId}">`;
const propertiesId = "prop";

/** An element of the signature that has nothing but its algorithm, in the canonical form. */
function empty(name: string, algorithm: string): string {
  return `<ds:${name} Algorithm="${algorithm}"></ds:${name}>`;
}

const canonicalizationMethod = empty("CanonicalizationMethod", inclusiveCanonicalXml);
const transforms = `<ds:Transforms>${empty("Transform", inclusiveCanonicalXml)}</ds:Transforms>`;

function reference(id: string, canonical: string, hash: SignatureHash): string {
  const digestValue = `<ds:DigestValue>${digest(hash, canonical, "base64")}</ds:DigestValue>`;
  return `<ds:Reference URI="#${id}">${transforms}${empty("DigestMethod", digestMethods[hash])}${digestValue}</ds:Reference>`;
}

function signedObjectOf({ id, content }: WrittenParts, declarations = ""): string {
  return `<oadr:oadrSignedObject${declarations}${id}>${content}</oadr:oadrSignedObject>`;
}

/** What is written is in the canonical form already, but for the namespaces of the root and for trees kept as they are. */
function canonicalSignedObject(parts: WrittenParts): string {
  const { opening, scope, content } = parts;
  if (!content.includes(" xmlns")) return signedObjectOf(parts, scope);
  const root = parseXml(`${opening}>${signedObjectOf(parts)}</oadr:oadrPayload>`, unlimited);
  return elementsOf(root)
    .map((signedObject) => canonicalize(signedObject))
    .join("");
}

// Limits protect from what others send.
const unlimited = resolveLimits({ maxBytes: Number.MAX_SAFE_INTEGER, maxElements: Number.MAX_SAFE_INTEGER });

function propertiesOf(time: Date, nonce: string): string {
  const timestamp = formatDateTime(time);
  if (timestamp === undefined) throw new RangeError(`clock: expected a time in the years 1 to 9999, got ${show(time)}`);
  if (typeof nonce !== "string" || nonce.length === 0 || nonce.length > longestNonce || !isXmlText(nonce))
    throw new RangeError(`newNonce: expected 1 to ${longestNonce} characters of text, got ${show(nonce)}`);
  return (
    `<ds:SignatureProperties><ds:SignatureProperty Target="#${signatureId}"><dsp:ReplayProtect>` +
    `<dsp:timestamp>${timestamp}</dsp:timestamp><dsp:nonce>${escapeText(nonce)}</dsp:nonce>` +
    `</dsp:ReplayProtect></ds:SignatureProperty></ds:SignatureProperties>`
  );
}

function keyInfoOf({ certificates }: Signer): string {
  const written = certificates.map(({ raw }) => `<ds:X509Certificate>${base64(raw)}</ds:X509Certificate>`);
  return `<ds:KeyInfo><ds:X509Data>${written.join("")}</ds:X509Data></ds:KeyInfo>`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
