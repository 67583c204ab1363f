import type { X509Certificate } from "node:crypto";
import type { LookupFunction } from "node:net";
import { HttpStatusError, MalformedMessageError, seconds, systemClock, TransportError } from "@openleadr/protocol";
import { textOfDocument } from "@openleadr/protocol/internal";
import type { Clock, Duration, Service } from "@openleadr/protocol";
import { Client, Pool, ProxyAgent } from "undici";
import type { Dispatcher } from "undici";
import { checkedConnector } from "./checked-connector.ts";
import type { ServerCheck } from "./checked-connector.ts";
import { ClientSockets } from "./client-sockets.ts";
import { decompress } from "../content-coding.ts";
import { resolveBaseUrl, serviceUrl } from "../endpoint.ts";
import { meaningOf } from "../http-status.ts";
import type { Logger } from "../logger.ts";
import { resolveMaxBodyBytes } from "../max-body-bytes.ts";
import { reasonOf } from "./reason-of.ts";
import { serverCertificateError, ServerCertificates } from "../tls/server-certificates.ts";
import { takesAnyServer } from "../tls/server-identity.ts";
import { requireTimeout } from "../timeout.ts";
import { resolveClientTls } from "../tls/tls.ts";
import type { ClientTlsOptions, ResolvedClientTls } from "../tls/tls.ts";
import type { Transport } from "../transport.ts";

/** Where a {@link httpTransport} sends its messages, and how. */
export interface HttpTransportOptions {
  /**
   * Base URL of the peer, e.g. `https://vtn.example.com/OpenADR2/Simple/2.0b`. A bare `https://vtn.example.com` gets
   * that path.
   */
  readonly url: URL | string;
  /** Our certificate, and the CAs we trust; for `https:` only. */
  readonly tls?: ClientTlsOptions | undefined;
  /**
   * Time allowed for one request, from connecting to the last byte of the answer, up to 24 days; `false` waits for
   * ever. The standard asks for at least 5 seconds. @default seconds(30)
   */
  readonly requestTimeout?: Duration | false | undefined;
  /**
   * How many connections may be open at once, at least 1; what is sent beyond that waits for its turn, which counts as
   * part of its time. @default no limit
   */
  readonly connections?: number | undefined;
  /** The largest answer, before and after decompression. At least 1. @default 4 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** Whether to ask the peer to compress its answers; requests are never compressed. @default false */
  readonly compression?: boolean | undefined;
  /** Headers to add, such as a gateway's key; not those that OpenADR rules on. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** URL of an HTTP proxy to connect through. @default none */
  readonly proxy?: URL | string | undefined;
  /** Warned of what makes connections less safe. @default silent */
  readonly logger?: Logger | undefined;
  /** Called with the second in which the peer says it answered (the header `Date`), as soon as an answer begins. */
  readonly onDate?: ((date: Date) => void) | undefined;
  /** Resolves the name of the peer's host, unless it is an address or there is a proxy. @default as Node does */
  readonly lookup?: LookupFunction | undefined;
  /**
   * Asked about the server's certificate with each connection, once it has passed all that `tls` demands; its answer is why
   * the server is not sent anything, or undefined. For `https:` without `proxy`. @default none
   */
  readonly checkServer?: ServerCheck | undefined;
  /**
   * Called with the certificate that the server shows, once it has passed all that `tls` demands; not with those connections
   * that resume a TLS session. For `https:`.
   */
  readonly onServerCertificate?: ((certificate: X509Certificate) => void) | undefined;
  /** Says when the server's certificate has expired. @default the system's */
  readonly clock?: Clock | undefined;
}

/** A {@link Transport} over HTTP, with connections that stay open from one request to the next until it is closed. */
export interface HttpTransport extends Transport, AsyncDisposable {
  /** The base URL requests go to. */
  readonly url: URL;
  /**
   * Uses other certificates, keys and CAs from the next request on; requests under way end as they began. Throws
   * `TypeError`, and changes nothing, for options that are incomplete, or of no use since the URL is not `https:`;
   * `RangeError` for a `serverFingerprint` that is none.
   */
  replaceTls(tls: ClientTlsOptions): void;
  /** Finishes the requests under way and closes the connections; safe to call twice. Later requests are refused. */
  close(): Promise<void>;
}

/**
 * A client for OpenADR's simple HTTP, plain or over TLS.
 *
 * Answers other than 200, redirects included, reject with {@link HttpStatusError}; a server whose certificate is not taken,
 * with {@link ServerCertificateError}; no answer, half an answer, and one that is not XML, with {@link TransportError}. See
 * {@link retryable} for what is worth another attempt. When a certificate that the server has shown expires, or a CA behind
 * it, connections are made anew before anything else is sent (rule 516).
 *
 * Throws `RangeError` for options out of range, and `TypeError` for TLS options that are incomplete, or of no use since
 * the URL is not `https:`.
 *
 * @see OpenADR 2.0b, §9.1
 */
export function httpTransport(options: HttpTransportOptions): HttpTransport {
  const sockets = new ClientSockets();
  let { tls: current } = options;
  let client = resolveHttpTransportOptions(options, sockets);
  let closed: Promise<void> | undefined;
  const dispatchers = new Set([client.dispatcher]);
  const underWay = new Set<Promise<unknown>>();
  // Dispatchers left to themselves would wait for connections that are being made, which nobody wants any more.
  const end = async (): Promise<void> => {
    await Promise.allSettled(underWay);
    await Promise.all([...dispatchers].map((dispatcher) => dispatcher.destroy()));
    sockets.destroy();
  };
  const close = async (): Promise<void> => (closed ??= end());
  const renew = (tls: ClientTlsOptions | undefined): void => {
    const { dispatcher: before } = client;
    client = resolveHttpTransportOptions({ ...options, tls }, sockets);
    current = tls;
    if (closed !== undefined) return;
    dispatchers.add(client.dispatcher);
    before.close(() => dispatchers.delete(before));
  };
  const replaceTls = (tls: ClientTlsOptions): void => renew(tls);
  const transport: Transport = async (service, xml, signal) => {
    if (closed !== undefined) throw new TransportError(`${service} at ${client.url.href}: the transport is closed`);
    if (client.servers.hasOneExpired) renew(current);
    const answer = exchange(client, { service, xml, signal });
    underWay.add(answer);
    try {
      return await answer;
    } finally {
      underWay.delete(answer);
    }
  };
  return Object.assign(transport, { url: client.url, replaceTls, close, [Symbol.asyncDispose]: close });
}

interface ResolvedHttpTransport {
  readonly url: URL;
  readonly dispatcher: Dispatcher;
  readonly servers: ServerCertificates;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestTimeout: Duration | false;
  readonly maxBodyBytes: number;
  readonly onDate: ((date: Date) => void) | undefined;
}

function resolveHttpTransportOptions(options: HttpTransportOptions, sockets: ClientSockets): ResolvedHttpTransport {
  const url = resolveBaseUrl(options.url);
  const { requestTimeout = seconds(30), compression = false, connections, tls } = options;
  const maxBodyBytes = resolveMaxBodyBytes(options.maxBodyBytes);
  if (requestTimeout !== false) requireTimeout("requestTimeout", requestTimeout);
  if (connections !== undefined && !(Number.isInteger(connections) && connections >= 1))
    throw new RangeError(`connections: expected a whole number above 0, got ${connections}`);
  if (tls !== undefined && url.protocol !== "https:") {
    throw new TypeError(`tls: expected an https: URL to go with it, got ${JSON.stringify(url.href)}`);
  }
  const servers = new ServerCertificates(options.clock ?? systemClock, options.onServerCertificate);
  const connect = url.protocol === "https:" ? resolveClientTls(tls ?? {}, servers) : {};
  if (tls !== undefined && takesAnyServer(tls))
    options.logger?.warn({ url: url.href }, "the server's certificate need not name its host");
  const lookup = options.lookup === undefined ? {} : { lookup: options.lookup };
  return {
    url,
    dispatcher: createDispatcher(url, { ...options, requestTimeout, sockets }, { ...connect, ...lookup }),
    servers,
    headers: {
      ...resolveHeaders(options.headers),
      ...standardHeaders,
      ...(compression && { "accept-encoding": "gzip" }),
    },
    requestTimeout,
    maxBodyBytes,
    onDate: options.onDate,
  };
}

// Content-Length, and that the request is not chunked, follows from handing the client the whole text.
const standardHeaders = { "content-type": "application/xml", accept: "application/xml" };

const ruledHeaders = /^(?:content-.*|transfer-encoding|accept|accept-encoding|host|connection|expect|upgrade)$/i;

function resolveHeaders(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const ruled = Object.keys(headers).find((name) => ruledHeaders.test(name));
  if (ruled !== undefined)
    throw new RangeError(`headers: expected none that OpenADR rules on, got ${JSON.stringify(ruled)}`);
  return headers;
}

interface DispatcherOptions extends Pick<HttpTransportOptions, "connections" | "proxy" | "checkServer"> {
  readonly requestTimeout: Duration | false;
  readonly sockets: ClientSockets;
}

function createDispatcher(
  url: URL,
  { connections, proxy, requestTimeout, checkServer, sockets }: DispatcherOptions,
  tls: ResolvedClientTls & { readonly lookup?: LookupFunction },
): Dispatcher {
  // The deadline of the whole request is ours to watch; but a connection that does not come about must not stand in the
  // way of the next request, nor outlive its own.
  const connectTimeout = requestTimeout === false ? 0 : Number(requestTimeout);
  const how = { ...tls, timeout: connectTimeout };
  const options = { headersTimeout: 0, bodyTimeout: 0 };
  const limit = connections === undefined ? {} : { connections };
  if (proxy === undefined) {
    // Where a session is resumed, Node does not tell a client whose certificate it began with.
    const connect =
      checkServer === undefined
        ? sockets.connector(how)
        : checkedConnector(sockets.connector({ ...how, maxCachedSessions: 0 }), checkServer);
    // A pool takes 16 KB, which is much for one connection.
    return connections === 1
      ? new Client(url.origin, { ...options, connect })
      : new Pool(url.origin, { ...options, ...limit, connect });
  }
  if (checkServer !== undefined) throw new TypeError("checkServer: expected no proxy beside it, got one");
  if (!URL.canParse(String(proxy)))
    throw new RangeError(`proxy: expected an absolute URL, got ${JSON.stringify(proxy)}`);
  const connect = sockets.connector({ timeout: connectTimeout });
  const clientFactory = (origin: URL): Dispatcher => new Pool(origin.origin, { connect });
  return new ProxyAgent({ ...options, ...limit, uri: String(proxy), requestTls: how, clientFactory });
}

interface ClientRequest {
  readonly service: Service;
  readonly xml: string;
  readonly signal: AbortSignal | undefined;
}

async function exchange(client: ResolvedHttpTransport, request: ClientRequest): Promise<string | undefined> {
  const { signal } = request;
  signal?.throwIfAborted();
  const deadline = new AbortController();
  // The client heeds a signal only once it is connected.
  const aborted = new Promise<never>((_resolve, reject) => {
    deadline.signal.addEventListener("abort", () => reject(deadline.signal.reason as Error), { once: true });
  });
  const abort = (): void => deadline.abort();
  const timer = client.requestTimeout === false ? undefined : setTimeout(abort, client.requestTimeout);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([send(client, request, deadline.signal), aborted]);
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.signal.aborted) throw timeoutError(client, request.service, error);
    throw transportError(client, request.service, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function send(
  client: ResolvedHttpTransport,
  { service, xml }: ClientRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { origin, pathname } = client.url;
  const { dispatcher, headers } = client;
  const path = `${pathname}/${service}`;
  const answer = await dispatcher.request({ origin, path, method: "POST", headers, body: xml, signal });
  tellDate(client, answer);
  if (answer.statusCode !== 200) {
    await Promise.allSettled([answer.body.dump()]);
    throw statusError(serviceUrl(client.url, service), service, answer.statusCode);
  }
  const bytes = await receive(answer, client.maxBodyBytes);
  if (bytes.length === 0) return undefined;
  requireXml(answer);
  return textOfDocument(bytes);
}

function tellDate({ onDate }: ResolvedHttpTransport, { headers }: Dispatcher.ResponseData): void {
  const date = new Date(String(headers["date"]));
  if (!Number.isNaN(date.getTime())) onDate?.(date);
}

async function receive({ headers, body }: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const [first = Buffer.alloc(0)] = chunks;
  const bytes = chunks.length > 1 ? Buffer.concat(chunks, length) : first;
  const coding = headers["content-encoding"];
  if (coding === undefined || length === 0) return bytes;
  const result = await decompress(bytes, String(coding), maxBytes);
  if (result === "too large") throw tooLarge(maxBytes);
  if (typeof result === "string") throw new TransportError(`content encoding ${JSON.stringify(coding)}: ${result}`);
  return result;
}

// A peer that forgets the header is borne with; a gateway's page in HTML, say, is not.
function requireXml({ headers }: Dispatcher.ResponseData): void {
  const contentType = headers["content-type"];
  if (contentType === undefined || /^(?:application|text)\/xml\b/i.test(String(contentType))) return;
  throw new TransportError(`expected content type application/xml, got ${JSON.stringify(contentType)}`);
}

function transportError({ url }: ResolvedHttpTransport, service: Service, cause: unknown): Error {
  if (cause instanceof HttpStatusError || cause instanceof MalformedMessageError) return cause;
  const message = `${service} at ${serviceUrl(url, service)}: ${reasonOf(cause)}`;
  return serverCertificateError(message, cause) ?? new TransportError(message, { cause });
}

function timeoutError(
  { url, requestTimeout }: ResolvedHttpTransport,
  service: Service,
  cause: unknown,
): TransportError {
  const message = `${service} at ${serviceUrl(url, service)}: no answer within ${Number(requestTimeout)} ms`;
  return new TransportError(message, { cause, code: "ERR_OADR_TIMEOUT" });
}

function statusError(url: string, service: Service, status: number): HttpStatusError {
  return new HttpStatusError(
    status,
    `${service} at ${url}: expected HTTP status 200, got ${status} (${meaningOf(status)})`,
  );
}

function tooLarge(maxBytes: number): MalformedMessageError {
  const fault = { path: "document", expected: `at most ${maxBytes} bytes`, got: "more" };
  return new MalformedMessageError("ERR_OADR_TOO_LARGE", [fault]);
}
