import { X509Certificate } from "node:crypto";
import { watchedCertificate, watchExpiries } from "@openleadr/protocol";
import type { ClientTlsOptions, ListenerTlsOptions, Pem } from "@openleadr/transport";
import type { VenContext } from "./context.ts";
import type { ResolvedPushOptions } from "./push/options.ts";

/** The certificates that a VEN shows, to its VTN and to who pushes. */
export class OwnCertificates {
  #own: readonly Pem[];
  #push: readonly Pem[];

  constructor(tls: ClientTlsOptions | undefined, push: ResolvedPushOptions | undefined) {
    this.#own = pemsOf(tls?.certificate);
    this.#push = push === undefined || push.listen === false ? [] : pemsOf(push.listen.tls?.certificate);
  }

  replace({ certificate }: ClientTlsOptions): void {
    this.#own = pemsOf(certificate);
  }

  replacePush({ certificate }: ListenerTlsOptions): void {
    this.#push = pemsOf(certificate);
  }

  /** Tells 60, 30 and 7 days before one of them ends, and when it has, until the VEN stops. */
  async watch(context: VenContext): Promise<void> {
    const { clock, logger } = context.options;
    if (this.#own.length + this.#push.length === 0) return;
    await watchExpiries({
      watched: () => [...this.#own, ...this.#push].map((pem) => watchedCertificate(new X509Certificate(pem))),
      onExpiry: ({ fingerprint, subject, notAfter: expiresAt }, expiry) => {
        logger.warn({ fingerprint, subject, expiresAt, state: expiry.state }, "certificate expires");
        context.tell({ type: "certificateExpiring", fingerprint, subject, expiresAt, expiry });
      },
      signal: context.stopping,
      clock,
    });
  }
}

function pemsOf(given: ClientTlsOptions["certificate"]): readonly Pem[] {
  if (given === undefined) return [];
  const all = typeof given === "string" || Buffer.isBuffer(given) ? [given] : given;
  return all.filter(({ length }) => length > 0);
}
