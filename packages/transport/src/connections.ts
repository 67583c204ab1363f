import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { TransportError } from "@openleadr/protocol";
import type { Clock } from "@openleadr/protocol";
import { RefusedRequestError } from "./handler.ts";
import type { Peer } from "./handler.ts";
import type { ClientCertificate } from "./tls.ts";

/** One connection, as seen by the requests that come over it. */
export interface Connection {
  readonly peer: Peer;
  /** Aborts when it closes. One for all its requests, since one each costs as much as half an idle poll. */
  readonly signal: AbortSignal;
  /** When the certificate expires, in milliseconds since 1970; never without one. */
  readonly expiresAt: number;
  /** Why TLS does not vouch for the peer; undefined if it does, or if it was not asked to. */
  readonly fault: string | undefined;
}

/** What is known of the peers of open connections; looked up once per connection, not once per request. */
export class Connections {
  readonly #clock: Clock;
  readonly #known = new WeakMap<Socket, Connection>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(socket: Socket): Connection {
    const known = this.#known.get(socket);
    if (known !== undefined) return known;
    const connection = describeConnection(socket);
    this.#known.set(socket, connection);
    return connection;
  }

  /**
   * Throws {@link RefusedRequestError} with 403 if the peer needs a certificate and has none, or shows one that is not
   * valid. Expiry is looked at with every request, since connections and TLS sessions may outlive a certificate.
   *
   * @see OpenADR 2.0b, rules 516 and 517
   */
  requireAuthorized(socket: Socket, clientCertificate: ClientCertificate): void {
    if (clientCertificate === "off") return;
    if (clientCertificate === "optional" && !(socket instanceof TLSSocket)) return;
    const { peer, expiresAt, fault } = this.of(socket);
    if (fault !== undefined) throw new RefusedRequestError(403, `client certificate: ${fault}`);
    if (peer.certificate === undefined) {
      if (clientCertificate === "required") throw new RefusedRequestError(403, "client certificate: none");
    } else if (expiresAt <= this.#clock.now().getTime()) {
      throw new RefusedRequestError(403, "client certificate: expired");
    }
  }
}

function describeConnection(socket: Socket): Connection {
  const { remoteAddress: address = "", remotePort } = socket;
  const place = { address, ...(remotePort !== undefined && { port: remotePort }) };
  const signal = signalOfClose(socket);
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (!(socket instanceof TLSSocket) || certificate === undefined) {
    return { peer: place, signal, expiresAt: Number.POSITIVE_INFINITY, fault: undefined };
  }
  const expiresAt = Date.parse(certificate.validTo);
  if (!socket.authorized) return { peer: place, signal, expiresAt, fault: String(socket.authorizationError) };
  return { peer: { ...place, certificate }, signal, expiresAt, fault: undefined };
}

function signalOfClose(socket: Socket): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new TransportError("the peer closed the connection"));
  if (socket.destroyed) abort();
  else socket.once("close", abort);
  return controller.signal;
}
