import type { X509Certificate } from "node:crypto";
import type { Peer } from "@openleadr/transport";

/** By what a client certificate says who shows it: the certificate itself, or the name in it. */
export type CertificateTrait = "fingerprint" | "commonName";

/** What a client certificate says of who shows it; nothing without one. */
export interface CertificateTraits {
  readonly fingerprint?: string;
  readonly commonName?: string;
}

/** What a peer's certificate says of it, as far as that counts. */
export function certificateTraits(peer: Peer, identifyBy: CertificateTrait): CertificateTraits {
  const { fingerprint } = peer;
  const commonName = identifyBy === "commonName" ? shownBy(peer, identifyBy) : undefined;
  return { ...(fingerprint !== undefined && { fingerprint }), ...(commonName !== undefined && { commonName }) };
}

/** The one trait by which a peer's certificate is known; undefined without a certificate. */
export function shownBy(peer: Peer, identifyBy: CertificateTrait): string | undefined {
  if (identifyBy === "fingerprint") return peer.fingerprint;
  if (peer.certificate === undefined) return undefined;
  const known = commonNames.get(peer.certificate);
  if (known !== undefined) return known;
  const commonName = commonNameOf(peer.certificate);
  if (commonName !== undefined) commonNames.set(peer.certificate, commonName);
  return commonName;
}

// A certificate lives as long as its connection, over which many polls come.
const commonNames = new WeakMap<X509Certificate, string>();

/** Undefined unless there is exactly one, as it stands in the certificate with special characters escaped. */
function commonNameOf(certificate: X509Certificate): string | undefined {
  // Undefined where the certificate names nobody, though the types say otherwise.
  const subject = certificate.subject as string | undefined;
  const [name, ...more] = (subject ?? "").split("\n").filter((line) => line.startsWith("CN="));
  return more.length === 0 ? name?.slice("CN=".length) : undefined;
}
