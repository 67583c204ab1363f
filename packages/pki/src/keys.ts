import { createPrivateKey, generateKeyPair, randomBytes as cryptoBytes, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { PkiError } from "./error.ts";
import { formatPem, isPem, parsePem } from "./pem.ts";
import { encryptKey, requireBoundedRounds } from "./password-encryption.ts";
import { malformed, readDer } from "./read-der.ts";
import type { PkiSources } from "./validity.ts";

/** The kinds of keys that are made: ECC for most uses, RSA for peers that know nothing else. */
export const keyKinds = ["p-256", "p-384", "rsa-2048", "rsa-3072", "rsa-4096"] as const;

/** A kind of key. @see OpenADR 2.0b, §10.1 and rule 68: RSA of at least 2048 bits, ECC of at least 256 */
export type KeyKind = (typeof keyKinds)[number];

/** Makes a private key. */
export async function createKey(kind: KeyKind = "p-256"): Promise<KeyObject> {
  const generate = promisify(generateKeyPair);
  switch (kind) {
    case "p-256":
    case "p-384":
      return (await generate("ec", { namedCurve: kind.toUpperCase() })).privateKey;
    case "rsa-2048":
    case "rsa-3072":
    case "rsa-4096":
      return (await generate("rsa", { modulusLength: Number(kind.slice(4)) })).privateKey;
  }
  throw new RangeError(`keyKind: expected ${keyKinds.join(" | ")}, got ${JSON.stringify(kind)}`);
}

/** A private key as PKCS#8 in PEM, encrypted with AES-256 if there is a passphrase. */
export function formatKey(key: KeyObject, passphrase?: string, { randomBytes = cryptoBytes }: PkiSources = {}): string {
  if (passphrase === undefined) return key.export({ type: "pkcs8", format: "pem" }).toString();
  if (passphrase === "") throw new RangeError('passphrase: expected one, or undefined, got ""');
  return formatPem("ENCRYPTED PRIVATE KEY", encryptKey(key, passphrase, randomBytes));
}

/**
 * Reads a private key in PEM or DER (PKCS#8, PKCS#1 or SEC 1), the first one if there are several.
 *
 * Throws {@link PkiError} if there is none in it, or the passphrase is missing or wrong.
 */
export function parseKey(document: string | Uint8Array, passphrase?: string): KeyObject {
  if (!isPem(document)) return parseDerKey(Buffer.from(document), passphrase);
  const block = parsePem(document).find(({ label }) => label.endsWith("PRIVATE KEY"));
  if (block === undefined) throw malformed("key", "a private key in PEM, got none");
  return parsePemKey(block.pem, passphrase);
}

/** Reads one PEM block with a private key. */
export function parsePemKey(pem: string, passphrase?: string): KeyObject {
  if (pem.includes("BEGIN ENCRYPTED")) {
    const [block] = parsePem(pem);
    if (block !== undefined) requireBoundedRounds(readDer(block.der, "key"), "key");
  }
  const isEncrypted = /BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(pem);
  return decrypted(isEncrypted, passphrase, () => createPrivateKey({ key: pem, passphrase: passphrase ?? "" }));
}

function parseDerKey(key: Buffer, passphrase: string | undefined): KeyObject {
  const node = readDer(key, "key");
  if (node.children[0]?.tag === 0x30) return parseEncryptedKey(key, passphrase);
  for (const type of ["pkcs8", "pkcs1", "sec1"] as const) {
    try {
      return createPrivateKey({ key, format: "der", type });
    } catch {
      // It may be one of the other two.
    }
  }
  throw malformed("key", "a private key in PEM or DER");
}

/** Reads an EncryptedPrivateKeyInfo (PKCS#8) in DER. */
export function parseEncryptedKey(key: Uint8Array, passphrase: string | undefined): KeyObject {
  requireBoundedRounds(readDer(key, "key"), "key");
  const read = (): KeyObject =>
    createPrivateKey({ key: Buffer.from(key), format: "der", type: "pkcs8", passphrase: passphrase ?? "" });
  return decrypted(true, passphrase, read);
}

function decrypted(isEncrypted: boolean, passphrase: string | undefined, read: () => KeyObject): KeyObject {
  if (isEncrypted && passphrase === undefined) {
    throw new PkiError("ERR_PKI_PASSPHRASE", "key: expected a passphrase, since it is encrypted, got none");
  }
  try {
    return read();
  } catch (cause) {
    if (!isEncrypted) throw new PkiError("ERR_PKI_MALFORMED", "key: expected a private key in PEM or DER", { cause });
    throw new PkiError("ERR_PKI_PASSPHRASE", "key: expected the passphrase it is encrypted with", { cause });
  }
}

/** What kind of key it is, for people, e.g. `ECC P-256` or `RSA 2048`; of a private or a public key. */
export function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  if (namedCurve !== undefined) return `ECC ${curveNames[namedCurve] ?? namedCurve}`;
  return asymmetricKeyType?.startsWith("rsa") === true ? `RSA ${modulusLength}` : String(asymmetricKeyType);
}

const curveNames: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

/** Throws {@link PkiError} for a key that OpenADR does not take, or whose use would cost a peer too much. */
export function requireFitKey(key: KeyObject, what: string): void {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const name = describeKey(key);
  const isFit = key.asymmetricKeyType === "rsa" ? bits >= 2_048 && bits <= 8_192 : /^ECC P-\d+$/.test(name);
  if (isFit) return;
  throw new PkiError("ERR_PKI_REFUSED", `${what}: expected a key of RSA 2048 to 8192 or ECC P-256, P-384, got ${name}`);
}
