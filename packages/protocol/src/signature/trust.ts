import type { X509Certificate } from "node:crypto";
import { readExtensions } from "../certificate/certificate-extensions.ts";
import type { RevocationLists } from "../certificate/revocation-lists.ts";

/** Whose signatures are accepted. A certificate that only stands in the message is never trusted for that. */
export interface Trust {
  /** Fingerprints of signers' certificates, as {@link certificateFingerprint} gives them. @default none */
  readonly fingerprints?: readonly string[] | undefined;
  /** CAs, of which all certificates are trusted, directly or through CAs that the message brings along. @default none */
  readonly authorities?: readonly X509Certificate[] | undefined;
  /**
   * What CAs have revoked, which counts for certificates that are trusted by their fingerprints, too. Of the authorities, only
   * those with a list that counts vouch for anybody then. @default nothing is looked up
   */
  readonly revocationLists?: RevocationLists | undefined;
}

/** The signer's certificate and those sent with it, who may vouch for it, and when they must be valid. */
export interface Chain {
  readonly certificate: X509Certificate;
  readonly others: readonly X509Certificate[];
  readonly authorities: readonly X509Certificate[];
  readonly now: Date;
  readonly revocationLists: RevocationLists | undefined;
}

/**
 * Whether a chain leads from one of the CAs to the certificate, link by link from the CA on: no key is used before it is
 * vouched for, and each link costs at most one verification per issuer.
 *
 * @see RFC 5280, §6.1, without policies and names: a chain with constraints on them is not accepted
 */
export function isVouchedFor(chain: Chain): boolean {
  return isLinked(chain) && isForSignatures(chain.certificate);
}

function isLinked(chain: Chain): boolean {
  const { certificate, others, authorities } = chain;
  const issuers = authorities.flatMap((authority) => toIssuer(authority, Infinity, chain));
  const waiting = new Set(others);
  for (const issuer of issuers) {
    if (isIssuedBy(certificate, issuer.certificate)) return true;
    if (issuer.left === 0) continue;
    for (const other of waiting) {
      if (!isIssuedBy(other, issuer.certificate)) continue;
      waiting.delete(other);
      // Grows the list that is being walked, so that chains are found however they were ordered.
      issuers.push(...toIssuer(other, issuer.left - 1, chain));
    }
  }
  return false;
}

function isForSignatures(certificate: X509Certificate): boolean {
  const extensions = readExtensions(certificate.raw);
  return extensions !== undefined && extensions.mayMakeSignatures && !extensions.hasUnknownCritical;
}

interface Issuer {
  readonly certificate: X509Certificate;
  /** How many CAs may follow. */
  readonly left: number;
}

function toIssuer(certificate: X509Certificate, left: number, chain: Chain): readonly Issuer[] {
  if (!certificate.ca || !isValidAt(certificate, chain.now) || mayBeRevoked(certificate, chain)) return [];
  const extensions = readExtensions(certificate.raw);
  if (extensions === undefined || extensions.hasUnknownCritical) return [];
  return [{ certificate, left: Math.min(left, extensions.pathLength) }];
}

/** Whether a CA is revoked, or nobody who ought to says that it is not; of one whose own CA is not known, nobody ought to. */
function mayBeRevoked(ca: X509Certificate, { authorities, now, revocationLists }: Chain): boolean {
  const standing = revocationLists?.standingOf(ca, now).state;
  if (standing !== "unlisted") return standing === "revoked" || standing === "overdue";
  return ca.subject !== ca.issuer && authorities.some((each) => isIssuedBy(ca, each));
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Whether an instant lies within a certificate's validity, both ends included. */
export function isValidAt({ validFrom, validTo }: X509Certificate, time: Date): boolean {
  return Date.parse(validFrom) <= time.getTime() && time.getTime() <= Date.parse(validTo) + lastMoment;
}

// Certificates tell whole seconds; the last of them counts to its end.
const lastMoment = 999;
