import { X509Certificate } from "node:crypto";
import { watchedCertificate, watchExpiries } from "@openleadr/protocol";
import type { ClientTlsOptions, HttpTransport, ListenerTlsOptions, Pem } from "@openleadr/transport";
import type { VenContext } from "./context.ts";
import type { ResolvedPushOptions } from "./push/options.ts";
import type { PushEndpoint } from "./push/push-endpoint.ts";

/** What has TLS of a VEN. */
export interface VenEnds {
  readonly transport: HttpTransport | undefined;
  readonly push: PushEndpoint | undefined;
}

/** The certificates that a VEN shows, to its VTN and to who pushes. */
export class OwnCertificates {
  #pems: readonly Pem[] = [];

  constructor(tls: ClientTlsOptions | undefined, push: ResolvedPushOptions | undefined) {
    this.#replace(tls, push === undefined || push.listen === false ? undefined : push.listen.tls);
  }

  /** Replaces both, or one. Throws `TypeError` where there is nothing to replace. */
  replaceAt(ends: VenEnds, tls: ClientTlsOptions, push: ListenerTlsOptions | undefined): void {
    if (ends.transport === undefined) throw new TypeError("tls: expected a VEN with a vtnUrl, got one without");
    if (push !== undefined && ends.push === undefined)
      throw new TypeError("tls.push: expected a VEN that is pushed to, got one that polls");
    if (push !== undefined) ends.push?.replaceTls(push);
    ends.transport.replaceTls(tls);
    this.#replace(tls, push);
  }

  #replace(tls: ClientTlsOptions | undefined, push: ListenerTlsOptions | undefined): void {
    const pems = [tls?.certificate, push?.certificate].flatMap((given) => (given === undefined ? [] : given));
    this.#pems = pems.filter(({ length }) => length > 0);
  }

  /** Tells 60, 30 and 7 days before one of them ends, and when it has, until the VEN stops. */
  async watch(context: VenContext): Promise<void> {
    const { clock, logger } = context.options;
    if (this.#pems.length === 0) return;
    await watchExpiries({
      watched: () => this.#pems.map((pem) => watchedCertificate(new X509Certificate(pem))),
      onExpiry: ({ fingerprint, subject, notAfter: expiresAt }, expiry) => {
        logger.warn({ fingerprint, subject, expiresAt, state: expiry.state }, "certificate expires");
        context.tell({ type: "certificateExpiring", fingerprint, subject, expiresAt, expiry });
      },
      signal: context.stopping,
      clock,
    });
  }
}
