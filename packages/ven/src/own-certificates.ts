import { X509Certificate } from "node:crypto";
import { watchedCertificate, watchExpiries, type WatchedCertificate } from "@openleadr/protocol";
import type { ClientTlsOptions, ListenerTlsOptions } from "@openleadr/transport";
import type { VenContext } from "./context.ts";

/** The certificates that a VEN shows, to its VTN and to who pushes. */
export class OwnCertificates {
  #watched: readonly WatchedCertificate[] = [];

  constructor(tls: ClientTlsOptions | undefined, push: ListenerTlsOptions | undefined) {
    this.replace(tls, push);
  }

  replace(tls: ClientTlsOptions | undefined, push: ListenerTlsOptions | undefined): void {
    const pems = [tls?.certificate, push?.certificate].flatMap((given) => (given === undefined ? [] : given));
    this.#watched = pems.filter(({ length }) => length > 0).map((pem) => watchedCertificate(new X509Certificate(pem)));
  }

  /** Tells 60, 30 and 7 days before one of them ends, and when it has, until the VEN stops. */
  async watch(context: VenContext): Promise<void> {
    const { clock, logger } = context.options;
    if (this.#watched.length === 0) return;
    await watchExpiries({
      watched: () => this.#watched,
      onExpiry: ({ fingerprint, subject, notAfter: expiresAt }, expiry) => {
        logger.warn({ fingerprint, subject, expiresAt, state: expiry.state }, "certificate expires");
        context.tell({ type: "certificateExpiring", fingerprint, subject, expiresAt, expiry });
      },
      signal: context.stopping,
      clock,
    });
  }
}
