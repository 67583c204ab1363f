// Cases that compare signing and verifying with the bare cryptographic operations over the same bytes.
import { sign as signBytes, verify as verifyBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { nanosecondsPerCall, nanosecondsPerAwaitedCall } from "./timing.js";

/** @import { Decoded, Signer } from "@openleadr/protocol" */
/** @import { Benchmark } from "./types.d.ts" */

/** How many messages are verified, one after the other, before the same ones come again. */
const messages = 200;
const now = new Date("2027-01-01T12:00:00Z");
const clock = { now: () => now };

/**
 * Verification alone of a decoded message signed with RSA-2048, compared with the bare check of an RSA signature.
 *
 * @param {{ name: string, document: string, target: number }} options
 * @returns {Benchmark}
 */
export function verifyBenchmark({ name, document, target }) {
  const ours = async () => {
    const { decode } = await import("@openleadr/protocol");
    const signed = await signedMessages(document);
    const decoded = signed.map((bytes) => decode(bytes));
    return nanosecondsPerCall(await verifying((index) => decoded[index % messages] ?? decode("")));
  };
  return { name, unit: "ns/message", better: "lower", target, variants: { ours, reference: bareVerifications } };
}

/**
 * Decoding and verification of a message signed with RSA-2048, and a signed answer, encoded, compared with the two bare
 * operations.
 *
 * @param {{ name: string, document: string, answer: string, key: "rsa" | "ec", target: number }} options
 * @returns {Benchmark}
 */
export function exchangeBenchmark({ name, document, answer, key, target }) {
  const ours = async () => {
    const { decode, sign } = await import("@openleadr/protocol");
    const signed = await signedMessages(document);
    const next = await verifying((index) => decode(signed[index % messages] ?? ""));
    const { message } = decode(answer);
    const signer = await signerOf(key);
    return nanosecondsPerAwaitedCall(async () => {
      next();
      return Buffer.from(await sign(message, signer, { clock }));
    });
  };
  const reference = async () => {
    const verifyBare = await bareVerification();
    const signer = await signerOf(key);
    const data = Buffer.alloc(signedInfoBytes, "x");
    return nanosecondsPerAwaitedCall(async () => {
      verifyBare();
      return signer.sign(data);
    });
  };
  return { name, unit: "ns/exchange", better: "lower", target, variants: { ours, reference } };
}

/**
 * Decoding and verification of a message signed with RSA-2048, compared with what `xml-crypto` needs to parse and verify
 * the same bytes, which it reads without checking what is in them.
 *
 * @param {{ name: string, document: string, target: number }} options
 * @returns {Benchmark}
 */
export function xmlCryptoBenchmark({ name, document, target }) {
  const ours = async () => {
    const { decode } = await import("@openleadr/protocol");
    const signed = await signedMessages(document);
    return nanosecondsPerCall(await verifying((index) => decode(signed[index % messages] ?? "")));
  };
  const reference = async () => {
    const { SignedXml } = await importXmlCrypto();
    const signed = (await signedMessages(document)).map(String);
    const publicCert = readFileSync(fileOf("rsa.crt"), "utf8");
    let index = 0;
    return nanosecondsPerCall(() => {
      const xml = signed[index++ % messages] ?? "";
      const [signature = ""] = /<[a-z]+:Signature .*?<\/[a-z]+:Signature>/s.exec(xml) ?? [];
      const verifier = new SignedXml({ publicCert });
      verifier.loadSignature(signature);
      if (!verifier.checkSignature(xml)) throw new Error("expected a signature that is valid, got another one");
    });
  };
  return { name, unit: "ns/message", better: "lower", target, variants: { ours, reference } };
}

/**
 * The types that it comes with need those of browsers.
 *
 * @typedef {{ loadSignature: (signature: string) => void, checkSignature: (xml: string) => boolean }} XmlCryptoVerifier
 * @returns {Promise<{ SignedXml: new (options: { publicCert: string }) => XmlCryptoVerifier }>}
 */
async function importXmlCrypto() {
  const name = "xml-crypto";
  return import(name);
}

/** What is signed of a signature with two references, in its canonical form. */
const signedInfoBytes = 900;

async function bareVerifications() {
  return nanosecondsPerCall(await bareVerification());
}

/** @returns {Promise<() => boolean>} */
async function bareVerification() {
  const { certificates } = await signerOf("rsa");
  const data = Buffer.alloc(signedInfoBytes, "x");
  const signature = signBytes("sha256", data, readFileSync(fileOf("rsa.key")));
  const { publicKey } = certificates[0];
  return () => verifyBytes("sha256", data, publicKey, signature);
}

/** @param {string} document */
async function signedMessages(document) {
  const { decode, sign } = await import("@openleadr/protocol");
  const { message } = decode(document);
  const signer = await signerOf("rsa");
  const signed = [];
  for (let count = 0; count < messages; count++) signed.push(Buffer.from(await sign(message, signer, { clock })));
  return signed;
}

/**
 * Each call verifies another message, and begins anew after the last one: the same one twice would be a replay.
 *
 * @param {(index: number) => Decoded} decodedAt
 */
async function verifying(decodedAt) {
  const { certificateFingerprint, SignatureVerifier } = await import("@openleadr/protocol");
  const { certificates } = await signerOf("rsa");
  const trust = { fingerprints: [certificateFingerprint(certificates[0].raw)] };
  let verifier = new SignatureVerifier({ clock });
  let index = 0;
  return () => {
    if (index % messages === 0) verifier = new SignatureVerifier({ clock });
    return verifier.verify(decodedAt(index++), trust);
  };
}

/**
 * @param {"rsa" | "ec"} key
 * @returns {Promise<Signer>}
 */
async function signerOf(key) {
  const { createSigner } = await import("@openleadr/protocol");
  return createSigner({ key: readFileSync(fileOf(`${key}.key`)), certificates: readFileSync(fileOf(`${key}.crt`)) });
}

/** @param {string} name */
function fileOf(name) {
  return new URL(`certificates/${name}`, import.meta.url);
}
