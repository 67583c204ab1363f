import { Socket } from "node:net";
import { buildConnector } from "undici";

/** The sockets of a client, from the moment that they are to connect, so that none outlives it. */
export class ClientSockets {
  readonly #open = new Set<Socket>();

  /** Opens connections as `options` say. */
  connector(options: buildConnector.BuildOptions): buildConnector.connector {
    const connect = buildConnector(options);
    return (target, callback) => {
      // The types of undici do not tell that it gives the socket back. Its option `signal` would do as well, but a socket
      // never lets go of a signal, however long it has been closed.
      const socket: unknown = connect(target, callback);
      if (socket instanceof Socket) this.#add(socket);
    };
  }

  /** Ends all connections, those too that are being made. */
  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #add(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
  }
}
