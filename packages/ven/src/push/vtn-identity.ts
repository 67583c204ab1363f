import type { X509Certificate } from "node:crypto";
import { certificateFingerprint } from "@openleadr/protocol";
import { type ClientTlsOptions, type Peer } from "@openleadr/transport";
import { serverIdentityFault, takesAnyServer } from "@openleadr/transport/internal";
import { asksForCertificate, type ResolvedPushOptions } from "./options.ts";

/** Where the VEN calls its VTN over HTTP, and how it knows it there. */
export interface VtnServer {
  readonly url: URL;
  readonly tls: ClientTlsOptions | undefined;
}

/**
 * Who may push in the VTN's name: whoever shows a certificate that the VEN would take for the VTN's if it called the VTN
 * itself, unless the application says which one it is.
 */
export class VtnIdentity {
  readonly #push: ResolvedPushOptions;
  readonly #seen = new Set<string>();
  #server: VtnServer | undefined;

  /**
   * `server` is undefined for a transport of one's own. Throws `TypeError` if nothing says whose certificate the VEN's
   * listener is to ask for.
   */
  constructor(push: ResolvedPushOptions, server: VtnServer | undefined) {
    if (server === undefined && push.vtnFingerprints === undefined && asksForCertificate(push.listen))
      throw new TypeError(
        "push.vtnFingerprint: expected the VTN's fingerprint, or \"any\", beside a transport of one's own, got none",
      );
    this.#push = push;
    this.#server = server;
  }

  /** The VTN's server has shown a certificate that the VEN has taken. */
  seen(certificate: X509Certificate): void {
    this.#seen.add(certificateFingerprint(certificate.raw));
    const [oldest] = this.#seen;
    if (this.#seen.size > mostSeen && oldest !== undefined) this.#seen.delete(oldest);
  }

  /** From now on the VEN knows its VTN otherwise. */
  replaceTls(tls: ClientTlsOptions): void {
    if (this.#server !== undefined) this.#server = { ...this.#server, tls };
    this.#seen.clear();
  }

  /** Why a peer does not pass for the VTN; undefined if it does. */
  faultOf({ certificate, fingerprint }: Peer): string | undefined {
    const { vtnFingerprints, listen } = this.#push;
    if (vtnFingerprints === "any") return undefined;
    if (vtnFingerprints !== undefined) {
      if (fingerprint !== undefined && vtnFingerprints.includes(fingerprint)) return undefined;
      return `expected the VTN's fingerprint ${vtnFingerprints.join(" or ")}, got ${fingerprint ?? "no certificate"}`;
    }
    if (fingerprint === undefined)
      return asksForCertificate(listen) ? "expected the VTN's certificate, got none" : undefined;
    if (this.#seen.has(fingerprint)) return undefined;
    const reason = this.#faultOfStranger(certificate);
    return reason === undefined ? undefined : `expected the VTN's certificate, got ${fingerprint}: ${reason}`;
  }

  #faultOfStranger(certificate: X509Certificate | undefined): string | undefined {
    const { url, tls } = this.#server ?? {};
    if (url === undefined) return "push.vtnFingerprint does not say which one it is";
    if (certificate === undefined || takesAnyServer(tls ?? {})) return "the VTN's server has not shown it";
    if (!isForServers(certificate)) return "it is not made for a server";
    return serverIdentityFault(certificate.toLegacyObject(), url.hostname.replace(/^\[|\]$/g, ""), tls);
  }
}

/** More than a VTN has at a time; where it is called at many servers, each may have its own. */
const mostSeen = 100;

/** What a certificate may be used for; Node calls the extended key usage so, and gives undefined where there is none. */
function isForServers({ keyUsage }: X509Certificate): boolean {
  return (keyUsage as string[] | undefined)?.some((id) => id === serverAuth || id === anyUsage) ?? true;
}

const serverAuth = "1.3.6.1.5.5.7.3.1";
const anyUsage = "2.5.29.37.0";
