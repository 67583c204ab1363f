import type { X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { certificateFingerprint, TransportError } from "@openleadr/protocol";
import type { Clock } from "@openleadr/protocol";
import { RefusedRequestError } from "../handler.ts";
import type { Peer } from "../handler.ts";
import type { ClientCertificate } from "../tls/tls.ts";
import type { TrustedProxy } from "./trusted-proxy.ts";

/** One connection, as seen by the requests of one client that come over it. */
export interface Connection {
  readonly peer: Peer;
  /** Aborts when it closes. One for all its requests, since one each costs as much as half an idle poll. */
  readonly signal: AbortSignal;
  /** When the certificate begins to be valid, in milliseconds since 1970; always without one. */
  readonly validFrom: number;
  /** When the certificate expires, in milliseconds since 1970; never without one. */
  readonly expiresAt: number;
  /** Why TLS does not vouch for the peer; undefined if it does, or if it was not asked to. */
  readonly fault: string | undefined;
}

/** A connection, and the clients that a proxy speaks for on it, by what it says of them. */
interface KnownConnection extends Connection {
  readonly clients: Map<string, Connection>;
}

/** Who needs a certificate. */
export interface CertificateDemands {
  /** Clients that connect themselves. */
  readonly direct: ClientCertificate;
  /** Clients that a proxy speaks for. */
  readonly proxied: ClientCertificate;
}

type RequestHead = Pick<IncomingMessage, "socket" | "headers">;

/** What is known of the peers of open connections; looked up once per connection, not once per request. */
export class Connections {
  readonly #clock: Clock;
  readonly #proxy: TrustedProxy | undefined;
  readonly #known = new WeakMap<Socket, KnownConnection>();

  constructor(clock: Clock, proxy?: TrustedProxy) {
    this.#clock = clock;
    this.#proxy = proxy;
  }

  /** The connection of a request; behind a proxy, that of the client it speaks for. */
  of(request: RequestHead): Connection {
    const connection = this.#ofSocket(request.socket);
    if (this.#proxy === undefined || !this.#proxy.isAt(connection.peer.address)) return connection;
    return clientOf(connection, request.headers, this.#proxy);
  }

  /**
   * Throws {@link RefusedRequestError} with 403 if the peer needs a certificate and has none, or shows one that is not
   * valid. The dates are looked at with every request, since connections and TLS sessions may outlive a certificate.
   *
   * @see OpenADR 2.0b, rules 516 and 517
   */
  requireAuthorized(request: RequestHead, { direct, proxied }: CertificateDemands): void {
    if (this.#proxy === undefined) {
      if (direct === "off" || (direct === "optional" && !(request.socket instanceof TLSSocket))) return;
      return this.#require(direct, this.#ofSocket(request.socket));
    }
    const connection = this.#ofSocket(request.socket);
    if (!this.#proxy.isAt(connection.peer.address)) return this.#require(direct, connection);
    // A proxy is known by its address. It needs no certificate of its own, but one that it shows has to be valid.
    this.#require("optional", connection, "certificate of the proxy");
    this.#require(proxied, clientOf(connection, request.headers, this.#proxy));
  }

  #require(demand: ClientCertificate, connection: Connection, whose = "client certificate"): void {
    if (demand === "off") return;
    const { peer, validFrom, expiresAt, fault } = connection;
    if (fault !== undefined) throw new RefusedRequestError(403, `${whose}: ${fault}`);
    const now = this.#clock.now().getTime();
    if (peer.fingerprint === undefined) {
      if (demand === "required") throw new RefusedRequestError(403, `${whose}: none`);
    } else if (expiresAt <= now) throw new RefusedRequestError(403, `${whose}: expired`);
    else if (validFrom > now) throw new RefusedRequestError(403, `${whose}: not yet valid`);
  }

  #ofSocket(socket: Socket): KnownConnection {
    const known = this.#known.get(socket);
    if (known !== undefined) return known;
    const connection = { ...describeConnection(socket), clients: new Map<string, Connection>() };
    this.#known.set(socket, connection);
    return connection;
  }
}

/** More clients than a proxy has open connections share one; who is forgotten is described anew. */
const mostClients = 100;

function clientOf(connection: KnownConnection, headers: IncomingHttpHeaders, proxy: TrustedProxy): Connection {
  const key = proxy.keyOf(headers);
  const known = connection.clients.get(key);
  if (known !== undefined) return known;
  const { address = connection.peer.address, certificate, fingerprint, fault } = proxy.describe(headers);
  const peer = {
    address,
    ...(certificate !== undefined && { certificate }),
    ...(fingerprint !== undefined && { fingerprint }),
  };
  const client = { peer, signal: connection.signal, ...datesOf(certificate), fault };
  const [oldest] = connection.clients.keys();
  if (connection.clients.size >= mostClients && oldest !== undefined) connection.clients.delete(oldest);
  connection.clients.set(key, client);
  return client;
}

function describeConnection(socket: Socket): Connection {
  const { remoteAddress: address = "", remotePort } = socket;
  const place = { address, ...(remotePort !== undefined && { port: remotePort }) };
  const signal = signalOfClose(socket);
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (!(socket instanceof TLSSocket) || certificate === undefined)
    return { peer: place, signal, ...datesOf(undefined), fault: undefined };
  const dates = datesOf(certificate);
  if (!socket.authorized) return { peer: place, signal, ...dates, fault: String(socket.authorizationError) };
  const fingerprint = certificateFingerprint(certificate.raw);
  return { peer: { ...place, certificate, fingerprint }, signal, ...dates, fault: undefined };
}

function datesOf(certificate: X509Certificate | undefined): Pick<Connection, "validFrom" | "expiresAt"> {
  if (certificate === undefined) return { validFrom: Number.NEGATIVE_INFINITY, expiresAt: Number.POSITIVE_INFINITY };
  return { validFrom: Date.parse(certificate.validFrom), expiresAt: Date.parse(certificate.validTo) };
}

function signalOfClose(socket: Socket): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new TransportError("the peer closed the connection"));
  if (socket.destroyed) abort();
  else socket.once("close", abort);
  return controller.signal;
}
