import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { TransportError } from "@openleadr/protocol";
import type { Transport } from "@openleadr/transport";

/** What lies between a VEN and its VTN, and may fail. */
export interface Network {
  /** Nothing gets through from now on. */
  fail(): void;
  /** All is as it was. */
  mend(): void;
  /** The next answer of the VTN is lost, while the request has reached it. */
  loseAnswer(): void;
}

/** A network in memory. */
export class MemoryNetwork implements Network {
  #isDown = false;
  #isAnswerLost = false;

  /** A transport that goes through it, to whom it finds at that moment. */
  carry(transport: () => Transport, { isToVtn = false } = {}): Transport {
    return async (...request) => {
      if (this.#isDown) throw new TransportError("the network is down");
      const answer = await transport()(...request);
      if (!isToVtn || !this.#isAnswerLost) return answer;
      this.#isAnswerLost = false;
      throw new TransportError("the answer was lost");
    };
  }

  fail(): void {
    this.#isDown = true;
  }

  mend(): void {
    this.#isDown = false;
  }

  loseAnswer(): void {
    this.#isAnswerLost = true;
  }
}

/** A network of relays, one to the VTN and, for a VEN that is pushed to, one to that. */
export class RelayedNetwork implements Network {
  readonly toVtn: Relay;
  readonly toVen: Relay;

  constructor(toVtn: Relay, toVen: Relay) {
    this.toVtn = toVtn;
    this.toVen = toVen;
  }

  fail(): void {
    for (const relay of [this.toVtn, this.toVen]) relay.fail();
  }

  mend(): void {
    for (const relay of [this.toVtn, this.toVen]) relay.isDown = false;
  }

  loseAnswer(): void {
    this.toVtn.isAnswerLost = true;
  }
}

/** Passes on what comes to a port of its own, whatever it is, to where a server listens at that moment. */
export class Relay implements AsyncDisposable {
  isDown = false;
  /** Whether the connection over which something comes back next breaks. */
  isAnswerLost = false;
  readonly #portOfServer: () => number | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(portOfServer: () => number | undefined) {
    this.#portOfServer = portOfServer;
    this.#server = createServer((socket) => this.#join(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  fail(): void {
    this.isDown = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fail();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket): void {
    const port = this.#portOfServer();
    if (this.isDown || port === undefined) {
      client.destroy();
      return;
    }
    const server = connect(port, "127.0.0.1");
    this.#endTogether(client, server);
    client.pipe(server);
    server.on("data", (chunk) => {
      if (!this.isAnswerLost) {
        client.write(chunk);
        return;
      }
      this.isAnswerLost = false;
      client.destroy();
    });
    server.on("end", () => client.end());
  }

  #endTogether(...sockets: readonly [Socket, Socket]): void {
    for (const socket of sockets) {
      this.#sockets.add(socket);
      // Whoever is at an end hears of it as a connection that is gone.
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        for (const each of sockets) each.destroy();
      });
    }
  }
}

/** A port of this machine at which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
