import { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Peer } from "../handler.ts";

/** A TLS handshake that was ended, as the client's certificate is missing or not valid. */
export interface RefusedHandshake {
  /** Without the certificate, which is not known any more. */
  readonly peer: Peer;
  /** Why, e.g. `client certificate: none` or `client certificate: CERT_HAS_EXPIRED`. */
  readonly reason: string;
}

/** What a handshake that failed tells of the client's certificate; undefined where it failed for something else. */
export function refusedHandshake(error: NodeJS.ErrnoException, socket: TLSSocket): RefusedHandshake | undefined {
  const isMissing = error.code === "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE";
  // Whatever the types of Node say, it is a code.
  const fault: unknown = isMissing ? "none" : socket.authorizationError;
  if (typeof fault !== "string") return undefined;
  return { peer: { address: addressOf(socket) }, reason: `client certificate: ${fault}` };
}

/** Node forgets it with the connection, but not that of the TCP socket behind, which is not part of its API. */
function addressOf(socket: TLSSocket): string {
  const behind: unknown = Reflect.get(socket, "_parent");
  return socket.remoteAddress ?? (behind instanceof Socket ? behind.remoteAddress : undefined) ?? "";
}
