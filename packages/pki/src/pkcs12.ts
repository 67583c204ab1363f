import {
  createHash,
  createHmac,
  randomBytes as cryptoBytes,
  timingSafeEqual,
  type KeyObject,
  type X509Certificate,
} from "node:crypto";
import { certificateOf, parseCertificates } from "./certificate.ts";
import { PkiError } from "./error.ts";
import { parseEncryptedKey, parseKey } from "./keys.ts";
import { oids } from "./object-identifiers.ts";
import { decrypt, encryptKey } from "./password-encryption.ts";
import { pkcs12Key, pkcs12Passphrase, pkcs12Purpose, type Pkcs12Derivation, type Pkcs12Hash } from "./pkcs12-key.ts";
import { Fields, malformed, numberOf, oidOf, readDer, type DerNode } from "./read-der.ts";
import type { PkiSources } from "./validity.ts";
import * as der from "./write-der.ts";

/** A certificate with its key, to be put into one PKCS#12 file. */
export interface Pkcs12Content {
  /** The certificate, and any CAs behind it, in PEM. */
  readonly certificate: string;
  readonly key: KeyObject;
  /** What to encrypt the key with. May be empty, as some programs demand one. */
  readonly passphrase: string;
  /** The name under which programs show it. @default none */
  readonly friendlyName?: string | undefined;
}

/**
 * Writes PKCS#12 (RFC 7292), also known as PFX: the key encrypted with AES-256, and the whole authenticated with
 * HMAC-SHA-256, both by the passphrase. Throws {@link PkiError} if the key is not that of the first certificate.
 */
export function encodePkcs12(content: Pkcs12Content, { randomBytes = cryptoBytes }: PkiSources = {}): Buffer {
  const { key, passphrase, friendlyName } = content;
  const certificates = parseCertificates(content.certificate);
  const [own] = certificates;
  if (own === undefined || !own.checkPrivateKey(key)) {
    throw new PkiError("ERR_PKI_REFUSED", "PKCS#12: expected a certificate and its key, got a key of another one");
  }
  const attributes = attributesOf(own, friendlyName);
  const shrouded = encryptKey(key, passphrase, randomBytes);
  const safe = der.sequence(
    dataOf(der.sequence(bag(oids.shroudedKeyBag, shrouded, attributes))),
    dataOf(
      der.sequence(...certificates.map((one) => bag(oids.certBag, certificateBag(one), one === own ? attributes : []))),
    ),
  );
  const derivation = {
    hash: "sha256",
    passphrase: pkcs12Passphrase(passphrase),
    salt: randomBytes(16),
    rounds: macRounds,
  } as const;
  return der.sequence(der.integer(3), dataOf(safe), macOf(derivation, safe));
}

const macRounds = 100_000;

function attributesOf({ raw }: X509Certificate, friendlyName: string | undefined): Buffer[] {
  const localKeyId = createHash("sha1").update(raw).digest();
  const name = friendlyName === undefined ? [] : [attribute(oids.friendlyName, der.wideText(friendlyName))];
  return [...name, attribute(oids.localKeyId, der.octets(localKeyId))];
}

function attribute(id: string, value: Uint8Array): Buffer {
  return der.sequence(der.oid(id), der.set(value));
}

function bag(id: string, value: Uint8Array, attributes: readonly Uint8Array[]): Buffer {
  return der.sequence(der.oid(id), der.tagged(0, value), ...(attributes.length === 0 ? [] : [der.set(...attributes)]));
}

function certificateBag({ raw }: X509Certificate): Buffer {
  return der.sequence(der.oid(oids.x509Certificate), der.tagged(0, der.octets(raw)));
}

function dataOf(content: Uint8Array): Buffer {
  return der.sequence(der.oid(oids.data), der.tagged(0, der.octets(content)));
}

function macOf(derivation: Pkcs12Derivation, safe: Uint8Array): Buffer {
  const algorithm = der.sequence(der.oid(oids.sha256), der.nothing());
  return der.sequence(
    der.sequence(algorithm, der.octets(digestOf(derivation, safe))),
    der.octets(derivation.salt),
    der.integer(derivation.rounds),
  );
}

function digestOf(derivation: Pkcs12Derivation, safe: Uint8Array): Buffer {
  const size = createHash(derivation.hash).digest().length;
  return createHmac(derivation.hash, pkcs12Key(derivation, pkcs12Purpose.mac, size))
    .update(safe)
    .digest();
}

/** What a PKCS#12 file holds. */
export interface Pkcs12Parts {
  readonly certificates: readonly X509Certificate[];
  readonly keys: readonly KeyObject[];
}

/**
 * Reads PKCS#12. The passphrase may be empty. What is encrypted with PBES2 and AES can be read, and, for old files, with
 * SHA-1 and triple DES.
 *
 * Throws {@link PkiError} if it is malformed or encrypted otherwise, or the passphrase is wrong.
 */
export function decodePkcs12(document: Uint8Array, passphrase: string): Pkcs12Parts {
  const fields = new Fields(readDer(document, what), what);
  if (numberOf(fields.take("a version", 0x02), what) !== 3) throw malformed(what, "version 3");
  const safe = dataIn(fields.take("content", 0x30));
  requireMac(fields.take("a MAC", 0x30), safe, passphrase);
  const bags = readDer(safe, what).children.flatMap((part) => bagsIn(part, passphrase));
  return {
    certificates: bags.flatMap((one) => certificatesIn(one)),
    keys: bags.flatMap((one) => keysIn(one, passphrase)),
  };
}

const what = "PKCS#12";
/** As `maxRounds` for passwords elsewhere, but each round costs more. */
const maxMacRounds = 1_000_000;

function requireMac(mac: DerNode, safe: Uint8Array, passphrase: string): void {
  const fields = new Fields(mac, what);
  const digest = new Fields(fields.take("a digest", 0x30), what);
  const id = oidOf(new Fields(digest.take("an algorithm", 0x30), what).take("a hash", 0x06), what);
  const hash = hashes[id];
  if (hash === undefined)
    throw new PkiError("ERR_PKI_UNSUPPORTED", `${what}: expected a MAC with SHA-1 or SHA-2, got ${id}`);
  const expected = digest.take("a digest", 0x04).content;
  const salt = fields.take("a salt", 0x04).content;
  const count = fields.takeIf(0x02);
  const rounds = count === undefined ? 1 : numberOf(count, what);
  if (rounds < 1 || rounds > maxMacRounds) {
    throw new PkiError("ERR_PKI_TOO_LARGE", `${what}: expected 1 to ${maxMacRounds} rounds of hashing, got ${rounds}`);
  }
  // An empty passphrase is written in two ways.
  const forms = passphrase === "" ? [pkcs12Passphrase(""), Buffer.alloc(0)] : [pkcs12Passphrase(passphrase)];
  const fits = forms.some((form) => isEqual(digestOf({ hash, passphrase: form, salt, rounds }, safe), expected));
  if (!fits) throw new PkiError("ERR_PKI_PASSPHRASE", `${what}: expected the passphrase it is protected with`);
}

const hashes: Readonly<Record<string, Pkcs12Hash>> = {
  [oids.sha1]: "sha1",
  [oids.sha256]: "sha256",
  [oids.sha384]: "sha384",
  [oids.sha512]: "sha512",
};

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function dataIn(contentInfo: DerNode): Uint8Array {
  const fields = new Fields(contentInfo, what);
  const id = oidOf(fields.take("a content type", 0x06), what);
  if (id !== oids.data) throw new PkiError("ERR_PKI_UNSUPPORTED", `${what}: expected plain data, got ${id}`);
  const [content] = fields.take("content", 0xa0).children;
  if (content === undefined) throw malformed(what, "data, got none");
  return content.content;
}

interface Bag {
  readonly id: string;
  readonly value: DerNode;
}

function bagsIn(contentInfo: DerNode, passphrase: string): Bag[] {
  const isEncrypted =
    contentInfo.children[0] !== undefined && oidOf(contentInfo.children[0], what) === oids.encryptedData;
  const content = isEncrypted ? decryptedData(contentInfo, passphrase) : dataIn(contentInfo);
  return readDer(content, what).children.map((node) => {
    const fields = new Fields(node, what);
    const id = oidOf(fields.take("a bag's type", 0x06), what);
    const [value] = fields.take("a bag's value", 0xa0).children;
    if (value === undefined) throw malformed(what, "a bag with a value, got none");
    return { id, value };
  });
}

function decryptedData(contentInfo: DerNode, passphrase: string): Buffer {
  const [, wrapper] = contentInfo.children;
  const [data] = wrapper?.children ?? [];
  if (data === undefined) throw malformed(what, "encrypted data, got none");
  const fields = new Fields(data, what);
  fields.take("a version", 0x02);
  const info = new Fields(fields.take("encrypted content", 0x30), what);
  info.take("a content type", 0x06);
  const algorithm = info.take("an algorithm", 0x30);
  return decrypt(algorithm, info.take("encrypted content").content, passphrase);
}

function certificatesIn({ id, value }: Bag): X509Certificate[] {
  if (id !== oids.certBag) return [];
  const fields = new Fields(value, what);
  if (oidOf(fields.take("a type", 0x06), what) !== oids.x509Certificate) return [];
  const [certificate] = fields.take("a certificate", 0xa0).children;
  if (certificate === undefined) throw malformed(what, "a certificate, got none");
  return [certificateOf(certificate.content)];
}

function keysIn({ id, value }: Bag, passphrase: string): KeyObject[] {
  if (id === oids.keyBag) return [parseKey(value.raw)];
  return id === oids.shroudedKeyBag ? [parseEncryptedKey(value.raw, passphrase)] : [];
}
