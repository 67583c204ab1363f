import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A connection, and what is under way on it. */
interface OpenConnection {
  readonly socket: Socket;
  /** How many requests are being served; more than one if the peer does not wait for answers. */
  requests: number;
  /** The answer to the latest of them. */
  answer: ServerResponse | undefined;
}

/** The connections of a server, so that it can be stopped without cutting off a request or waiting for none. */
export class OpenConnections {
  /** By end points, since these are what a TLS socket shares with the TCP socket whose place it takes. */
  readonly #byEndPoints = new Map<string, OpenConnection>();
  readonly #bySocket = new WeakMap<Socket, OpenConnection>();
  #requests = 0;
  #onLastRequest: (() => void) | undefined;

  add(socket: Socket): OpenConnection {
    const { remoteAddress, remotePort, localAddress } = socket;
    const endPoints = `${remoteAddress} ${remotePort} ${localAddress}`;
    const connection = { socket, requests: 0, answer: undefined };
    this.#byEndPoints.set(endPoints, connection);
    this.#bySocket.set(socket, connection);
    socket.once("close", () => {
      if (this.#byEndPoints.get(endPoints) === connection) this.#byEndPoints.delete(endPoints);
    });
    return connection;
  }

  /** Notes that a request is being served; `done` with what this returns when it is over. */
  begin(answer: ServerResponse): OpenConnection {
    const { socket } = answer.req;
    const connection = this.#bySocket.get(socket) ?? this.add(socket);
    connection.answer = answer;
    connection.requests += 1;
    this.#requests += 1;
    return connection;
  }

  done(connection: OpenConnection): void {
    connection.requests -= 1;
    if (connection.requests === 0) connection.answer = undefined;
    this.#requests -= 1;
    if (this.#requests === 0) this.#onLastRequest?.();
  }

  /** The answer under way on a connection. */
  answerOn(socket: Socket): ServerResponse | undefined {
    return this.#bySocket.get(socket)?.answer;
  }

  /** Closes the connections on which nothing is under way, and has the others closed after their latest answer. */
  closeIdle(): void {
    for (const { socket, answer } of this.#byEndPoints.values()) {
      if (answer === undefined) socket.destroySoon();
      else answer.shouldKeepAlive = false;
    }
  }

  /** Resolves when no request is being served any more. */
  async requestsDone(): Promise<void> {
    if (this.#requests === 0) return;
    await new Promise<void>((resolve) => {
      this.#onLastRequest = resolve;
    });
  }
}
