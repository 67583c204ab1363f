import { X509Certificate } from "node:crypto";
import { PkiError } from "./error.ts";
import { isPem, parsePem } from "./pem.ts";
import { Fields, malformed, readDer, type DerNode } from "./read-der.ts";

/** Reads one certificate in PEM or DER; of a chain, the first. Throws {@link PkiError}. */
export function parseCertificate(document: string | Uint8Array): X509Certificate {
  const [first] = parseCertificates(document);
  if (first === undefined) throw malformed("certificate", "a certificate, got none");
  return first;
}

/** Reads all certificates of a PEM file, or the one in DER. Throws {@link PkiError}. */
export function parseCertificates(document: string | Uint8Array): X509Certificate[] {
  if (!isPem(document)) return [certificateOf(Buffer.from(document))];
  return parsePem(document)
    .filter(({ label }) => isCertificateLabel(label))
    .map(({ der }) => certificateOf(der));
}

/** Whether a PEM block of that label holds a certificate. */
export function isCertificateLabel(label: string): boolean {
  return label === "CERTIFICATE" || label === "X509 CERTIFICATE" || label === "TRUSTED CERTIFICATE";
}

/** Reads a certificate in DER. Throws {@link PkiError}. */
export function certificateOf(der: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(der);
    // Reads the key, too, which is where broken certificates show.
    if (certificate.publicKey.type === "public") return certificate;
  } catch (cause) {
    throw new PkiError("ERR_PKI_MALFORMED", "certificate: expected an X.509 certificate, got something else", {
      cause,
    });
  }
  throw malformed("certificate", "an X.509 certificate with a key");
}

/** The parts of a certificate that go into others, byte for byte. */
export interface CertificateParts {
  readonly subject: DerNode;
  readonly issuer: DerNode;
}

/** Takes apart a certificate (RFC 5280 §4.1). */
export function certificateParts({ raw }: X509Certificate): CertificateParts {
  const [content] = readDer(raw, "certificate").children;
  if (content === undefined) throw malformed("certificate", "content, got none");
  const fields = new Fields(content, "certificate");
  fields.takeIf(0xa0);
  fields.take("a serial number", 0x02);
  fields.take("a signature algorithm", 0x30);
  const issuer = fields.take("an issuer", 0x30);
  fields.take("a validity", 0x30);
  return { issuer, subject: fields.take("a subject", 0x30) };
}

/** From and until when a certificate is valid. */
export function validityOf({ validFrom, validTo }: X509Certificate): {
  readonly notBefore: Date;
  readonly notAfter: Date;
} {
  return { notBefore: new Date(validFrom), notAfter: new Date(validTo) };
}
