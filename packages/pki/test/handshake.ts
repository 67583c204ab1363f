import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type ConnectionOptions, type TlsOptions } from "node:tls";

/** What came of a handshake. */
export interface Handshake {
  readonly protocol: string | null;
  readonly cipher: string;
  /** Why the server does not trust the client's certificate; undefined if it does. */
  readonly clientFault: string | undefined;
}

/** A TLS handshake over loopback. Rejects with the client's error. */
export async function handshake(server: TlsOptions, client: ConnectionOptions): Promise<Handshake> {
  const listener = createServer({ requestCert: true, rejectUnauthorized: false, ...server });
  listener.on("tlsClientError", () => {});
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const accepted = once(listener, "secureConnection");
  accepted.catch(() => {});
  try {
    const socket = connect({ host: "127.0.0.1", port, servername: "localhost", ...client });
    socket.on("error", () => {});
    await once(socket, "secureConnect");
    const [peer] = (await accepted) as [{ readonly authorizationError?: Error | string }];
    const fault = peer.authorizationError ?? undefined;
    const [protocol, { name }] = [socket.getProtocol(), socket.getCipher()];
    socket.destroy();
    return {
      protocol,
      cipher: name,
      clientFault: fault === undefined ? undefined : String(fault),
    };
  } finally {
    listener.close();
  }
}
