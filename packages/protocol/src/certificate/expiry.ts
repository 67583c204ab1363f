import type { X509Certificate } from "node:crypto";
import { fingerprintOf } from "./fingerprint.ts";
import { hours, systemClock, type Clock, type Duration } from "../time.ts";

/** How many days before its end a certificate's expiry is told of, the earliest first. */
export const expiryWarningDays = [60, 30, 7] as const;

/** How a certificate stands to time. */
export type Expiry =
  | { readonly state: "valid"; readonly daysLeft: number }
  /** Fewer than `within` days are left: 60, 30 or 7. */
  | { readonly state: "expiresSoon"; readonly within: (typeof expiryWarningDays)[number]; readonly daysLeft: number }
  | { readonly state: "notYetValid" }
  | { readonly state: "expired" };

/** What has to be told of how a certificate stands to time. */
export type ExpiryWarning = Exclude<Expiry, { readonly state: "valid" }>;

/** What is valid from some time to another. */
export interface Expiring {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const day = hours(24);

/** How a certificate stands to time at that instant. `daysLeft` counts whole days. */
export function expiryOf({ notBefore, notAfter }: Expiring, now: Date): Expiry {
  const left = notAfter.getTime() - now.getTime();
  if (left < 0) return { state: "expired" };
  if (now < notBefore) return { state: "notYetValid" };
  const daysLeft = Math.floor(left / day);
  const within = expiryWarningDays.findLast((days) => left <= days * day);
  return within === undefined ? { state: "valid", daysLeft } : { state: "expiresSoon", within, daysLeft };
}

/** A certificate that is watched. */
export interface WatchedCertificate extends Expiring {
  /** As OpenADR writes it (§10.5.1). */
  readonly fingerprint: string;
  /** Whom it names, e.g. `CN=kitchen`; empty for nobody. */
  readonly subject: string;
}

/** What is watched of a certificate. */
export function watchedCertificate(certificate: X509Certificate): WatchedCertificate {
  // Undefined where the certificate names nobody, though the types say otherwise.
  const subject = certificate.subject as string | undefined;
  return {
    fingerprint: fingerprintOf(certificate),
    subject: subject?.replaceAll("\n", ", ") ?? "",
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
  };
}

/** Options of {@link watchExpiries}. */
export interface ExpiriesWatchOptions<Watched extends Expiring & { readonly fingerprint: string }> {
  /** Gives what is to be watched, each time it is looked at. */
  readonly watched: () => Iterable<Watched>;
  /** Called when one comes within 60, 30 or 7 days of its end, or reaches it; once for each. */
  readonly onExpiry: (watched: Watched, expiry: ExpiryWarning) => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** How often they are looked at. @default hours(1) */
  readonly interval?: Duration | undefined;
  /** @default the machine's own clock */
  readonly clock?: Clock | undefined;
}

/**
 * Watches certificates and tells of those that expire, beginning with how they stand now. Resolves when the signal
 * aborts; rejects with what the callbacks throw, and with `RangeError` for an interval that is none.
 */
export async function watchExpiries<Watched extends Expiring & { readonly fingerprint: string }>(
  options: ExpiriesWatchOptions<Watched>,
): Promise<void> {
  const { signal, interval = hours(1), clock = systemClock } = options;
  if (!(interval > 0)) throw new RangeError(`interval: expected a span of time, got ${interval} ms`);
  let told: ReadonlyMap<string, string> = new Map();
  while (!signal.aborted) {
    told = look(options, told, clock.now());
    await sleepUntilAborted(clock, interval, signal);
  }
}

/** Tells what is new, and gives what has been told of the certificates that there are. */
function look<Watched extends Expiring & { readonly fingerprint: string }>(
  { watched, onExpiry }: ExpiriesWatchOptions<Watched>,
  told: ReadonlyMap<string, string>,
  now: Date,
): ReadonlyMap<string, string> {
  const seen = new Map<string, string>();
  for (const each of watched()) {
    const expiry = expiryOf(each, now);
    const stage = expiry.state === "expiresSoon" ? `${expiry.within} days` : expiry.state;
    const isNew = told.get(each.fingerprint) !== stage && !seen.has(each.fingerprint);
    seen.set(each.fingerprint, stage);
    if (isNew && expiry.state !== "valid") onExpiry(each, expiry);
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
