import { createCipheriv, createDecipheriv, pbkdf2Sync, type KeyObject } from "node:crypto";
import { PkiError } from "./error.ts";
import { oids } from "./object-identifiers.ts";
import { pkcs12Key, pkcs12Passphrase, pkcs12Purpose } from "./pkcs12-key.ts";
import { Fields, numberOf, oidOf, type DerNode } from "./read-der.ts";
import * as der from "./write-der.ts";

/** How often a passphrase is hashed at most: the honest take up to some hundred thousands, and each costs time. */
const maxRounds = 2_000_000;

/** How often a passphrase is hashed in what is written: some tenths of a second on a small machine. */
const rounds = 200_000;

/**
 * A private key in PKCS#8, encrypted with PBES2 (PBKDF2 with HMAC-SHA-256, AES-256 in CBC mode), as an
 * EncryptedPrivateKeyInfo. What node:crypto itself writes hashes the passphrase only 2,048 times.
 */
export function encryptKey(key: KeyObject, passphrase: string, randomBytes: (size: number) => Uint8Array): Buffer {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync(passphrase, salt, rounds, 32, "sha256"), iv);
  const ciphertext = Buffer.concat([cipher.update(key.export({ type: "pkcs8", format: "der" })), cipher.final()]);
  const hash = der.sequence(der.oid(oids.hmacSha256), der.nothing());
  const derivation = der.sequence(der.oid(oids.pbkdf2), der.sequence(der.octets(salt), der.integer(rounds), hash));
  const encryption = der.sequence(der.oid(oids.aes256Cbc), der.octets(iv));
  const algorithm = der.sequence(der.oid(oids.pbes2), der.sequence(derivation, encryption));
  return der.sequence(algorithm, der.octets(ciphertext));
}

/** A way to encrypt with a passphrase, as its algorithm identifier says. */
interface Scheme {
  readonly rounds: number;
  /** Key and initialisation vector that a passphrase gives. */
  derive(passphrase: string): { readonly key: Uint8Array; readonly iv: Uint8Array };
  readonly cipher: string;
}

/**
 * Throws {@link PkiError} for an EncryptedPrivateKeyInfo (PKCS#8) whose decryption would take too long, or that is
 * encrypted in a way that is not supported.
 */
export function requireBoundedRounds(node: DerNode, what: string): void {
  parseScheme(new Fields(node, what).take("an algorithm", 0x30), what);
}

/** Decrypts what a passphrase encrypted. Throws {@link PkiError}, for a wrong passphrase too. */
export function decrypt(algorithm: DerNode, ciphertext: Uint8Array, passphrase: string): Buffer {
  const { cipher, derive } = parseScheme(algorithm, "encrypted content");
  const { key, iv } = derive(passphrase);
  try {
    const decipher = createDecipheriv(cipher, key, iv);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch (cause) {
    throw new PkiError("ERR_PKI_PASSPHRASE", "expected the passphrase it is encrypted with", { cause });
  }
}

function parseScheme(algorithm: DerNode, what: string): Scheme {
  const fields = new Fields(algorithm, what);
  const id = oidOf(fields.take("an algorithm", 0x06), what);
  const parameters = fields.take("parameters", 0x30);
  const scheme =
    id === oids.pbes2
      ? pbes2(parameters, what)
      : id === oids.pbeSha1TripleDes
        ? tripleDes(parameters, what)
        : undefined;
  if (scheme === undefined) {
    throw unsupported(what, "encryption with PBES2 and AES (or, of old, SHA-1 and triple DES)", id);
  }
  if (scheme.rounds >= 1 && scheme.rounds <= maxRounds) return scheme;
  throw new PkiError(
    "ERR_PKI_TOO_LARGE",
    `${what}: expected 1 to ${maxRounds} rounds of hashing, got ${scheme.rounds}`,
  );
}

function pbes2(parameters: DerNode, what: string): Scheme {
  const fields = new Fields(parameters, what);
  const [derivation, encryption] = [fields.take("a derivation", 0x30), fields.take("a cipher", 0x30)];
  const { digest, salt, rounds } = pbkdf2(derivation, what);
  const cipherFields = new Fields(encryption, what);
  const cipherId = oidOf(cipherFields.take("a cipher", 0x06), what);
  const cipher = ciphers[cipherId];
  if (cipher === undefined) throw unsupported(what, "AES in CBC mode", cipherId);
  const iv = cipherFields.take("an initialisation vector", 0x04).content;
  return {
    rounds,
    cipher: cipher.name,
    derive: (passphrase) => ({ key: pbkdf2Sync(passphrase, salt, rounds, cipher.keyBytes, digest), iv }),
  };
}

function pbkdf2(derivation: DerNode, what: string): { digest: string; salt: Uint8Array; rounds: number } {
  const fields = new Fields(derivation, what);
  const id = oidOf(fields.take("a derivation", 0x06), what);
  if (id !== oids.pbkdf2) throw unsupported(what, "derivation with PBKDF2", id);
  const parameters = new Fields(fields.take("parameters", 0x30), what);
  const salt = parameters.take("a salt", 0x04).content;
  const rounds = numberOf(parameters.take("a number of rounds", 0x02), what);
  parameters.takeIf(0x02);
  const prf = parameters.takeIf(0x30);
  const prfId = prf === undefined ? oids.hmacSha1 : oidOf(new Fields(prf, what).take("a hash", 0x06), what);
  const digest = hmacs[prfId];
  if (digest === undefined) throw unsupported(what, "HMAC with SHA-1 or SHA-2", prfId);
  return { digest, salt, rounds };
}

function tripleDes(parameters: DerNode, what: string): Scheme {
  const fields = new Fields(parameters, what);
  const salt = fields.take("a salt", 0x04).content;
  const rounds = numberOf(fields.take("a number of rounds", 0x02), what);
  return {
    rounds,
    cipher: "des-ede3-cbc",
    derive(passphrase) {
      const derivation = { hash: "sha1", passphrase: pkcs12Passphrase(passphrase), salt, rounds } as const;
      return {
        key: pkcs12Key(derivation, pkcs12Purpose.encryption, 24),
        iv: pkcs12Key(derivation, pkcs12Purpose.iv, 8),
      };
    },
  };
}

const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  [oids.aes128Cbc]: { name: "aes-128-cbc", keyBytes: 16 },
  [oids.aes192Cbc]: { name: "aes-192-cbc", keyBytes: 24 },
  [oids.aes256Cbc]: { name: "aes-256-cbc", keyBytes: 32 },
};

const hmacs: Readonly<Record<string, string>> = {
  [oids.hmacSha1]: "sha1",
  [oids.hmacSha256]: "sha256",
  [oids.hmacSha384]: "sha384",
  [oids.hmacSha512]: "sha512",
};

function unsupported(what: string, expected: string, got: string): PkiError {
  return new PkiError("ERR_PKI_UNSUPPORTED", `${what}: expected ${expected}, got ${weak[got] ?? got}`);
}

/** What old tools write, named for those who have to write it anew. */
const weak: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.5.3": "MD5 and DES, which is too weak",
  "1.2.840.113549.1.12.1.5": "RC2 with 128 bits, which is too weak",
  "1.2.840.113549.1.12.1.6": "RC2 with 40 bits, which is too weak",
};
