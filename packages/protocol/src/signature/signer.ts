import { createPrivateKey, KeyObject, sign as signBytes, X509Certificate, type PrivateKeyInput } from "node:crypto";
import { derOfBlock, pemBlocks } from "../certificate/pem.ts";
import {
  acceptedKeys,
  describeKey,
  signatureLengthOf,
  type SignatureAlgorithm,
  type SignatureHash,
} from "./algorithms.ts";

/** Makes signatures. {@link createSigner} makes one of a key at hand; a key in a HSM or a key service has its own. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** The certificate of the signing key, then those that lead from it to a CA, if any are to be sent along. */
  readonly certificates: readonly [X509Certificate, ...X509Certificate[]];
  /** Signs the bytes, unhashed: with RSA by PKCS#1 v1.5; with ECDSA as r and s one after the other, not as DER. */
  sign(data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** What {@link createSigner} makes a signer of. */
export interface SignerOptions {
  /** The private key: PEM, or DER in PKCS#8, PKCS#1 or SEC 1. RSA of at least 2048 bits, or EC on P-256 or P-384. */
  readonly key: KeyObject | string | Uint8Array;
  /** Opens the key, where it is encrypted. */
  readonly passphrase?: string | undefined;
  /**
   * The certificate of the key, then those that lead from it to a CA: PEM with one or more of them, one as DER, or a list.
   * All are sent with each message.
   */
  readonly certificates: string | Uint8Array | readonly X509Certificate[];
  /** Hash function for the signature and its digests. @default "sha256", the only one that the standard names */
  readonly hash?: SignatureHash | undefined;
}

/**
 * A signer that holds its key in memory.
 *
 * Throws `TypeError` where there is no usable key or certificate in what was given, or where the two do not belong
 * together. No error shows anything of the key or passphrase.
 */
export function createSigner(options: SignerOptions): Signer {
  const { hash = "sha256" } = options;
  const key = readKey(options);
  if (key.type !== "private" || signatureLengthOf(key) === undefined)
    throw new TypeError(`key: expected ${acceptedKeys}, got ${key.type} ${describeKey(key)}`);
  const certificates = readCertificates(options.certificates);
  if (!certificates[0].checkPrivateKey(key))
    throw new TypeError("certificates: expected the certificate of the key first, got one of another key");
  const signingKey = { key, dsaEncoding: "ieee-p1363" } as const;
  return {
    algorithm: `${key.asymmetricKeyType === "rsa" ? "rsa" : "ecdsa"}-${hash}`,
    certificates,
    sign: (data) => signBytes(hash, data, signingKey),
  };
}

function readKey({ key, passphrase }: SignerOptions): KeyObject {
  if (key instanceof KeyObject) return key;
  const secret = passphrase === undefined ? {} : { passphrase };
  const failures: unknown[] = [];
  for (const form of formsOf(key)) {
    try {
      return createPrivateKey({ ...form, ...secret });
    } catch (error) {
      failures.push(error);
    }
  }
  const problem = "key: expected a private key as PEM or DER, with its passphrase where it is encrypted";
  throw new TypeError(problem, { cause: failures[0] });
}

function formsOf(key: string | Uint8Array): readonly PrivateKeyInput[] {
  const bytes = Buffer.from(key);
  if (typeof key === "string" || bytes.includes("-----BEGIN")) return [{ key: bytes, format: "pem" }];
  return (["pkcs8", "pkcs1", "sec1"] as const).map((type) => ({ key: bytes, format: "der", type }));
}

function readCertificates(given: SignerOptions["certificates"]): Signer["certificates"] {
  const [first, ...more] = typeof given === "string" || given instanceof Uint8Array ? parseChain(given) : given;
  if (first === undefined) throw new TypeError("certificates: expected at least one, got none");
  return [first, ...more];
}

function parseChain(pemOrDer: string | Uint8Array): X509Certificate[] {
  const blocks = pemBlocks(pemOrDer, "certificate");
  try {
    if (blocks.length === 0) return [new X509Certificate(pemOrDer)];
    return blocks.map((block) => new X509Certificate(derOfBlock(block)));
  } catch (cause) {
    throw new TypeError("certificates: expected X.509 certificates as PEM or DER", { cause });
  }
}
