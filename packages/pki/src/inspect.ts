import type { KeyObject, X509Certificate } from "node:crypto";
import { certificateFingerprint } from "@openleadr/protocol";
import { certificateOf, isCertificateLabel, validityOf } from "./certificate.ts";
import { parseCrl, type RevocationList } from "./crl.ts";
import { isRequestLabel, parseCsr } from "./csr.ts";
import { PkiError } from "./error.ts";
import { describeKey, parseKey, parsePemKey } from "./keys.ts";
import { oids } from "./object-identifiers.ts";
import { isPem, parsePem, type PemBlock } from "./pem.ts";
import { decodePkcs12 } from "./pkcs12.ts";
import { readDer, type DerNode } from "./read-der.ts";

/** What there is to know of a certificate. */
export interface CertificateFacts {
  readonly kind: "certificate";
  /** E.g. `O=Example, CN=ven-1`. */
  readonly subject: string;
  readonly issuer: string;
  /** In hexadecimal, upper case. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The fingerprint by which OpenADR knows it. @see OpenADR 2.0b, §10.5.1 */
  readonly fingerprint: string;
  /** The whole SHA-256 hash. */
  readonly sha256: string;
  /** The host names and IP addresses it is for. */
  readonly hostNames: readonly string[];
  /** What kind of key it has, e.g. `ECC P-256` or `RSA 2048`. */
  readonly key: string;
  readonly isCa: boolean;
  /** What it may be used for, where it says so. */
  readonly usages: readonly ("server" | "client" | "other")[];
}

/** What there is to know of a private key: its kind, and nothing of the key itself. */
export interface KeyFacts {
  readonly kind: "key";
  readonly key: string;
  readonly isEncrypted: boolean;
  /** Whether it belongs to the first certificate of the same file; undefined where there is none. */
  readonly fitsCertificate?: boolean;
}

/** What there is to know of a certificate signing request. */
export interface CsrFacts {
  readonly kind: "csr";
  readonly subject: string;
  readonly hostNames: readonly string[];
  readonly key: string;
}

/** What there is to know of a revocation list. */
export interface CrlFacts extends RevocationList {
  readonly kind: "crl";
}

/** Something found in a file. */
export type Facts = CertificateFacts | KeyFacts | CsrFacts | CrlFacts;

/**
 * Says what is in a file: PEM with any number of blocks, or one certificate, key, request, revocation list or PKCS#12
 * container in DER.
 *
 * Throws {@link PkiError} if there is nothing of that kind in it, something is malformed, or a passphrase is needed and
 * missing or wrong. An encrypted key in PEM beside other things is not decrypted unless there is a passphrase.
 */
export function inspect(document: string | Uint8Array, passphrase?: string): Facts[] {
  if (!isPem(document)) return inspectDer(Buffer.from(document), passphrase);
  const blocks = parsePem(document).filter(({ label }) => !label.endsWith("PARAMETERS"));
  const own = blocks.find(({ label }) => isCertificateLabel(label));
  const certificate = own === undefined ? undefined : certificateOf(own.der);
  return blocks.map((block) => factsOf(block, certificate, passphrase));
}

function factsOf(
  { label, der, pem }: PemBlock,
  certificate: X509Certificate | undefined,
  passphrase: string | undefined,
): Facts {
  if (isCertificateLabel(label)) return describeCertificate(certificateOf(der));
  if (isRequestLabel(label)) return csrFacts(der);
  if (label === "X509 CRL") return { kind: "crl", ...parseCrl(der) };
  if (label.endsWith("PRIVATE KEY")) {
    const isEncrypted = /ENCRYPTED/.test(pem);
    if (isEncrypted && passphrase === undefined) return { kind: "key", key: "encrypted", isEncrypted };
    return keyFacts(parsePemKey(pem, passphrase), { certificate, isEncrypted });
  }
  throw new PkiError("ERR_PKI_UNSUPPORTED", `PEM: expected a certificate, key, request or list, got ${label}`);
}

function inspectDer(document: Buffer, passphrase: string | undefined): Facts[] {
  // DER of each of these is a SEQUENCE; most other files, such as texts, are told by their first byte.
  if (document[0] !== 0x30)
    throw new PkiError("ERR_PKI_MALFORMED", "file: expected PEM, DER or PKCS#12, got none of them");
  const node = readDer(document, "file");
  const [first] = node.children;
  if (isPkcs12(node)) return inspectPkcs12(document, passphrase);
  if (first?.tag === 0x02 || (node.children.length === 2 && first?.tag === 0x30)) {
    const isEncrypted = first.tag === 0x30;
    return [keyFacts(parseKey(document, passphrase), { certificate: undefined, isEncrypted })];
  }
  const attempts = [
    (): Facts => describeCertificate(certificateOf(document)),
    (): Facts => csrFacts(document),
    (): Facts => ({ kind: "crl", ...parseCrl(document) }),
  ];
  for (const attempt of attempts) {
    try {
      return [attempt()];
    } catch (error) {
      if (!(error instanceof PkiError) || error.code !== "ERR_PKI_MALFORMED") throw error;
    }
  }
  throw new PkiError(
    "ERR_PKI_MALFORMED",
    "file: expected a certificate, key, request, list or PKCS#12, got none of them",
  );
}

function isPkcs12({ children: [version, content] }: DerNode): boolean {
  return (
    version?.tag === 0x02 && version.content[0] === 3 && content?.tag === 0x30 && content.children[1]?.tag === 0xa0
  );
}

function inspectPkcs12(document: Buffer, passphrase: string | undefined): Facts[] {
  try {
    const { certificates, keys } = decodePkcs12(document, passphrase ?? "");
    const [certificate] = certificates;
    return [
      ...certificates.map(describeCertificate),
      ...keys.map((key) => keyFacts(key, { certificate, isEncrypted: true })),
    ];
  } catch (cause) {
    if (passphrase !== undefined || !(cause instanceof PkiError) || cause.code !== "ERR_PKI_PASSPHRASE") throw cause;
    throw new PkiError("ERR_PKI_PASSPHRASE", "PKCS#12: expected a passphrase, got none", { cause });
  }
}

interface KeyContext {
  readonly certificate: X509Certificate | undefined;
  readonly isEncrypted: boolean;
}

function keyFacts(key: KeyObject, { certificate, isEncrypted }: KeyContext): KeyFacts {
  const fits = certificate === undefined ? {} : { fitsCertificate: certificate.checkPrivateKey(key) };
  return { kind: "key", key: describeKey(key), isEncrypted, ...fits };
}

function csrFacts(document: Uint8Array): CsrFacts {
  const { commonName, organization, hostNames, publicKey } = parseCsr(document);
  const subject = organization === undefined ? `CN=${commonName}` : `O=${organization}, CN=${commonName}`;
  return { kind: "csr", subject, hostNames, key: describeKey(publicKey) };
}

/** Says what a certificate is. */
export function describeCertificate(certificate: X509Certificate): CertificateFacts {
  return {
    kind: "certificate",
    subject: lineOf(certificate.subject),
    issuer: lineOf(certificate.issuer),
    serialNumber: certificate.serialNumber,
    ...validityOf(certificate),
    fingerprint: certificateFingerprint(certificate.raw),
    sha256: certificate.fingerprint256,
    hostNames: hostNamesOf(certificate),
    key: describeKey(certificate.publicKey),
    isCa: certificate.ca,
    usages: [...new Set((certificate.keyUsage ?? []).map(usageOf))],
  };
}

function lineOf(name: string | undefined): string {
  return (name ?? "").replaceAll("\n", ", ");
}

function hostNamesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?:^|, )(?:DNS|IP Address):(?:"([^"]*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}

function usageOf(id: string): "server" | "client" | "other" {
  if (id === oids.serverAuth) return "server";
  return id === oids.clientAuth ? "client" : "other";
}
