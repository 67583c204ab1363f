import { X509Certificate } from "node:crypto";
import {
  hours,
  watchedCertificate,
  type Expiring,
  type ExpiryWarning,
  type RevocationListDates,
  type WatchedCertificate,
} from "@openleadr/protocol";
import { derOfBlock, pemBlocks, readRevocationList } from "@openleadr/protocol/internal";
import type { ClientTlsOptions, Pem } from "./tls.ts";

/** A certificate or revocation list that ends some day, and is to be renewed by then. */
export type WatchedMaterial =
  | (WatchedCertificate & {
      readonly kind: "certificate";
      /** One's own, or that of a CA: of one that is trusted, or of one that stands between one's own and its root. */
      readonly role: "own" | "authority";
    })
  | WatchedList;

/** A revocation list: when it is over, nobody of its CA is let in any more. */
export interface WatchedList extends Expiring {
  readonly kind: "revocationList";
  /** Whose list it is, e.g. `CN=Root`. */
  readonly issuer: string;
  /** Tells one list from another. */
  readonly fingerprint: string;
}

/** All that ends some day in TLS options, as far as it can be read. */
export function watchedTls({
  certificate,
  ca,
  crl,
}: Pick<ClientTlsOptions, "certificate" | "ca" | "crl"> = {}): readonly WatchedMaterial[] {
  const own = listOf(certificate).map(certificatesIn);
  const trusted = listOf(ca).flatMap(certificatesIn);
  return [
    ...own.flatMap(([first]) => (first === undefined ? [] : [watchedAs("own", first)])),
    ...own
      .flatMap(([, ...chain]) => chain)
      .concat(trusted)
      .map((each) => watchedAs("authority", each)),
    ...listOf(crl).flatMap(listsIn),
  ];
}

/** What is watched of a certificate. */
export function watchedAs(role: "own" | "authority", certificate: X509Certificate): WatchedMaterial {
  return { ...watchedCertificate(certificate), kind: "certificate", role };
}

/**
 * Whether a warning is to be told: of a list that is written anew every week it says nothing that it ends within 60 days, so
 * that no warning counts which comes in the first half of its time.
 */
export function isWorthTelling(watched: Expiring & { readonly kind: string }, expiry: ExpiryWarning): boolean {
  if (watched.kind !== "revocationList" || expiry.state !== "expiresSoon") return true;
  const span = watched.notAfter.getTime() - watched.notBefore.getTime();
  return expiry.within * hours(24) <= span / 2;
}

function certificatesIn(pem: Pem): readonly X509Certificate[] {
  return pemBlocks(pem, "certificate").flatMap((block) => {
    try {
      return [new X509Certificate(derOfBlock(block))];
    } catch {
      // Whoever uses it says what is wrong with it.
      return [];
    }
  });
}

function listsIn(pem: Pem): readonly WatchedList[] {
  return pemBlocks(pem, "revocationList").flatMap((block) => {
    const list = readRevocationList(derOfBlock(block));
    return list === undefined ? [] : watchedLists([list]);
  });
}

/** What is watched of revocation lists; those that are good for ever need not be. */
export function watchedLists(lists: readonly RevocationListDates[]): readonly WatchedList[] {
  return lists.flatMap(({ issuer, thisUpdate: notBefore, nextUpdate: notAfter }) => {
    if (notAfter === undefined) return [];
    const fingerprint = `${issuer} ${notAfter.toISOString()}`;
    return [{ kind: "revocationList", issuer, notBefore, notAfter, fingerprint }];
  });
}

function listOf(value: Pem | readonly Pem[] | undefined): readonly Pem[] {
  if (value === undefined) return [];
  return typeof value === "string" || Buffer.isBuffer(value) ? [value] : value;
}
