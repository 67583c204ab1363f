import type { MessageName, ServerCertificateError, SignatureError } from "@openleadr/protocol";
import type { Peer, RefusedHandshake, RefusedRequest } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import { FailureLimits } from "./failure-limits.ts";
import { networkOf } from "./network-of.ts";
import type { LimitedFailure, SecurityEvent, SecurityOrigin } from "./security-event.ts";

/** A message that is not signed, or not as it has to be. */
interface Unsigned {
  readonly message: MessageName;
  readonly venId: string | undefined;
  readonly error: SignatureError;
}

/** Counts what peers fail at, and tells of it up to a limit. */
export class SecurityWatch {
  readonly #vtn: VtnContext;
  readonly #limits: FailureLimits;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
    this.#limits = new FailureLimits(vtn.failureLimit, vtn.clock);
  }

  /** Whether a peer has failed at this as often as it may. */
  isLimited(failure: LimitedFailure, peer: Peer): boolean {
    return this.#limits.isReached(keyOf(failure, peer));
  }

  /** Counts a failure and tells of it; whether it was one too many, of which only the first is told. */
  failed(failure: LimitedFailure, peer: Peer, event: SecurityEvent): boolean {
    const { isOver, isFirstOver, until } = this.#limits.count(keyOf(failure, peer));
    if (isFirstOver) this.#tellLimited({ type: "rateLimited", failure, until, ...originOf(peer) });
    if (!isOver) this.#vtn.tellSecurity(event);
    return isOver;
  }

  /** A message was ignored for its signature (rule 514). */
  signatureRejected(peer: Peer, { message, venId, error }: Unsigned): void {
    const { code, message: reason } = error;
    const event = { type: "signatureRejected", message, venId, code, reason, ...originOf(peer) } as const;
    if (this.failed("signature", peer, event)) return;
    this.#vtn.logger.warn({ message, venId, peer: peer.address, code, reason }, "signature rejected");
  }

  /** Nothing was pushed to a VEN, for the certificate of the server at its address. */
  serverRefused(server: Peer, venId: string, { message: reason }: ServerCertificateError): void {
    const event = { type: "serverRefused", venId, reason, ...originOf(server) } as const;
    if (this.failed("certificate", server, event)) return;
    const { address, fingerprint } = server;
    this.#vtn.logger.warn({ venId, peer: address, fingerprint, reason }, "server refused");
  }

  /** A request did not get as far as to be read; 403 is what a client gets for its certificate. */
  refused({ status, error, peer }: RefusedRequest): void {
    if (status !== 403) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.failed("certificate", peer, { type: "certificateRefused", reason, ...originOf(peer) });
  }

  /** A client did not get as far as to send a request. */
  handshakeRefused({ peer, reason }: RefusedHandshake): void {
    this.failed("certificate", peer, { type: "certificateRefused", reason, ...originOf(peer) });
  }

  #tellLimited(event: Extract<SecurityEvent, { readonly type: "rateLimited" }>): void {
    const { failure, until, address, fingerprint } = event;
    this.#vtn.logger.warn({ failure, until, peer: address, fingerprint }, "peer limited");
    this.#vtn.tellSecurity(event);
  }
}

/** Whom an event is about. */
export function originOf({ address, fingerprint }: Peer): SecurityOrigin {
  return { address, fingerprint };
}

/** A certificate is known wherever it comes from; who has none is known by the address, or the network that it is of. */
function keyOf(failure: LimitedFailure, { address, fingerprint }: Peer): string {
  return `${failure} ${fingerprint ?? networkOf(address)}`;
}
