import { sign, verify, type KeyObject } from "node:crypto";
import { PkiError } from "./error.ts";
import { oids } from "./object-identifiers.ts";
import { bytesOfBits, Fields, oidOf, type DerNode } from "./read-der.ts";
import * as der from "./write-der.ts";

/** How a key signs: the algorithm identifier, and the hash. */
export interface SignatureAlgorithm {
  readonly identifier: Buffer;
  readonly hash: "sha256" | "sha384";
}

/** The algorithm for a private key: SHA-256, and SHA-384 for P-384. */
export function signatureAlgorithmOf(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === "rsa") {
    return { identifier: der.sequence(der.oid(oids.sha256WithRsa), der.nothing()), hash: "sha256" };
  }
  const isP384 = key.asymmetricKeyDetails?.namedCurve === "secp384r1";
  return isP384
    ? { identifier: der.sequence(der.oid(oids.ecdsaWithSha384)), hash: "sha384" }
    : { identifier: der.sequence(der.oid(oids.ecdsaWithSha256)), hash: "sha256" };
}

/** What is signed with its signature, as certificates, requests and revocation lists have it. */
export function signed(content: Uint8Array, key: KeyObject): Buffer {
  const { identifier, hash } = signatureAlgorithmOf(key);
  return der.sequence(content, identifier, der.bits(sign(hash, content, key)));
}

/** The three parts of what {@link signed} makes. */
export interface Signed {
  readonly content: DerNode;
  readonly algorithm: DerNode;
  readonly signature: Uint8Array;
}

/** Takes apart what is signed. */
export function partsOf(node: DerNode, what: string): Signed {
  const fields = new Fields(node, what);
  const content = fields.take("signed content", 0x30);
  const algorithm = fields.take("a signature algorithm", 0x30);
  return { content, algorithm, signature: bytesOfBits(fields.take("a signature", 0x03), what) };
}

/** Throws {@link PkiError} unless the signature is genuine, and made with SHA-256 or above. */
export function requireGenuine({ content, algorithm, signature }: Signed, key: KeyObject, what: string): void {
  const id = oidOf(new Fields(algorithm, what).take("a signature algorithm", 0x06), what);
  const known = verifiable[id];
  if (known === undefined || known.type !== key.asymmetricKeyType) {
    throw new PkiError("ERR_PKI_REFUSED", `${what}: expected a signature by RSA or ECDSA with SHA-2, got ${id}`);
  }
  if (verify(known.hash, content.raw, key, signature)) return;
  throw new PkiError("ERR_PKI_REFUSED", `${what}: expected a signature that fits its key, got another`);
}

const verifiable: Readonly<Record<string, { readonly type: "rsa" | "ec"; readonly hash: string }>> = {
  [oids.sha256WithRsa]: { type: "rsa", hash: "sha256" },
  [oids.sha384WithRsa]: { type: "rsa", hash: "sha384" },
  [oids.sha512WithRsa]: { type: "rsa", hash: "sha512" },
  [oids.ecdsaWithSha256]: { type: "ec", hash: "sha256" },
  [oids.ecdsaWithSha384]: { type: "ec", hash: "sha384" },
  [oids.ecdsaWithSha512]: { type: "ec", hash: "sha512" },
};
