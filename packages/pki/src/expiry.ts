import { watchExpiries, type Clock, type Duration, type ExpiryWarning } from "@openleadr/protocol";
import { parseCertificates } from "./certificate.ts";
import { describeCertificate, type CertificateFacts } from "./inspect.ts";

/** Options of {@link watchExpiry}. */
export interface ExpiryWatchOptions {
  /**
   * Gives the certificates to watch, in PEM or DER, each time they are looked at: one's own, and those of peers.
   */
  readonly certificates: () => Iterable<string | Uint8Array>;
  /** Called when a certificate comes within 60, 30 or 7 days of its end, or reaches it; once for each. */
  readonly onExpiry: (certificate: CertificateFacts, expiry: ExpiryWarning) => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** How often the certificates are looked at. @default hours(1) */
  readonly interval?: Duration | undefined;
  /** @default the machine's own clock */
  readonly clock?: Clock | undefined;
}

/**
 * Watches certificates and tells of those that expire, beginning with how they stand now. Resolves when the signal
 * aborts; rejects with what `certificates` and `onExpiry` throw, and with `RangeError` for an interval that is none.
 */
export async function watchExpiry({ certificates, ...options }: ExpiryWatchOptions): Promise<void> {
  const watched = (): readonly CertificateFacts[] =>
    [...certificates()].flatMap(parseCertificates).map((certificate) => describeCertificate(certificate));
  await watchExpiries({ ...options, watched });
}
