import { isDistrust } from "../tls/server-certificates.ts";

/** Why a request came to nothing, in words for people: what the network, TLS or the HTTP client says, and what that means. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // What the HTTP client says of a proxy does not say who refused what.
  const [, status] = /^Proxy response \((\d+)\)/.exec(cause.message) ?? [];
  if (status !== undefined) return `the proxy answered CONNECT with HTTP status ${status}`;
  const { code = "", reason = cause.message } = cause as NodeJS.ErrnoException & { readonly reason?: string };
  if (isDistrust(code)) return `server certificate: ${cause.message}${meaningOfDistrust[code] ?? ""}`;
  if (noTls.test(code)) return `expected TLS, got something else, such as plain HTTP (${reason})`;
  // The whole message of OpenSSL is full of numbers and of the names of its own files.
  if (code.startsWith("ERR_SSL_")) return `TLS: ${reason}`;
  // Node's error for a host with several addresses, none of which answers, has a code but no message.
  return cause.message === "" ? code || cause.name : cause.message;
}

const unknownCa = " (its CA is not among those that are trusted)";

/** What the reasons mean that are met most: the server has a certificate of a CA that was not given, or does not send all CAs. */
const meaningOfDistrust: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownCa,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    " (its CA is not among those that are trusted, or the server does not send the CAs in between)",
};

/** What answers the handshake is not TLS. */
const noTls = /^ERR_SSL_(?:WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_LENGTH_MISMATCH)$/;
