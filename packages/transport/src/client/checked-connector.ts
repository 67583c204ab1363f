import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import { ServerCertificateFault } from "../tls/server-certificates.ts";

/** Says why a server is not to be sent anything, by its certificate; undefined if it is. */
export type ServerCheck = (certificate: X509Certificate) => Promise<string | undefined>;

/** Opens connections as `connect` does, those with TLS only to servers that pass the check. */
export function checkedConnector(connect: buildConnector.connector, check: ServerCheck): buildConnector.connector {
  return (target, callback) => {
    connect(target, (...[error, socket]) => {
      if (error === null) void handOver(socket, check, callback);
      else callback(error, null);
    });
  };
}

async function handOver(socket: Socket, check: ServerCheck, callback: buildConnector.Callback): Promise<void> {
  try {
    await requirePassed(socket, check);
  } catch (error) {
    socket.destroy();
    return callback(error instanceof Error ? error : new Error(String(error)), null);
  }
  callback(null, socket);
}

async function requirePassed(socket: Socket, check: ServerCheck): Promise<void> {
  if (socket instanceof TLSSocket) {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw new Error("expected a server certificate, got none");
    const reason = await check(certificate);
    if (reason !== undefined) throw new ServerCertificateFault(reason, certificate);
  }
  // Nobody else would notice: undici has not got it yet.
  if (socket.destroyed) throw new Error("the server closed the connection");
}
