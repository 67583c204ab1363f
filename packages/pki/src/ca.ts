import { createPublicKey, type KeyObject, type X509Certificate } from "node:crypto";
import type { Duration } from "@openleadr/protocol";
import { certificateParts, parseCertificate, validityOf } from "./certificate.ts";
import { PkiError } from "./error.ts";
import { caExtensions, keyIdentifier } from "./extensions.ts";
import { signCertificate } from "./issue.ts";
import { createKey, parseKey, requireFitKey, type KeyKind } from "./keys.ts";
import { encodeSubject, type Subject } from "./names.ts";
import { formatPem } from "./pem.ts";
import { defaultValidity, validityFor, type PkiSources } from "./validity.ts";

/** A CA: whoever has its key can make certificates that all who trust it take. */
export interface Ca {
  /** The CA's certificate in PEM: what others need to trust it. */
  readonly certificate: string;
  readonly key: KeyObject;
}

/** Options of {@link createCa}. */
export interface CaOptions extends Subject, PkiSources {
  /** @default "p-256" */
  readonly keyKind?: KeyKind | undefined;
  /** How long the CA is valid; what it issues ends with it. @default duration("P10Y") */
  readonly validity?: Duration | undefined;
}

/**
 * Makes a CA with a key of its own. It is valid for certificates of parties, not of further CAs.
 *
 * Rejects with `RangeError` for names and spans that do not fit a certificate.
 */
export async function createCa(options: CaOptions): Promise<Ca> {
  const { keyKind, validity = defaultValidity.ca, clock, randomBytes } = options;
  const [subject, span] = [encodeSubject(options), validityFor(validity, clock)];
  const key = await createKey(keyKind);
  const publicKey = createPublicKey(key);
  const content = { subject, publicKey, validity: span, extensions: caExtensions(publicKey) };
  return { certificate: signCertificate(content, { subject, key }, randomBytes), key };
}

/** What {@link openCa} reads, in PEM or DER. */
export interface CaDocuments {
  readonly certificate: string | Uint8Array;
  readonly key: string | Uint8Array | KeyObject;
  /** What the key is encrypted with. */
  readonly passphrase?: string | undefined;
}

/**
 * A CA whose certificate and key are there already.
 *
 * Throws {@link PkiError} if one of them cannot be read, they do not belong together, or the certificate is no CA's.
 */
export function openCa({ certificate, key: document, passphrase }: CaDocuments): Ca {
  const x509 = parseCertificate(certificate);
  const key = isKeyObject(document) ? document : parseKey(document, passphrase);
  if (!x509.ca) throw new PkiError("ERR_PKI_REFUSED", "CA: expected the certificate of a CA, got that of a party");
  requireFitKey(x509.publicKey, "CA");
  if (!x509.checkPrivateKey(key)) {
    throw new PkiError("ERR_PKI_REFUSED", "CA: expected the key of the certificate, got another one");
  }
  return { certificate: formatPem("CERTIFICATE", x509.raw), key };
}

function isKeyObject(key: string | Uint8Array | KeyObject): key is KeyObject {
  return typeof key === "object" && "asymmetricKeyType" in key;
}

/** What certificates take over from that of their CA. */
export interface Issuer {
  readonly subject: Buffer;
  readonly keyIdentifier: Uint8Array;
  readonly key: KeyObject;
  readonly notAfter: Date;
}

/** Takes from a CA what its certificates need. */
export function issuerOf({ certificate, key }: Ca): Issuer {
  const x509 = parseCertificate(certificate);
  return {
    subject: Buffer.from(certificateParts(x509).subject.raw),
    keyIdentifier: keyIdentifier(x509.publicKey),
    key,
    notAfter: validityOf(x509).notAfter,
  };
}

/** Whether a certificate was issued by that CA, by name and signature. */
export function isIssuedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  return certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
}
