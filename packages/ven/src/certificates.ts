import type { X509Certificate } from "node:crypto";
import { watchedCertificate, watchExpiries, type ExpiryWarning } from "@openleadr/protocol";
import { type ClientTlsOptions, type ListenerTlsOptions } from "@openleadr/transport";
import {
  isWorthTelling,
  watchedAs,
  watchedLists,
  watchedTls,
  type WatchedList,
  type WatchedMaterial,
} from "@openleadr/transport/internal";
import type { VenContext } from "./context.ts";
import type { ResolvedVenOptions } from "./options.ts";
import type { VenStatus } from "./status.ts";

type WatchedCertificate = Exclude<WatchedMaterial, WatchedList>;

/** What a VEN watches: a certificate of its own, of its VTN or of a CA, or a revocation list. */
type Watched = WatchedList | (Omit<WatchedCertificate, "role"> & { readonly role: WatchedCertificate["role"] | "vtn" });

/** What a VEN shows, to its VTN and to who pushes, signs with and trusts, and what its VTN shows and signs with, as far as it ends. */
export class Certificates {
  /** What the VEN uses by now towards the VTN. */
  tls: ClientTlsOptions | undefined;
  /** What it uses by now for what is pushed. */
  pushTls: ListenerTlsOptions | undefined;
  /** What the VTN has shown last. */
  ofVtn: X509Certificate | undefined;
  readonly #signatures: ResolvedVenOptions["signatures"];
  readonly #isVtnSeen: boolean;

  constructor(
    { tls, push, signatures }: Pick<ResolvedVenOptions, "tls" | "push" | "signatures">,
    vtn: URL | undefined,
  ) {
    this.tls = tls;
    this.pushTls = (push?.listen || undefined)?.tls;
    this.#signatures = signatures;
    this.#isVtnSeen = vtn?.protocol === "https:" || signatures.isVerifying;
  }

  /** Tells 60, 30 and 7 days before one of them ends, and when it has, until the VEN stops. */
  async watch(context: VenContext): Promise<void> {
    const { clock, logger } = context.options;
    if (!this.#isVtnSeen && this.#watched().length === 0) return;
    await watchExpiries({
      watched: () => this.#watched(),
      onExpiry(watched, expiry) {
        if (!isWorthTelling(watched, expiry)) return;
        const status = statusOf(watched, expiry);
        const { type, ...fields } = status;
        const what = type === "certificateExpiring" ? "certificate expires" : "revocation list expires";
        logger.warn({ ...fields, state: expiry.state }, what);
        context.tell(status);
      },
      signal: context.stopping,
      clock,
    });
  }

  #watched(): readonly Watched[] {
    const { signer, authorities, revocationLists, vtnSigner } = this.#signatures;
    const signing = signer?.certificates.map((each, index) => watchedAs(index === 0 ? "own" : "authority", each));
    return [
      ...watchedTls(this.tls),
      ...watchedTls(this.pushTls),
      ...(signing ?? []),
      ...authorities.map((each) => watchedAs("authority", each)),
      ...watchedLists(revocationLists),
      ...[this.ofVtn, vtnSigner].filter((each) => each !== undefined).map(shownByVtn),
    ];
  }
}

function shownByVtn(certificate: X509Certificate): Watched {
  return { ...watchedCertificate(certificate), kind: "certificate", role: "vtn" };
}

type ExpiryStatus = Extract<VenStatus, { readonly type: "certificateExpiring" | "revocationListExpiring" }>;

function statusOf(watched: Watched, expiry: ExpiryWarning): ExpiryStatus {
  const { notAfter: expiresAt, fingerprint } = watched;
  if (watched.kind === "revocationList")
    return { type: "revocationListExpiring", issuer: watched.issuer, expiresAt, expiry };
  const { role, subject } = watched;
  return { type: "certificateExpiring", role, fingerprint, subject, expiresAt, expiry };
}
