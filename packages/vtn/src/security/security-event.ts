import type { ExpiryWarning, MessageName, SignatureErrorCode } from "@openleadr/protocol";

/** Whom a security event is about. */
export interface SecurityOrigin {
  /** The IP address of the peer; of a server that was called, the host in its URL. */
  readonly address: string;
  /** The fingerprint of its certificate; undefined where it shows none, and of a server that TLS itself does not trust. */
  readonly fingerprint: string | undefined;
}

/** What too much of is limited, for each peer by itself. */
export type LimitedFailure = "registration" | "signature" | "identity" | "certificate";

/**
 * A setting that makes a VTN less safe than it could be.
 *
 * - `listen.tls`: it listens in plain HTTP beyond its own machine, without a proxy, and VENs need not sign: so anybody may
 *   speak for any of them.
 * - `listen.tls.clientCertificate`, `listen.proxy.clientCertificate`: VENs may come without a certificate.
 * - `signatures.sha1`: signatures count that somebody may have forged.
 * - `push.tls.checkHostName`: a server that it pushes to may show a certificate for any host.
 * - `push.plainHttp`: VENs may have it push in plain HTTP, though they are known by a certificate.
 * - `push.serverCertificate`: a server that it pushes to may show any certificate of the CAs.
 */
export type ReducingOption =
  | "listen.tls"
  | "listen.tls.clientCertificate"
  | "listen.proxy.clientCertificate"
  | "signatures.sha1"
  | "push.tls.checkHostName"
  | "push.plainHttp"
  | "push.serverCertificate";

/** What whoever watches over the security of a VTN wants to know. What a peer causes is told only so often: `rateLimited`. */
export type SecurityEvent =
  /** A VEN asked to register. What a peer does over its limit is told no more. */
  | ({
      readonly type: "registrationAttempt";
      readonly venName: string | undefined;
      /** The venID that it brought. */
      readonly venId: string | undefined;
      readonly outcome: "accepted" | "pending" | "refused";
    } & SecurityOrigin)
  /** A message was ignored, as its signature is missing or not accepted (rule 514). */
  | ({
      readonly type: "signatureRejected";
      readonly message: MessageName;
      /** The venID that the message names. */
      readonly venId: string | undefined;
      readonly code: SignatureErrorCode;
      readonly reason: string;
    } & SecurityOrigin)
  /**
   * A message names a VEN that the peer's certificate, or the lack of one, does not stand for; or, from a peer that shows or
   * signs with a certificate, a venID of no VEN.
   */
  | ({
      readonly type: "identityMismatch";
      readonly message: MessageName;
      readonly venId: string | undefined;
    } & SecurityOrigin)
  /** A client got HTTP 403, or its handshake was ended, as its certificate is missing or not valid (rules 516, 517). */
  | ({ readonly type: "certificateRefused"; readonly reason: string } & SecurityOrigin)
  /**
   * Nothing was pushed to a VEN, as the server at its address did not show a valid certificate, or not the one that it has
   * to show (`push.serverCertificate`, rule 516). The message is tried again.
   */
  | ({ readonly type: "serverRefused"; readonly venId: string; readonly reason: string } & SecurityOrigin)
  /**
   * A setting makes the VTN less safe than it could be. Told with each start, and when such `push.tls` replaces other; of
   * `push.serverCertificate` when the first VEN is pushed to that may show any.
   */
  | { readonly type: "securityReduced"; readonly option: ReducingOption }
  /** A VEN has another certificate than before, as somebody decided. */
  | ({
      readonly type: "certificateChanged";
      readonly venId: string;
      readonly before: string | undefined;
    } & SecurityOrigin)
  /**
   * A certificate comes within 60, 30 or 7 days of its end, has reached it, or has yet to become valid: one that
   * the VTN shows, or signs with (`own`), one that a VEN has shown, or signed with, or that the server has shown at which it is
   * pushed to (`ven`), or that of a CA that it trusts, or that stands behind its own (`authority`). Told once for each.
   */
  | {
      readonly type: "certificateExpiring";
      readonly role: "own" | "ven" | "authority";
      /** Undefined for a certificate that is no VEN's. */
      readonly venId: string | undefined;
      readonly fingerprint: string;
      readonly subject: string;
      readonly expiresAt: Date;
      readonly expiry: ExpiryWarning;
    }
  /**
   * A revocation list is over in 60, 30 or 7 days, unless that is more than half of its time, or is over, after which nobody
   * is let in whose CA has written it. Told once for each.
   */
  | {
      readonly type: "revocationListExpiring";
      /** The CA, e.g. `CN=Root`. */
      readonly issuer: string;
      readonly expiresAt: Date;
      readonly expiry: ExpiryWarning;
    }
  /**
   * A peer has failed too often; until then nothing is told of its failures of that kind, and its requests get HTTP 403: but
   * 463, for the `identity` of who shows no certificate.
   */
  | ({ readonly type: "rateLimited"; readonly failure: LimitedFailure; readonly until: Date } & SecurityOrigin);
