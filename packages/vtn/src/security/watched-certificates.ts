import { X509Certificate } from "node:crypto";
import { watchedCertificate, watchExpiries, type Signer, type WatchedCertificate } from "@openleadr/protocol";
import type { ClientTlsOptions, ListenerTlsOptions, Peer, Pem } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";

/** What the VTN shows a certificate for: to those who call it, to those whom it calls, and to those it signs for. */
type OwnUse = "listen" | "push" | "sign";

interface Watched extends WatchedCertificate {
  /** Undefined for the VTN's own. */
  readonly venId: string | undefined;
}

/** The VTN's certificates and those that VENs have shown since the start, of which it tells before they expire. */
export class WatchedCertificates {
  readonly #vtn: VtnContext;
  readonly #ofVens = new Map<string, Watched>();
  #shown: Readonly<Record<OwnUse, readonly (Pem | X509Certificate)[]>>;
  #own: readonly Watched[] = [];
  #running: { readonly ending: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
    const { listen, push, signatures } = vtn;
    this.#shown = {
      listen: listen === false ? [] : pemsOf(listen.tls),
      push: push === false ? [] : pemsOf(push.tls),
      sign: signatures?.signer === undefined ? [] : [signatures.signer.certificates[0]],
    };
  }

  /** Watches other certificates of the VTN. */
  replaceOwn(use: Exclude<OwnUse, "sign">, tls: ListenerTlsOptions | ClientTlsOptions): void {
    this.#replace(use, pemsOf(tls));
  }

  /** Watches the certificate of another signer of the VTN. */
  replaceSigner({ certificates: [own] }: Signer): void {
    this.#replace("sign", [own]);
  }

  /** A VEN has shown its certificate. */
  seen(venId: string, { certificate, fingerprint }: Peer): void {
    if (certificate === undefined || this.#ofVens.get(venId)?.fingerprint === fingerprint) return;
    this.#ofVens.set(venId, { ...watchedCertificate(certificate), venId });
  }

  /** A VEN is registered no longer. */
  forget(venId: string): void {
    this.#ofVens.delete(venId);
  }

  /** Begins to watch, if somebody listens. */
  start(): void {
    this.#own = this.#ownCertificates();
    if (this.#vtn.onSecurityEvent === undefined && this.#own.length === 0) return;
    const ending = new AbortController();
    this.#running = { ending, ended: this.#watch(ending.signal) };
  }

  async stop(): Promise<void> {
    this.#running?.ending.abort();
    await this.#running?.ended;
    this.#running = undefined;
  }

  #replace(use: OwnUse, certificates: readonly (Pem | X509Certificate)[]): void {
    this.#shown = { ...this.#shown, [use]: certificates };
    if (this.#running !== undefined) this.#own = this.#ownCertificates();
  }

  #ownCertificates(): readonly Watched[] {
    const { listen, push, sign } = this.#shown;
    return [...listen, ...push, ...sign].map(ownCertificate);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, logger, tellSecurity } = this.#vtn;
    await watchExpiries({
      watched: () => [...this.#own, ...this.#ofVens.values()],
      onExpiry: ({ venId, fingerprint, subject, notAfter: expiresAt }, expiry) => {
        logger.warn({ venId, fingerprint, subject, expiresAt, state: expiry.state }, "certificate expires");
        tellSecurity({ type: "certificateExpiring", venId, fingerprint, subject, expiresAt, expiry });
      },
      signal,
      clock,
    });
  }
}

function pemsOf({ certificate }: Pick<ClientTlsOptions, "certificate"> = {}): readonly Pem[] {
  if (certificate === undefined) return [];
  return typeof certificate === "string" || Buffer.isBuffer(certificate) ? [certificate] : certificate;
}

function ownCertificate(shown: Pem | X509Certificate): Watched {
  const certificate = shown instanceof X509Certificate ? shown : new X509Certificate(shown);
  return { ...watchedCertificate(certificate), venId: undefined };
}
