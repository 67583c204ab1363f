import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { minutes, seconds, TransportError } from "@openleadr/protocol";
import type { Duration } from "@openleadr/protocol";
import { answerBadRequest, refuseConnect, refuseRequest } from "./bad-request.ts";
import { defaultPath, normalizePath } from "../endpoint.ts";
import { OpenConnections } from "./open-connections.ts";
import { silentLogger } from "../logger.ts";
import type { Logger } from "../logger.ts";
import { refusedHandshake } from "./refused-handshake.ts";
import type { RefusedHandshake } from "./refused-handshake.ts";
import { requestServer } from "./request-listener.ts";
import type { RequestListenerOptions } from "./request-listener.ts";
import { requireTimeout } from "../timeout.ts";
import { resolveListenerTls } from "../tls/tls.ts";
import type { ClientCertificate, ListenerTlsOptions, ResolvedListenerTls } from "../tls/tls.ts";

/** Where an {@link HttpListener} listens, and how. No time-out may be longer than 24 days. */
export interface HttpListenerOptions extends Omit<RequestListenerOptions, "clientCertificate"> {
  /** The address to listen on; `"0.0.0.0"` or `"::"` for all. @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** The TCP port, 0 to 65535; 0 takes a free one, see {@link HttpListener.url}. @default 8080 */
  readonly port?: number | undefined;
  /** Certificates and keys; without it the listener speaks plain HTTP. */
  readonly tls?: ListenerTlsOptions | undefined;
  /** Time the TLS handshake, and after it the headers of a request, may take. @default seconds(10) */
  readonly headersTimeout?: Duration | undefined;
  /**
   * Time a connection may stay open between two requests. Longer than the interval of polls, so that these need no new
   * connection each time. @default seconds(75)
   */
  readonly keepAliveTimeout?: Duration | undefined;
  /**
   * Time a connection with a request under way may go without a byte either way: a peer that does not read its answer
   * loses its connection, and so does a handler that takes longer. @default minutes(2)
   */
  readonly stallTimeout?: Duration | undefined;
  /**
   * Called with each TLS handshake that ends since the client's certificate is missing or not valid
   * (`unauthorized: "endHandshake"`), as often as clients try. What it throws is logged.
   */
  readonly onHandshakeRefused?: ((refused: RefusedHandshake) => void) | undefined;
}

/**
 * A server for OpenADR's simple HTTP, plain or over TLS, that hands messages to a {@link Handler}. What it demands of a
 * request stands at {@link requestListener}.
 *
 * The constructor throws `RangeError` for options out of range, and `TypeError` for TLS options that are incomplete or
 * do not belong together.
 *
 * @see OpenADR 2.0b, §9.1 and §9.2
 */
export class HttpListener implements AsyncDisposable {
  #options: ResolvedHttpListener;
  readonly #serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly #connections = new OpenConnections();
  #server: Server | undefined;
  #stopping = false;
  #lastStep: Promise<void> = Promise.resolve();

  constructor(options: HttpListenerOptions) {
    this.#options = resolveHttpListenerOptions(options);
    this.#serve = requestServer({ ...options, clientCertificate: clientCertificateOf(options) });
  }

  /** The base URL of the services, with the port that was found; undefined unless it listens. */
  get url(): URL | undefined {
    const { host, path, tls } = this.#options;
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (address === null || address === undefined) return undefined;
    const named = host === "0.0.0.0" || host === "::" ? "localhost" : host;
    return new URL(
      `${tls === undefined ? "http" : "https"}://${named.includes(":") ? `[${named}]` : named}:${address.port}${path}`,
    );
  }

  /**
   * Resolves when it listens; at once if it does already. Rejects with {@link TransportError} if it cannot, for instance
   * because the port is taken.
   */
  async start(): Promise<void> {
    return this.#inTurn(() => this.#open());
  }

  /**
   * Takes no more connections, finishes the requests under way, and resolves when all is closed; at once if it does not
   * listen. When `signal` aborts, connections are cut instead, but handlers are still waited for.
   */
  async stop({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const cut = (): void => this.#server?.closeAllConnections();
    signal?.addEventListener("abort", cut);
    await this.#inTurn(async () => {
      const closed = this.#close();
      if (signal?.aborted === true) cut();
      await closed;
    });
    signal?.removeEventListener("abort", cut);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /**
   * Uses other certificates, keys, CAs, revocation lists, versions and suites from the next handshake on. Connections
   * that were made before are closed once the requests under way on them are answered, so that whoever is no longer
   * trusted is out.
   *
   * Throws `TypeError`, and changes nothing, for options that are incomplete or do not belong together, for a listener of
   * plain HTTP, and for another `clientCertificate` or `unauthorized`, which need a new listener.
   */
  replaceTls(tls: ListenerTlsOptions): void {
    const resolved = resolveListenerTls(tls);
    const { tls: before } = this.#options;
    if (before === undefined) throw new TypeError("tls: expected a listener with TLS, got one of plain HTTP");
    for (const name of ["clientCertificate", "rejectUnauthorized"] as const) {
      if (before[name] !== resolved[name])
        throw new TypeError(`tls: expected ${name} ${before[name]} as before, got ${resolved[name]}`);
    }
    this.#options = { ...this.#options, tls: resolved };
    (this.#server as TlsServer | undefined)?.setSecureContext(resolved);
    this.#connections.closeIdle();
  }

  /** Starting and stopping never overlap; who comes second waits. */
  async #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#lastStep.then(step);
    this.#lastStep = turn.catch(() => {});
    return turn;
  }

  async #open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createHttpServer(this.#options, (request, response) => void this.#onRequest(request, response));
    server.on("connection", (socket: Socket) => this.#connections.add(socket));
    server.on("secureConnection", (socket: Socket) => this.#connections.add(socket));
    server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
      answerBadRequest(error, socket, this.#connections.answerOn(socket));
    });
    server.on("tlsClientError", (error: Error, socket: TLSSocket) => this.#onHandshakeFailed(error, socket));
    server.on("connect", refuseConnect);
    server.on("checkExpectation", (_request, response) => refuseRequest(response, 417));
    server.timeout = this.#options.stallTimeout;
    await listen(server, this.#options);
    server.on("error", (error) => this.#options.logger.error({ error }, "listener failed"));
    this.#stopping = false;
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#stopping = true;
    const closed = new Promise((resolve) => server.close(resolve));
    // To close the server alone would wait for connections on which nothing, or half a header, has come.
    this.#connections.closeIdle();
    await closed;
    await this.#connections.requestsDone();
    this.#server = undefined;
  }

  #onHandshakeFailed(error: Error, socket: TLSSocket): void {
    const { logger, onHandshakeRefused } = this.#options;
    const refused = refusedHandshake(error, socket);
    if (refused === undefined) return;
    logger.debug({ address: refused.peer.address, reason: refused.reason }, "handshake refused");
    try {
      onHandshakeRefused?.(refused);
    } catch (fault) {
      logger.error({ error: fault }, "listener for refused handshakes failed");
    }
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.host === undefined && request.httpVersion === "1.1") return refuseRequest(response, 400);
    if (this.#stopping) response.shouldKeepAlive = false;
    const connection = this.#connections.begin(response);
    await this.#serve(request, response);
    this.#connections.done(connection);
  }
}

/** What clients need that connect themselves: where a proxy is to speak for clients, nobody gets past it without a certificate. */
function clientCertificateOf({ tls, proxy }: HttpListenerOptions): ClientCertificate {
  const demand = tls === undefined ? "off" : (tls.clientCertificate ?? "required");
  return proxy !== undefined && demand === "off" ? "required" : demand;
}

interface ResolvedHttpListener {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly tls: ResolvedListenerTls | undefined;
  readonly headersTimeout: Duration;
  readonly keepAliveTimeout: Duration;
  readonly stallTimeout: Duration;
  readonly logger: Logger;
  readonly onHandshakeRefused: ((refused: RefusedHandshake) => void) | undefined;
}

function resolveHttpListenerOptions(options: HttpListenerOptions): ResolvedHttpListener {
  const { host = "127.0.0.1", port = 8080, path = defaultPath, tls, logger = silentLogger } = options;
  const { headersTimeout = seconds(10), keepAliveTimeout = seconds(75), stallTimeout = minutes(2) } = options;
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new RangeError(`port: expected a whole number from 0 to 65535, got ${port}`);
  }
  for (const [name, span] of Object.entries({ headersTimeout, keepAliveTimeout, stallTimeout }))
    requireTimeout(name, span);
  return {
    host,
    port,
    path: normalizePath(path),
    tls: tls === undefined ? undefined : resolveListenerTls(tls),
    headersTimeout,
    keepAliveTimeout,
    stallTimeout,
    logger,
    onHandshakeRefused: options.onHandshakeRefused,
  };
}

function createHttpServer(
  { tls, headersTimeout, keepAliveTimeout }: ResolvedHttpListener,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const timeouts: ServerOptions = {
    headersTimeout,
    keepAliveTimeout,
    // The time of the body is ours to watch, so that a listener mounted elsewhere has the same limit.
    requestTimeout: 0,
    requireHostHeader: false,
    connectionsCheckingInterval: Math.ceil(headersTimeout / 4),
  };
  if (tls === undefined) return createServer(timeouts, onRequest);
  return createTlsServer({ ...timeouts, ...tls, handshakeTimeout: headersTimeout }, onRequest);
}

async function listen(server: Server, { host, port }: ResolvedHttpListener): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void => {
      reject(new TransportError(`cannot listen on ${host}, port ${port}: ${cause.message}`, { cause }));
    };
    server.once("error", fail);
    server.listen({ host, port }, () => {
      server.off("error", fail);
      resolve();
    });
  });
}
