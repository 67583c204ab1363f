import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { seconds, systemClock } from "@openleadr/protocol";
import type { Clock, Duration, Service } from "@openleadr/protocol";
import { Connections } from "./connections.ts";
import type { CertificateDemands } from "./connections.ts";
import { chooseCoding, compress } from "../content-coding.ts";
import { Deadlines } from "./deadlines.ts";
import { defaultPath, serviceFinder } from "../endpoint.ts";
import { RefusedRequestError, statusOf } from "../handler.ts";
import type { Handler, Peer } from "../handler.ts";
import { IncomingBody, MemoryBudget, PeerGoneError } from "./incoming-body.ts";
import type { BodyLimits } from "./incoming-body.ts";
import { lingerBeforeEnd } from "./linger.ts";
import { silentLogger } from "../logger.ts";
import type { Logger } from "../logger.ts";
import { resolveMaxBodyBytes } from "../max-body-bytes.ts";
import { requireTimeout } from "../timeout.ts";
import type { ClientCertificate } from "../tls/tls.ts";
import { TrustedProxy } from "./trusted-proxy.ts";
import type { TrustedProxyOptions } from "./trusted-proxy.ts";

/** A request that was refused before it reached the {@link Handler}. */
export interface RefusedRequest {
  readonly method: string;
  /** The request target as it came, mostly a path. */
  readonly url: string;
  /** The service that the target names, if there is one. */
  readonly service: Service | undefined;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly peer: Peer;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Why: a {@link RefusedRequestError}, or for status 500 a fault of ours. */
  readonly error: unknown;
}

/** What a {@link requestListener} serves, and within which limits. */
export interface RequestListenerOptions {
  /** Answers the requests that are fit to be answered. */
  readonly handler: Handler;
  /**
   * The path above the services, without host. Give `"/"` where a framework has taken the path away.
   * @default "/OpenADR2/Simple/2.0b"
   */
  readonly path?: string | undefined;
  /** The largest body, before and after decompression; a larger one gets 413. At least 1. @default 4 MiB */
  readonly maxBodyBytes?: number | undefined;
  /**
   * The bytes that the bodies of all requests together may occupy; while they do, others get 503. At least
   * `maxBodyBytes`. @default 64 times `maxBodyBytes`
   */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * Time a request's body may take to arrive, once its headers have, up to 24 days; a slower one gets 408.
   * @default seconds(30)
   */
  readonly bodyTimeout?: Duration | undefined;
  /**
   * Whether clients need a certificate that do not come by way of the `proxy`; without a valid one they get 403. The server
   * that owns the connections must ask for it (`requestCert`), and let those pass that are not valid
   * (`rejectUnauthorized: false`).
   * @default "optional"; with a `proxy`, "required"
   */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** The proxies in front of the server that end TLS. @default none */
  readonly proxy?: TrustedProxyOptions | undefined;
  /** Tells of refused requests (`info`) and of handlers that fail (`error`). @default silent */
  readonly logger?: Logger | undefined;
  /** Says when a client certificate has expired, and dates the answers. @default the system's */
  readonly clock?: Clock | undefined;
  /** Called with each request that is refused before it reaches the handler. What it throws is logged. */
  readonly onRefused?: ((request: RefusedRequest) => void) | undefined;
}

/**
 * The transport rules of OpenADR's simple HTTP as a request listener of `node:http`, to be mounted in a server, or in
 * a framework ahead of its body parsers. {@link HttpListener} is this with a server of its own.
 *
 * POST only (501), known services only (404), `application/xml` only (406), within limits (413, 408, 503), from
 * peers that TLS vouches for (403). Answers carry Content-Length and are compressed if the client asks for it.
 *
 * Throws `RangeError` for options out of range.
 *
 * @see OpenADR 2.0b, §9.1 and rules 511, 516 and 517
 */
export function requestListener(options: RequestListenerOptions): RequestListener {
  const serve = requestServer(options);
  return (request, response) => void serve(request, response);
}

/** A {@link requestListener} whose promise resolves, and never rejects, when the handler is done and the answer is written. */
export function requestServer(
  options: RequestListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const server = resolveRequestListenerOptions(options);
  return (request, response) => serve(server, request, response);
}

interface ResolvedRequestListener {
  readonly handler: Handler;
  readonly findService: (target: string) => Service | undefined;
  readonly limits: BodyLimits;
  readonly connections: Connections;
  readonly certificates: CertificateDemands;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onRefused: ((request: RefusedRequest) => void) | undefined;
}

function resolveRequestListenerOptions(options: RequestListenerOptions): ResolvedRequestListener {
  const { path = defaultPath, logger = silentLogger, clock = systemClock, proxy } = options;
  const { clientCertificate: direct = proxy === undefined ? "optional" : "required" } = options;
  const { bodyTimeout = seconds(30) } = options;
  const maxBodyBytes = resolveMaxBodyBytes(options.maxBodyBytes);
  const { maxBufferedBytes = 64 * maxBodyBytes } = options;
  if (!(maxBufferedBytes >= maxBodyBytes)) {
    throw new RangeError(`maxBufferedBytes: expected at least maxBodyBytes (${maxBodyBytes}), got ${maxBufferedBytes}`);
  }
  requireTimeout("bodyTimeout", bodyTimeout);
  return {
    handler: options.handler,
    findService: serviceFinder(path),
    limits: { maxBodyBytes, deadlines: new Deadlines(bodyTimeout), memory: new MemoryBudget(maxBufferedBytes) },
    connections: new Connections(clock, proxy === undefined ? undefined : new TrustedProxy(proxy)),
    certificates: { direct, proxied: proxy?.clientCertificate ?? "required" },
    clock,
    logger,
    onRefused: options.onRefused,
  };
}

async function serve(
  server: ResolvedRequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = new IncomingBody(request, server.limits);
  let isHanded = false;
  try {
    const service = admit(server, request);
    const { peer, signal } = server.connections.of(request);
    const exchange = { service, body: await body.read(), peer, headers: request.headers, signal };
    isHanded = true;
    const xml = await server.handler(exchange);
    date(response, server.clock);
    await answer(response, xml);
  } catch (error) {
    fail(server, response, error);
    if (!isHanded && !(error instanceof PeerGoneError)) tell(server, request, error);
  } finally {
    body.release();
  }
}

function admit(server: ResolvedRequestListener, request: IncomingMessage): Service {
  server.connections.requireAuthorized(request, server.certificates);
  if (request.method !== "POST") throw new RefusedRequestError(501, `expected POST, got ${request.method}`);
  const service = server.findService(request.url ?? "");
  if (service === undefined) throw new RefusedRequestError(404, "no such service");
  const contentType = request.headers["content-type"];
  if (!isXml(contentType)) {
    throw new RefusedRequestError(
      406,
      `expected content type application/xml, got ${JSON.stringify(contentType ?? "")}`,
    );
  }
  return service;
}

const xmlContentType = /^application\/xml\s*(?:;\s*charset\s*=\s*"?(?:utf-?8|utf-16(?:le|be)?|us-ascii)"?\s*)?;?\s*$/i;

/** Whether a Content-Type header names XML in an encoding that the codec reads. */
function isXml(contentType: string | undefined): boolean {
  return contentType === "application/xml" || (contentType !== undefined && xmlContentType.test(contentType));
}

/** Content-Length always, since the standard rules out chunked answers (§9.1.9). */
async function answer(response: ServerResponse, xml: string | undefined): Promise<void> {
  if (xml === undefined || xml === "") {
    response.writeHead(200, ["Content-Length", "0"]).end();
    return;
  }
  const coding = chooseCoding(response.req.headers["accept-encoding"]);
  if (coding === undefined) {
    response.writeHead(200, ["Content-Type", "application/xml", "Content-Length", String(Buffer.byteLength(xml))]);
    response.end(xml);
    return;
  }
  const compressed = await compress(xml, coding);
  const length = String(compressed.length);
  response.writeHead(200, ["Content-Type", "application/xml", "Content-Encoding", coding, "Content-Length", length]);
  response.end(compressed);
}

/** Node does it by the system's clock, at less cost. */
function date(response: ServerResponse, clock: Clock): void {
  if (clock !== systemClock) response.setHeader("Date", clock.now().toUTCString());
}

function fail({ logger, limits, clock }: ResolvedRequestListener, response: ServerResponse, error: unknown): void {
  const status = statusOf(error);
  const { method, url, socket } = response.req;
  const fields = { status, method, url, address: socket.remoteAddress, error };
  if (error instanceof PeerGoneError || response.destroyed) return logger.info(fields, "peer left before its answer");
  if (status === 500) logger.error(fields, "request failed");
  else logger.info(fields, "request refused");
  date(response, clock);
  refuse(response, status, limits);
}

function tell(
  { onRefused, findService, connections, logger }: ResolvedRequestListener,
  request: IncomingMessage,
  error: unknown,
): void {
  const { method = "", url = "", headers } = request;
  const { peer } = connections.of(request);
  try {
    onRefused?.({ method, url, service: findService(url), headers, peer, status: statusOf(error), error });
  } catch (fault) {
    logger.error({ error: fault }, "listener for refused requests failed");
  }
}

function refuse(response: ServerResponse, status: number, limits: BodyLimits): void {
  const request = response.req;
  const bodyLeft = hasBody(request) && !request.complete;
  if (bodyLeft || status === 403) response.shouldKeepAlive = false;
  response.writeHead(status, ["Content-Length", "0"]);
  // A peer that was too slow has nothing under way; any other would lose the answer if we hung up on it.
  if (bodyLeft && status !== 408) lingerBeforeEnd(response, limits);
  else response.end();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
