import { X509Certificate } from "node:crypto";

/**
 * The fingerprint by which OpenADR knows a certificate, e.g. `09:71:9E:0E:51:C0:8F:05:56:C9`: the last ten bytes of the
 * SHA-256 hash of the DER certificate.
 *
 * Takes PEM (text or bytes; whatever stands before the certificate is skipped, and of a chain the first, the leaf,
 * counts) or DER, such as `raw` of a TLS peer's certificate. Throws `TypeError` when there is no certificate in it.
 *
 * @see OpenADR 2.0b, section 10.5.1
 */
export function certificateFingerprint(pemOrDer: string | Uint8Array): string {
  return fingerprintOf(parseCertificate(pemOrDer));
}

/** The fingerprint of a certificate that is parsed already. */
export function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.slice(-29);
}

/**
 * A fingerprint that somebody wrote, as OpenADR writes it. Takes those ten bytes, or all 32 of the SHA-256 hash, in capitals
 * or not, with colons or without. Throws `RangeError`, with the name of what it was given for, for anything else.
 */
export function parseFingerprint(text: string, name = "fingerprint"): string {
  if (!written.test(text)) throw new RangeError(`${name}: expected ${expected}, got ${JSON.stringify(text)}`);
  const digits = text.replaceAll(":", "").slice(-20).toUpperCase();
  return (digits.match(/../g) ?? []).join(":");
}

const written = /^[\dA-F]{2}(?::?[\dA-F]{2}){9}(?:(?::?[\dA-F]{2}){22})?$/i;
const expected = "ten bytes as in 09:71:9E:0E:51:C0:8F:05:56:C9, or the 32 of SHA-256";

function parseCertificate(pemOrDer: string | Uint8Array): X509Certificate {
  try {
    return new X509Certificate(pemOrDer);
  } catch (cause) {
    throw new TypeError("expected an X.509 certificate as PEM or DER", { cause });
  }
}
