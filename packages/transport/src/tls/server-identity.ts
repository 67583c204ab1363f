import { checkServerIdentity } from "node:tls";
import type { PeerCertificate } from "node:tls";
import { certificateFingerprint, parseFingerprint } from "@openleadr/protocol";
import type { ClientTlsOptions } from "./tls.ts";

/** What a client demands of who a server is. */
export type ServerIdentityOptions = Pick<ClientTlsOptions, "checkHostName" | "serverFingerprint">;

/**
 * Why a client does not take a certificate for that of the server at a host, though it comes from a CA that is trusted and
 * is valid: another name, or another fingerprint. Undefined if it does.
 */
export function serverIdentityFault(
  certificate: PeerCertificate,
  host: string,
  { checkHostName = true, serverFingerprint = [] }: ServerIdentityOptions = {},
): string | undefined {
  const fault = checkHostName ? checkServerIdentity(host, certificate) : undefined;
  if (fault !== undefined) return fault.message;
  const given = typeof serverFingerprint === "string" ? [serverFingerprint] : serverFingerprint;
  const fingerprints = given.map((each) => parseFingerprint(each, "tls.serverFingerprint"));
  const got = certificateFingerprint(certificate.raw);
  if (fingerprints.length === 0 || fingerprints.includes(got)) return undefined;
  return `expected fingerprint ${fingerprints.join(" or ")}, got ${got}`;
}

/** Whether a client takes every certificate of its CAs for the server's, whatever host it is for. */
export function takesAnyServer({ checkHostName = true, serverFingerprint = [] }: ServerIdentityOptions): boolean {
  return !checkHostName && serverFingerprint.length === 0;
}
