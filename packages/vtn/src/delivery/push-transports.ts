import type { X509Certificate } from "node:crypto";
import { certificateFingerprint, parseFingerprint } from "@openleadr/protocol";
import {
  httpTransport,
  type ClientTlsOptions,
  type HttpTransport,
  type ServerCheck,
  type Transport,
} from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import type { Identity } from "../registration/identity.ts";
import type { Registration } from "../store/registration-store.ts";
import { tellAnyServerCertificate } from "../security/reduced-security.ts";
import type { WatchedCertificates } from "../security/watched-certificates.ts";
import { isSecureEnough, pushUrl } from "./push-address.ts";
import type { ResolvedPushOptions, ServerCertificate } from "./push-options.ts";

interface Shared {
  readonly transport: HttpTransport;
  readonly venIds: Set<string>;
}

/** A VEN to be called, and which certificate its server may show. */
interface Callee {
  readonly url: URL;
  readonly registration: Registration;
  readonly certificate: ServerCertificate;
}

/** Who knows which certificates VENs have, and who watches those that are shown. */
interface Guards {
  readonly identity: Identity;
  readonly certificates: WatchedCertificates;
}

/**
 * The connections to VENs: open as long as there is something to send, and shared by VENs that have one address, such as
 * those behind a gateway, unless each has to show a certificate of its own there.
 */
export class PushTransports {
  readonly #vtn: VtnContext;
  readonly #push: ResolvedPushOptions;
  readonly #identity: Identity;
  readonly #certificates: WatchedCertificates;
  readonly #byKey = new Map<string, Shared>();
  readonly #keys = new Map<string, string>();
  readonly #closing = new Set<Promise<void>>();
  #tls: ClientTlsOptions | undefined;
  #isAnyTold = false;

  constructor(vtn: VtnContext, push: ResolvedPushOptions, { identity, certificates }: Guards) {
    this.#vtn = vtn;
    this.#push = push;
    this.#identity = identity;
    this.#certificates = certificates;
    this.#tls = push.tls;
  }

  /** What leads to a VEN; to be released. Throws `RangeError` for an address that is none, or must not be called any more. */
  use(registration: Registration): Transport {
    const { transportFor, hosts, serverCertificate } = this.#push;
    if (transportFor !== undefined) return transportFor(registration);
    const { venId, transportAddress = "" } = registration;
    const url = pushUrl(transportAddress);
    if (!hosts.allowsHost(url.hostname)) throw new RangeError(`${url.hostname} may not be called`);
    if (!isSecureEnough(url, registration, this.#vtn))
      throw new RangeError(`${url.origin} may not be called in plain HTTP`);
    const certificate = url.protocol === "https:" ? serverCertificate(registration) : "any";
    if (certificate === "any" && url.protocol === "https:") this.#tellAny();
    const callee = { url, registration, certificate: withFingerprints(certificate) };
    const key = this.#keyOf(callee);
    if (this.#keys.get(venId) !== key) this.release(venId);
    const shared = this.#byKey.get(key) ?? this.#open(key, callee);
    shared.venIds.add(venId);
    this.#keys.set(venId, key);
    return shared.transport;
  }

  /** A VEN needs no connection for now. */
  release(venId: string): void {
    const key = this.#keys.get(venId) ?? "";
    this.#keys.delete(venId);
    const shared = this.#byKey.get(key);
    if (shared === undefined) return;
    shared.venIds.delete(venId);
    if (shared.venIds.size > 0) return;
    this.#byKey.delete(key);
    this.#close(shared);
  }

  /** Uses other certificates from the next request on. Throws `TypeError` for those that {@link requirePushTls} refuses. */
  replaceTls(tls: ClientTlsOptions): void {
    for (const { transport } of this.#byKey.values())
      if (transport.url.protocol === "https:") transport.replaceTls(tls);
    this.#tls = tls;
  }

  /** Resolves when all connections that were released are closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing);
  }

  /** Once is enough, however many VENs may. */
  #tellAny(): void {
    if (this.#isAnyTold) return;
    this.#isAnyTold = true;
    tellAnyServerCertificate(this.#vtn);
  }

  /** Of what share a key, each may use what the others have opened. */
  #keyOf({ url, registration, certificate }: Callee): string {
    if (certificate === "any") return url.href;
    const { identifyBy } = this.#vtn;
    const shown = certificate === "own" ? [registration.venId, registration[identifyBy] ?? ""] : certificate;
    return JSON.stringify([url.href, certificate === "own", ...shown]);
  }

  #open(key: string, { url, registration, certificate }: Callee): Shared {
    const { requestTimeout, hosts } = this.#push;
    const secure = url.protocol === "https:" && this.#tls !== undefined ? { tls: this.#tls } : {};
    const venIds = new Set<string>();
    const onTaken = (shown: X509Certificate): void => this.#certificates.shownByServer(venIds, shown);
    // What is checked is not taken as soon as TLS has no objection.
    const asked =
      certificate === "any"
        ? { onServerCertificate: onTaken }
        : { checkServer: passing(this.#check(registration, certificate), onTaken) };
    const { clock } = this.#vtn;
    const transport = httpTransport({ url, requestTimeout, lookup: hosts.lookup, clock, ...asked, ...secure });
    const shared = { transport, venIds };
    this.#byKey.set(key, shared);
    return shared;
  }

  #check(registration: Registration, expected: "own" | readonly string[]): ServerCheck {
    const { venId } = registration;
    return async (certificate) => {
      const fingerprint = certificateFingerprint(certificate.raw);
      if (expected !== "own")
        return expected.includes(fingerprint) ? undefined : `expected ${expected.join(" or ")}, got ${fingerprint}`;
      const isOwn = await this.#identity.isCertificateOf(registration, { address: "", certificate, fingerprint });
      return isOwn ? undefined : `expected that of the VEN ${venId}, got ${fingerprint}`;
    };
  }

  #close({ transport }: Shared): void {
    const closing = transport.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** The same check, which tells of what passes it. */
function passing(check: ServerCheck, onTaken: (certificate: X509Certificate) => void): ServerCheck {
  return async (certificate) => {
    const fault = await check(certificate);
    if (fault === undefined) onTaken(certificate);
    return fault;
  };
}

function withFingerprints(certificate: ServerCertificate): ServerCertificate {
  if (typeof certificate === "string") return certificate;
  return certificate.map((each) => parseFingerprint(each, "push.serverCertificate"));
}
