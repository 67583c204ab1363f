import type { X509Certificate } from "node:crypto";
import {
  certificateFingerprint,
  watchedCertificate,
  watchExpiries,
  type ExpiryWarning,
  type RevocationListDates,
  type Signer,
  type VerifiedSigner,
} from "@openleadr/protocol";
import { type ClientTlsOptions, type ListenerTlsOptions, type Peer } from "@openleadr/transport";
import {
  isWorthTelling,
  watchedAs,
  watchedLists,
  watchedTls,
  type WatchedList,
  type WatchedMaterial,
} from "@openleadr/transport/internal";
import type { VtnContext } from "../context.ts";
import type { SecurityEvent } from "./security-event.ts";

/** What the VTN has certificates for: those who call it, those whom it calls, and its signatures. */
type OwnUse = "listen" | "push" | "sign";

type WatchedCertificate = Exclude<WatchedMaterial, WatchedList>;

type Watched = WatchedMaterial | (Omit<WatchedCertificate, "role"> & { readonly role: "ven"; readonly venId: string });

/**
 * The VTN's certificates, CAs and lists, and the certificates that VENs have shown since the start, their servers' too; told of
 * before they end.
 */
export class WatchedCertificates {
  readonly #vtn: VtnContext;
  readonly #ofVens = new Map<string, Watched>();
  readonly #signersOfVens = new Map<string, Watched>();
  readonly #serversOfVens = new Map<string, Watched>();
  #vouching: readonly Watched[];
  #own: Readonly<Record<OwnUse, readonly Watched[]>>;
  #running: { readonly ending: AbortController; readonly ended: Promise<void> } | undefined;

  /** `lists`: those that say whom the CAs that vouch for signatures have revoked. */
  constructor(vtn: VtnContext, lists: readonly RevocationListDates[]) {
    this.#vtn = vtn;
    const { listen, push, signatures } = vtn;
    this.#vouching = watchedAuthorities(signatures?.authorities ?? [], lists);
    this.#own = {
      listen: listen === false ? [] : watchedTls(listen.tls),
      push: push === false ? [] : watchedTls(push.tls),
      sign: signatures?.signer === undefined ? [] : watchedSigner(signatures.signer),
    };
  }

  /** Watches other certificates, CAs and lists of the VTN. */
  replaceOwn(use: Exclude<OwnUse, "sign">, tls: ListenerTlsOptions | ClientTlsOptions): void {
    this.#own = { ...this.#own, [use]: watchedTls(tls) };
  }

  /** Watches the certificates of another signer of the VTN. */
  replaceSigner(signer: Signer): void {
    this.#own = { ...this.#own, sign: watchedSigner(signer) };
  }

  /** Watches other CAs that vouch for signatures, and their lists. */
  replaceSignatureAuthorities(authorities: readonly X509Certificate[], lists: readonly RevocationListDates[]): void {
    this.#vouching = watchedAuthorities(authorities, lists);
  }

  /** A VEN has shown its certificate, or signed with one. */
  seen(venId: string, peer: Peer, signer: VerifiedSigner | undefined): void {
    remember(this.#ofVens, venId, peer);
    if (signer !== undefined) remember(this.#signersOfVens, venId, signer);
  }

  /** The server that some VENs have in common, or that of one, has shown its certificate. */
  shownByServer(venIds: Iterable<string>, certificate: X509Certificate): void {
    const shown = { certificate, fingerprint: certificateFingerprint(certificate.raw) };
    for (const venId of venIds) {
      // Most have one for both directions, which takes no room twice.
      if (this.#ofVens.get(venId)?.fingerprint === shown.fingerprint) this.#serversOfVens.delete(venId);
      else remember(this.#serversOfVens, venId, shown);
    }
  }

  /** A VEN is registered no longer. */
  forget(venId: string): void {
    this.#ofVens.delete(venId);
    this.#signersOfVens.delete(venId);
    this.#serversOfVens.delete(venId);
  }

  /** Begins to watch, if somebody listens. */
  start(): void {
    if (this.#vtn.onSecurityEvent === undefined && [...this.#watched()].length === 0) return;
    const ending = new AbortController();
    this.#running = { ending, ended: this.#watch(ending.signal) };
  }

  async stop(): Promise<void> {
    this.#running?.ending.abort();
    await this.#running?.ended;
    this.#running = undefined;
  }

  *#watched(): Iterable<Watched> {
    const { listen, push, sign } = this.#own;
    yield* [...listen, ...push, ...sign, ...this.#vouching];
    yield* this.#ofVens.values();
    yield* this.#signersOfVens.values();
    yield* this.#serversOfVens.values();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, logger, tellSecurity } = this.#vtn;
    await watchExpiries({
      watched: () => this.#watched(),
      onExpiry(watched, expiry) {
        if (!isWorthTelling(watched, expiry)) return;
        const event = eventOf(watched, expiry);
        const { type, ...fields } = event;
        const what = type === "certificateExpiring" ? "certificate expires" : "revocation list expires";
        logger.warn({ ...fields, state: expiry.state }, what);
        tellSecurity(event);
      },
      signal,
      clock,
    });
  }
}

function remember(
  certificates: Map<string, Watched>,
  venId: string,
  { certificate, fingerprint }: Pick<Peer, "certificate" | "fingerprint">,
): void {
  if (certificate === undefined || certificates.get(venId)?.fingerprint === fingerprint) return;
  certificates.set(venId, { ...watchedCertificate(certificate), kind: "certificate", role: "ven", venId });
}

function watchedAuthorities(
  authorities: readonly X509Certificate[],
  lists: readonly RevocationListDates[],
): readonly Watched[] {
  return [...authorities.map((each) => watchedAs("authority", each)), ...watchedLists(lists)];
}

function watchedSigner({ certificates }: Signer): readonly Watched[] {
  return certificates.map((each, index) => watchedAs(index === 0 ? "own" : "authority", each));
}

type ExpiryEvent = Extract<SecurityEvent, { readonly type: "certificateExpiring" | "revocationListExpiring" }>;

function eventOf(watched: Watched, expiry: ExpiryWarning): ExpiryEvent {
  const { notAfter: expiresAt, fingerprint } = watched;
  if (watched.kind === "revocationList")
    return { type: "revocationListExpiring", issuer: watched.issuer, expiresAt, expiry };
  const { role, subject } = watched;
  const venId = watched.role === "ven" ? watched.venId : undefined;
  return { type: "certificateExpiring", role, venId, fingerprint, subject, expiresAt, expiry };
}
