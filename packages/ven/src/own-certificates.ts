import { X509Certificate } from "node:crypto";
import { watchedCertificate, watchExpiries, type WatchedCertificate } from "@openleadr/protocol";
import type { ClientTlsOptions, ListenerTlsOptions, Pem } from "@openleadr/transport";
import type { VenContext } from "./context.ts";
import type { ResolvedVenOptions } from "./options.ts";

/** The certificates that a VEN shows, to its VTN and to who pushes, and signs with. */
export class OwnCertificates {
  /** What the VEN uses by now towards the VTN. */
  tls: ClientTlsOptions | undefined;
  /** What it uses by now for what is pushed. */
  pushTls: ListenerTlsOptions | undefined;
  readonly #signatures: ResolvedVenOptions["signatures"];

  constructor({ tls, push, signatures }: Pick<ResolvedVenOptions, "tls" | "push" | "signatures">) {
    this.tls = tls;
    this.pushTls = (push?.listen || undefined)?.tls;
    this.#signatures = signatures;
  }

  /** Tells 60, 30 and 7 days before one of them ends, and when it has, until the VEN stops. */
  async watch(context: VenContext): Promise<void> {
    const { clock, logger } = context.options;
    if (this.#watched().length === 0) return;
    await watchExpiries({
      watched: () => this.#watched(),
      onExpiry: ({ fingerprint, subject, notAfter: expiresAt }, expiry) => {
        logger.warn({ fingerprint, subject, expiresAt, state: expiry.state }, "certificate expires");
        context.tell({ type: "certificateExpiring", fingerprint, subject, expiresAt, expiry });
      },
      signal: context.stopping,
      clock,
    });
  }

  #watched(): readonly WatchedCertificate[] {
    const { signer } = this.#signatures;
    const shown = [this.tls, this.pushTls].flatMap((tls) => pemsOf(tls?.certificate));
    return [
      ...shown.map((pem) => new X509Certificate(pem)),
      ...(signer === undefined ? [] : [signer.certificates[0]]),
    ].map((certificate) => watchedCertificate(certificate));
  }
}

function pemsOf(given: ClientTlsOptions["certificate"]): readonly Pem[] {
  if (given === undefined) return [];
  const all = typeof given === "string" || Buffer.isBuffer(given) ? [given] : given;
  return all.filter(({ length }) => length > 0);
}
