import { hours, systemClock, type Clock, type Duration } from "@openleadr/protocol";
import { validityOf, parseCertificates } from "./certificate.ts";
import { describeCertificate, type CertificateFacts } from "./inspect.ts";
import type { Validity } from "./validity.ts";

/** How many days before its end a certificate's expiry is told of, the earliest first. */
export const expiryWarningDays = [60, 30, 7] as const;

/** How a certificate stands to time. */
export type Expiry =
  | { readonly state: "valid"; readonly daysLeft: number }
  /** Fewer than `within` days are left: 60, 30 or 7. */
  | { readonly state: "expiresSoon"; readonly within: (typeof expiryWarningDays)[number]; readonly daysLeft: number }
  | { readonly state: "notYetValid" }
  | { readonly state: "expired" };

const day = hours(24);

/** How a certificate stands to time at that instant. `daysLeft` counts whole days. */
export function expiryOf({ notBefore, notAfter }: Validity, now: Date): Expiry {
  const left = notAfter.getTime() - now.getTime();
  if (left < 0) return { state: "expired" };
  if (now < notBefore) return { state: "notYetValid" };
  const daysLeft = Math.floor(left / day);
  const within = expiryWarningDays.findLast((days) => left <= days * day);
  return within === undefined ? { state: "valid", daysLeft } : { state: "expiresSoon", within, daysLeft };
}

/** Options of {@link watchExpiry}. */
export interface ExpiryWatchOptions {
  /**
   * Gives the certificates to watch, in PEM or DER, each time they are looked at: one's own, and those of peers.
   */
  readonly certificates: () => Iterable<string | Uint8Array>;
  /** Called when a certificate comes within 60, 30 or 7 days of its end, or reaches it; once for each. */
  readonly onExpiry: (certificate: CertificateFacts, expiry: Exclude<Expiry, { readonly state: "valid" }>) => void;
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
export async function watchExpiry(options: ExpiryWatchOptions): Promise<void> {
  const { signal, interval = hours(1), clock = systemClock } = options;
  if (!(interval > 0)) throw new RangeError(`interval: expected a span of time, got ${interval} ms`);
  let told = new Map<string, string>();
  while (!signal.aborted) {
    told = look(options, told, clock.now());
    await sleepUntilAborted(clock, interval, signal);
  }
}

/** Tells what is new, and gives what has been told of the certificates that there are. */
function look(options: ExpiryWatchOptions, told: ReadonlyMap<string, string>, now: Date): Map<string, string> {
  const seen = new Map<string, string>();
  for (const certificate of [...options.certificates()].flatMap(parseCertificates)) {
    const expiry = expiryOf(validityOf(certificate), now);
    const stage = expiry.state === "expiresSoon" ? `${expiry.within} days` : expiry.state;
    const id = certificate.fingerprint256;
    const isNew = told.get(id) !== stage && !seen.has(id);
    seen.set(id, stage);
    if (isNew && expiry.state !== "valid") options.onExpiry(describeCertificate(certificate), expiry);
  }
  return seen;
}

async function sleepUntilAborted(clock: Clock, span: Duration, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(span, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
