import type { X509Certificate } from "node:crypto";
import { duration, systemClock, type Duration } from "@openleadr/protocol";
import { isIssuedBy, issuerOf, type Ca } from "./ca.ts";
import { certificateParts, parseCertificate } from "./certificate.ts";
import { PkiError } from "./error.ts";
import { authorityKeyIdentifier, decodeExtensions, extension } from "./extensions.ts";
import { oids } from "./object-identifiers.ts";
import { formatPem, isPem, parsePem } from "./pem.ts";
import { Fields, instantOf, malformed, readDer, type DerNode } from "./read-der.ts";
import { partsOf, requireGenuine, signatureAlgorithmOf, signed, type Signed } from "./signing.ts";
import type { PkiSources } from "./validity.ts";
import * as der from "./write-der.ts";

/** Why a certificate is revoked (RFC 5280 §5.3.1). */
export type RevocationReason = keyof typeof reasonCodes;

const reasonCodes = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
} as const;

/** All reasons there are. */
export const revocationReasons = Object.keys(reasonCodes) as readonly RevocationReason[];

/** A certificate that counts no longer. */
export interface RevokedCertificate {
  /** In hexadecimal, upper case, as `X509Certificate.serialNumber` has it. */
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly reason?: RevocationReason | undefined;
}

/** A certificate revocation list (CRL). */
export interface RevocationList {
  readonly thisUpdate: Date;
  /** When the next list is due: peers that check this one let nobody in after that. */
  readonly nextUpdate: Date | undefined;
  /** Which list of the CA this is; each is higher than the one before. */
  readonly number: bigint | undefined;
  readonly revoked: readonly RevokedCertificate[];
}

/** Options of {@link createCrl} and {@link revoke}. */
export interface CrlOptions extends PkiSources {
  /** How long until the next list is due. @default duration("P1Y") */
  readonly validity?: Duration | undefined;
  /** The CA's latest list, in PEM or DER: what it revokes stays revoked. @default there is none */
  readonly previous?: string | Uint8Array | undefined;
}

/** A new list of what the CA has revoked so far, in PEM. Throws {@link PkiError} if `previous` is not the CA's. */
export function createCrl(ca: Ca, options: CrlOptions = {}): string {
  return write(ca, previousOf(ca, options), options);
}

/** Options of {@link revoke}. */
export interface RevokeOptions extends CrlOptions {
  /** @default "unspecified" */
  readonly reason?: RevocationReason | undefined;
}

/**
 * Revokes certificates (in PEM or DER; of a chain, the first): the CA's next list, in PEM.
 *
 * Throws {@link PkiError} if one of them, or `previous`, is not the CA's, or if one is that of the CA itself. To revoke again
 * changes nothing.
 */
export function revoke(certificates: readonly (string | Uint8Array)[], ca: Ca, options: RevokeOptions = {}): string {
  const { clock = systemClock, reason } = options;
  const previous = previousOf(ca, options);
  const issuer = parseCertificate(ca.certificate);
  const revokedAt = clock.now();
  const added = certificates
    .map((document) => requireIssued(parseCertificate(document), issuer).serialNumber)
    .filter((serialNumber) => !previous.revoked.some((one) => one.serialNumber === serialNumber));
  const revoked = [...new Set(added)].map((serialNumber) => ({ serialNumber, revokedAt, reason }));
  return write(ca, { ...previous, revoked: [...previous.revoked, ...revoked] }, options);
}

function requireIssued(certificate: X509Certificate, ca: X509Certificate): X509Certificate {
  if (isIssuedBy(certificate, ca)) {
    // A list is for good, and with the CA on it, whoever checks it would let nobody in.
    if (!certificate.ca || certificate.subject !== certificate.issuer) return certificate;
    throw new PkiError("ERR_PKI_REFUSED", "certificate: expected one that this CA issued, got its own");
  }
  const subject = certificate.subject.replaceAll("\n", ", ");
  throw new PkiError("ERR_PKI_REFUSED", `certificate: expected one that this CA issued, got ${subject} of another`);
}

type Previous = Pick<RevocationList, "number" | "revoked">;

function previousOf(ca: Ca, { previous }: CrlOptions): Previous {
  return previous === undefined ? { number: 0n, revoked: [] } : parseCrl(previous, ca.certificate);
}

function write(ca: Ca, { number = 0n, revoked }: Previous, options: CrlOptions): string {
  const { clock = systemClock, validity = duration("P1Y") } = options;
  if (!(validity > 0)) throw new RangeError(`validity: expected a span of time, got ${validity} ms`);
  const now = clock.now();
  const issuer = issuerOf(ca);
  const extensions = [
    authorityKeyIdentifier(issuer.keyIdentifier),
    extension(oids.crlNumber, der.integer(number + 1n)),
  ];
  const content = der.sequence(
    der.integer(1),
    signatureAlgorithmOf(ca.key).identifier,
    issuer.subject,
    der.time(now),
    der.time(new Date(now.getTime() + validity)),
    ...(revoked.length === 0 ? [] : [der.sequence(...revoked.map(encodeRevoked))]),
    der.tagged(0, der.sequence(...extensions)),
  );
  return formatPem("X509 CRL", signed(content, ca.key));
}

function encodeRevoked({ serialNumber, revokedAt, reason = "unspecified" }: RevokedCertificate): Buffer {
  const code = reasonCodes[reason];
  // RFC 5280 §5.3.1: no reason is told by telling none.
  const reasons = code === 0 ? [] : [der.sequence(extension(oids.reasonCode, Buffer.from([0x0a, 1, code])))];
  return der.sequence(der.integer(Buffer.from(serialNumber, "hex")), der.time(revokedAt), ...reasons);
}

/**
 * Reads a revocation list in PEM or DER. With the CA's certificate, checks that it is the CA's.
 *
 * Throws {@link PkiError} if it is malformed or not genuine.
 */
export function parseCrl(document: string | Uint8Array, ca?: string | Uint8Array): RevocationList {
  const parts = partsOf(readDer(derOf(document), what), what);
  const fields = new Fields(parts.content, what);
  fields.takeIf(0x02);
  fields.take("a signature algorithm", 0x30);
  const issuer = fields.take("an issuer", 0x30);
  if (ca !== undefined) requireCrlOf(parseCertificate(ca), issuer, parts);
  const thisUpdate = instantOf(fields.take("a date of issue"), what);
  const next = fields.takeIf(0x17, 0x18);
  const revoked = fields.takeIf(0x30)?.children ?? [];
  const extensions = fields.takeIf(0xa0)?.children[0];
  return {
    thisUpdate,
    nextUpdate: next === undefined ? undefined : instantOf(next, what),
    number: extensions === undefined ? undefined : numberIn(extensions),
    revoked: revoked.map(decodeRevoked),
  };
}

const what = "revocation list";

function requireCrlOf(ca: X509Certificate, issuer: DerNode, parts: Signed): void {
  if (!Buffer.from(issuer.raw).equals(certificateParts(ca).subject.raw)) {
    throw new PkiError("ERR_PKI_REFUSED", `${what}: expected one of this CA, got that of another`);
  }
  requireGenuine(parts, ca.publicKey, what);
}

function derOf(document: string | Uint8Array): Uint8Array {
  if (!isPem(document)) return Buffer.from(document);
  const block = parsePem(document).find(({ label }) => label === "X509 CRL");
  if (block === undefined) throw malformed(what, "a revocation list in PEM, got none");
  return block.der;
}

function numberIn(extensions: DerNode): bigint | undefined {
  const found = decodeExtensions(extensions, what).find(({ id }) => id === oids.crlNumber);
  return found === undefined ? undefined : BigInt(`0x0${Buffer.from(found.value.content).toString("hex")}`);
}

function decodeRevoked(node: DerNode): RevokedCertificate {
  const fields = new Fields(node, what);
  const serial = Buffer.from(fields.take("a serial number", 0x02).content);
  const digits = serial
    .toString("hex")
    .toUpperCase()
    .replace(/^(?:00)+(?=.)/, "");
  const revokedAt = instantOf(fields.take("a date of revocation"), what);
  const extensions = fields.takeIf(0x30);
  const found = extensions && decodeExtensions(extensions, what).find(({ id }) => id === oids.reasonCode);
  const reason = revocationReasons.find((name) => reasonCodes[name] === found?.value.content[0]);
  return { serialNumber: digits, revokedAt, ...(reason !== undefined && { reason }) };
}
