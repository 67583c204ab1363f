import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { encodeHostNames } from "./names.ts";
import { oids } from "./object-identifiers.ts";
import { bytesOfBits, Fields, oidOf, readDer, type DerNode } from "./read-der.ts";
import * as der from "./write-der.ts";

/** One extension of a certificate, a request or a list, as it is read. */
export interface Extension {
  readonly id: string;
  readonly isCritical: boolean;
  readonly value: DerNode;
}

/** Reads a sequence of extensions (RFC 5280 §4.1). */
export function decodeExtensions(list: DerNode, what: string): Extension[] {
  return new Fields(list, what).rest().map((node) => {
    const fields = new Fields(node, what);
    const id = oidOf(fields.take("an extension's identifier", 0x06), what);
    const isCritical = fields.takeIf(0x01)?.content[0] === 0xff;
    return { id, isCritical, value: readDer(fields.take("an extension's value", 0x04).content, what) };
  });
}

/** What a CA's own certificate says: that it is one, and for certificates of parties only. */
export function caExtensions(key: KeyObject): Buffer[] {
  return [
    extension(oids.basicConstraints, der.sequence(der.boolean(true), der.integer(0)), "critical"),
    // keyCertSign and cRLSign
    extension(oids.keyUsage, der.bits(Buffer.from([0x06]), 1), "critical"),
    extension(oids.subjectKeyIdentifier, der.octets(keyIdentifier(key))),
  ];
}

/** What a party's certificate is about, beside its subject. */
export interface PartyExtensions {
  readonly publicKey: KeyObject;
  /** The CA's key identifier. */
  readonly issuerKeyIdentifier: Uint8Array;
  readonly hostNames: readonly string[];
  /** Whether the party is a server, a client or both. */
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
}

/** What a party's certificate says. */
export function partyExtensions(party: PartyExtensions): Buffer[] {
  const { publicKey, issuerKeyIdentifier, hostNames, usages } = party;
  // digitalSignature; for RSA keyEncipherment too, which the suite AES128-SHA256 of rule 67 needs.
  const keyUsage =
    publicKey.asymmetricKeyType === "rsa" ? der.bits(Buffer.from([0xa0]), 5) : der.bits(Buffer.from([0x80]), 7);
  return [
    extension(oids.basicConstraints, der.sequence(), "critical"),
    extension(oids.keyUsage, keyUsage, "critical"),
    extension(oids.extendedKeyUsage, der.sequence(...usages.map((usage) => der.oid(oids[usage])))),
    ...(hostNames.length === 0 ? [] : [extension(oids.subjectAltName, encodeHostNames(hostNames))]),
    extension(oids.subjectKeyIdentifier, der.octets(keyIdentifier(publicKey))),
    authorityKeyIdentifier(issuerKeyIdentifier),
  ];
}

/** The extension that names the key that signed. */
export function authorityKeyIdentifier(identifier: Uint8Array): Buffer {
  return extension(oids.authorityKeyIdentifier, der.sequence(der.taggedContent(0, identifier)));
}

/** One extension, encoded. */
export function extension(id: string, value: Uint8Array, critical?: "critical"): Buffer {
  return der.sequence(der.oid(id), ...(critical === undefined ? [] : [der.boolean(true)]), der.octets(value));
}

/** The identifier of a key: the first 20 bytes of its SHA-256 hash (RFC 7093 §2, method 1). */
export function keyIdentifier(key: KeyObject): Buffer {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const info = readDer(publicKey.export({ type: "spki", format: "der" }), "public key");
  const fields = new Fields(info, "public key");
  fields.take("an algorithm", 0x30);
  const bytes = bytesOfBits(fields.take("a key", 0x03), "public key");
  return createHash("sha256").update(bytes).digest().subarray(0, 20);
}
