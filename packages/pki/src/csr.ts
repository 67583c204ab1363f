import { createPublicKey, type KeyObject } from "node:crypto";
import { PkiError } from "./error.ts";
import { decodeExtensions, extension, type Extension } from "./extensions.ts";
import { createKey, formatKey, requireFitKey, type KeyKind } from "./keys.ts";
import { decodeHostNames, decodeSubject, encodeHostNames, encodeSubject, type Subject } from "./names.ts";
import { oids } from "./object-identifiers.ts";
import { formatPem, isPem, parsePem } from "./pem.ts";
import { Fields, malformed, numberOf, oidOf, readDer, type DerNode } from "./read-der.ts";
import { partsOf, requireGenuine, signed } from "./signing.ts";
import type { PkiSources } from "./validity.ts";
import * as der from "./write-der.ts";

/** Options of {@link createCsr}. */
export interface CsrOptions extends Subject, Pick<PkiSources, "randomBytes"> {
  /** @default "p-256" */
  readonly keyKind?: KeyKind | undefined;
  /** Host names and IP addresses to ask for: those under which a VTN, or a VEN for push, is reached. @default none */
  readonly hostNames?: readonly string[] | undefined;
  /** What to encrypt the private key with. @default not encrypted */
  readonly passphrase?: string | undefined;
}

/** A request to be sent to a CA, and the key to be kept; both in PEM. */
export interface CsrAndKey {
  readonly csr: string;
  /** The private key as PKCS#8, encrypted if there was a passphrase. */
  readonly key: string;
}

/** Makes a key, and a certificate signing request (PKCS#10) for it. Rejects with `RangeError` for names that do not fit. */
export async function createCsr({ keyKind, hostNames = [], passphrase, ...options }: CsrOptions): Promise<CsrAndKey> {
  const name = encodeSubject(options);
  const names = hostNames.length === 0 ? [] : [extension(oids.subjectAltName, encodeHostNames(hostNames))];
  const key = await createKey(keyKind);
  const pem = formatKey(key, passphrase, options);
  const attributes =
    names.length === 0 ? [] : [der.sequence(der.oid(oids.extensionRequest), der.set(der.sequence(...names)))];
  const content = der.sequence(
    der.integer(0),
    name,
    createPublicKey(key).export({ type: "spki", format: "der" }),
    der.tagged(0, ...attributes),
  );
  return { csr: formatPem("CERTIFICATE REQUEST", signed(content, key)), key: pem };
}

/** What a certificate signing request asks for. */
export interface Csr extends Subject {
  readonly publicKey: KeyObject;
  /** The host names and IP addresses asked for. */
  readonly hostNames: readonly string[];
  /** What else it asks for, but host names. */
  readonly extensions: readonly Extension[];
}

/**
 * Reads a certificate signing request in PEM or DER, and checks that it is signed with its own key.
 *
 * Throws {@link PkiError} if it is malformed, its signature is not genuine or weak, its key is unfit for OpenADR, or its
 * subject has more than a common name and an organisation.
 */
export function parseCsr(document: string | Uint8Array): Csr {
  const parts = partsOf(readDer(derOf(document), what), what);
  const fields = new Fields(parts.content, what);
  if (numberOf(fields.take("a version", 0x02), what) !== 0) throw malformed(what, "version 1 (0)");
  const subject = decodeSubject(fields.take("a subject", 0x30));
  const publicKey = publicKeyOf(fields.take("a key", 0x30));
  requireFitKey(publicKey, what);
  requireGenuine(parts, publicKey, what);
  if (subject === undefined) {
    throw new PkiError("ERR_PKI_REFUSED", `${what}: expected a subject of a common name and at most an organisation`);
  }
  const extensions = requestedExtensions(fields.takeIf(0xa0));
  const names = extensions.find(({ id }) => id === oids.subjectAltName);
  return {
    ...subject,
    publicKey,
    hostNames: names === undefined ? [] : decodeHostNames(names.value),
    extensions: extensions.filter((extension) => extension !== names),
  };
}

const what = "certificate request";

function derOf(document: string | Uint8Array): Uint8Array {
  if (!isPem(document)) return Buffer.from(document);
  const block = parsePem(document).find(({ label }) => isRequestLabel(label));
  if (block === undefined) throw malformed(what, "a certificate request in PEM, got none");
  return block.der;
}

/** Whether a PEM block of that label holds a certificate request. */
export function isRequestLabel(label: string): boolean {
  return label === "CERTIFICATE REQUEST" || label === "NEW CERTIFICATE REQUEST";
}

function publicKeyOf({ raw }: DerNode): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(raw), format: "der", type: "spki" });
  } catch (cause) {
    throw new PkiError("ERR_PKI_MALFORMED", `${what}: expected a public key, got something else`, { cause });
  }
}

function requestedExtensions(attributes: DerNode | undefined): Extension[] {
  return (attributes?.children ?? []).flatMap((attribute) => {
    const fields = new Fields(attribute, what);
    const type = oidOf(fields.take("an attribute", 0x06), what);
    const values = fields.take("values", 0x31).children;
    return type === oids.extensionRequest ? values.flatMap((list) => decodeExtensions(list, what)) : [];
  });
}
