import { X509Certificate } from "node:crypto";
import { certificateFingerprint, ServerCertificateError } from "@openleadr/protocol";
import type { Clock } from "@openleadr/protocol";
import type { DetailedPeerCertificate, PeerCertificate } from "node:tls";

/** The certificates that a server has shown to a client, as far as time is concerned. */
export class ServerCertificates {
  readonly #clock: Clock;
  readonly #onTaken: ((certificate: X509Certificate) => void) | undefined;
  #endsAt = Number.POSITIVE_INFINITY;

  /** `onTaken` is called with each certificate that is in order. */
  constructor(clock: Clock, onTaken?: (certificate: X509Certificate) => void) {
    this.#clock = clock;
    this.#onTaken = onTaken;
  }

  /**
   * What is wrong with the dates of a certificate that is in order otherwise, if anything. If not, it is taken: its end is
   * noted, and its CAs' ends.
   */
  faultOf(certificate: Shown): string | undefined {
    const { valid_from: validFrom, valid_to: validTo } = certificate;
    const now = this.#clock.now().getTime();
    const endsAt = Date.parse(validTo);
    if (endsAt <= now) return `expired on ${validTo}`;
    if (Date.parse(validFrom) > now) return `not valid before ${validFrom}`;
    // A CA that has ended already is no fault: TLS has found another way to one that is trusted.
    const later = endsOfChain(certificate).filter((end) => end > now);
    this.#endsAt = Math.min(this.#endsAt, ...later);
    this.#onTaken?.(new X509Certificate(certificate.raw));
    return undefined;
  }

  /** Whether one of them, or a CA of theirs, has expired since, so that connections and TLS sessions are not to be used. */
  get hasOneExpired(): boolean {
    return this.#endsAt <= this.#clock.now().getTime();
  }
}

/** A certificate that a server has shown, and where it is known, the CA behind it; a root is behind itself. */
type Shown = PeerCertificate & Partial<Pick<DetailedPeerCertificate, "issuerCertificate">>;

/** When a certificate and the CAs behind it end, in milliseconds since 1970. */
function endsOfChain(certificate: Shown): number[] {
  const chain = new Set<Shown>();
  for (let each: Shown | undefined = certificate; each !== undefined && !chain.has(each); each = each.issuerCertificate)
    chain.add(each);
  return [...chain].map(({ valid_to: validTo }) => Date.parse(validTo));
}

/** Why a server's certificate is not taken, although it comes from a CA that is trusted. */
export class ServerCertificateFault extends Error {
  override readonly name = "ServerCertificateFault";
  readonly fingerprint: string;

  constructor(reason: string, { raw }: { readonly raw: Uint8Array }) {
    super(`server certificate: ${reason}`);
    this.fingerprint = certificateFingerprint(raw);
  }
}

/** The error for a connection that failed for the server's certificate; undefined if it failed for something else. */
export function serverCertificateError(message: string, cause: unknown): ServerCertificateError | undefined {
  if (cause instanceof ServerCertificateFault) return new ServerCertificateError(message, cause.fingerprint, { cause });
  const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? "") : "";
  return isDistrust(code) ? new ServerCertificateError(message, undefined, { cause }) : undefined;
}

/** Whether the code of an error is one of TLS's reasons not to trust a certificate. */
export function isDistrust(code: string): boolean {
  return distrusts.test(code);
}

// As Node names OpenSSL's reasons (X509_V_ERR_...) not to trust a certificate.
const distrusts =
  /^(?:(?:CERT|CRL|DEPTH_ZERO|ERROR_IN|HOSTNAME|INVALID|PATH_LENGTH|SELF_SIGNED|UNABLE_TO)_[A-Z_]+|UNSPECIFIED)$/;
