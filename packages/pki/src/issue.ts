import { randomBytes as cryptoBytes, type KeyObject } from "node:crypto";
import { formatPem } from "./pem.ts";
import { signatureAlgorithmOf, signed } from "./signing.ts";
import type { Validity } from "./validity.ts";
import * as der from "./write-der.ts";

/** What a certificate says. */
export interface CertificateContent {
  /** The subject, encoded. */
  readonly subject: Uint8Array;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
  /** The extensions, encoded. */
  readonly extensions: readonly Uint8Array[];
}

/** Who signs a certificate. */
export interface CertificateSigner {
  /** The signer's subject, encoded. */
  readonly subject: Uint8Array;
  readonly key: KeyObject;
}

/** Signs an X.509v3 certificate, and gives it in PEM (RFC 5280 §4.1). */
export function signCertificate(
  { subject, publicKey, validity, extensions }: CertificateContent,
  signer: CertificateSigner,
  randomBytes: (size: number) => Uint8Array = cryptoBytes,
): string {
  const content = der.sequence(
    der.tagged(0, der.integer(2)),
    der.integer(serialNumber(randomBytes)),
    signatureAlgorithmOf(signer.key).identifier,
    signer.subject,
    der.sequence(der.time(validity.notBefore), der.time(validity.notAfter)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der.tagged(3, der.sequence(...extensions)),
  );
  return formatPem("CERTIFICATE", signed(content, signer.key));
}

/** 16 random bytes, the first one from 0x40 to 0x7f: positive, never zero, and always of the same length. */
function serialNumber(randomBytes: (size: number) => Uint8Array): Buffer {
  const bytes = Buffer.from(randomBytes(16));
  if (bytes.length !== 16) throw new RangeError(`randomBytes: expected 16 bytes, got ${bytes.length}`);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}
