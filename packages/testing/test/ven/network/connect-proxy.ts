import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** What an HTTP proxy was asked for. */
export interface Tunnel {
  /** Host and port. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** An HTTP proxy on this machine, which knows CONNECT and nothing else. */
export interface ConnectProxy extends AsyncDisposable {
  readonly host: string;
  readonly tunnels: readonly Tunnel[];
}

/** Opens a proxy at an address of this machine; one with a `refusal` answers that status, and lets nobody through. */
export async function openConnectProxy(
  address: string,
  { refusal }: { readonly refusal?: number } = {},
): Promise<ConnectProxy> {
  const tunnels: Tunnel[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    const { url: target = "", headers } = request;
    tunnels.push({ target, headers });
    keep(socket);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${target}`);
    const upstream = keep(connect(Number(port), hostname.replace(/^\[(.*)\]$/, "$1")));
    upstream.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    host: hostOf(server.address() as AddressInfo),
    tunnels,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    return socket.on("error", () => socket.destroy());
  }
}

/** Host and port, as in a URL. */
export function hostOf({ address, family, port }: AddressInfo): string {
  return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
}
