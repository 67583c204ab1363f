import type { X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { MalformedMessageError, OpenAdrError } from "@openleadr/protocol";
import type { Service } from "@openleadr/protocol";

/** The client at the other end of a connection. One object per connection, so it can serve as a key in a `WeakMap`. */
export interface Peer {
  /** The IP address the connection comes from; empty when the connection is already gone. */
  readonly address: string;
  /** The TCP port the connection comes from. */
  readonly port?: number;
  /**
   * The client certificate, present only if it chains to a CA we trust, or if a trusted proxy vouches for it.
   *
   * @see OpenADR 2.0b, rule 516
   */
  readonly certificate?: X509Certificate;
  /**
   * The fingerprint of that certificate as OpenADR writes it, which identifies the peer. It may come without the
   * certificate from a trusted proxy.
   *
   * @see OpenADR 2.0b, §10.5.1
   */
  readonly fingerprint?: string;
}

/** One request as it reaches a {@link Handler}. */
export interface Exchange {
  readonly service: Service;
  /** The message as it came, decompressed but not decoded; never larger than the listener's `maxBodyBytes`. */
  readonly body: Uint8Array;
  readonly peer: Peer;
  /** The HTTP headers of the request, names in lower case; empty in memory. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /**
   * Aborts when the peer's connection closes. It is the same for all requests of one connection, so what listens to it
   * must stop listening when it is done.
   */
  readonly signal: AbortSignal;
}

/**
 * Answers one request: resolves with the XML of the answer, or with undefined for an empty one (HTTP 200 either way).
 *
 * To refuse, it throws: {@link RefusedRequestError} for the status it names, {@link MalformedMessageError} for 406, or
 * 413 if that says the message is too large. Any other error is logged, and the peer sees a bare 500.
 */
export type Handler = (exchange: Exchange) => Promise<string | undefined>;

/**
 * The statuses that refuse a request.
 *
 * @see OpenADR 2.0b, §9.1.4 to §9.1.7
 */
export type RefusalStatus = 403 | 404 | 406 | 408 | 413 | 501 | 503;

/** Thrown by a {@link Handler} to refuse a request with an HTTP status and an empty body. */
export class RefusedRequestError extends OpenAdrError {
  override readonly name = "RefusedRequestError";
  readonly status: RefusalStatus;
  /** Why, for our own log; the peer sees the status only. */
  readonly reason: string;

  constructor(status: RefusalStatus, reason: string, options?: ErrorOptions) {
    super("ERR_OADR_HTTP_STATUS", `refused with HTTP status ${status}: ${reason}`, options);
    this.status = status;
    this.reason = reason;
  }
}

/** The HTTP status with which a handler's error is answered. */
export function statusOf(error: unknown): RefusalStatus | 500 {
  if (error instanceof RefusedRequestError) return error.status;
  if (error instanceof MalformedMessageError) return error.code === "ERR_OADR_TOO_LARGE" ? 413 : 406;
  return 500;
}
