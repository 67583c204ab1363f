import { type ClientTlsOptions } from "@openleadr/transport";
import { takesAnyServer } from "@openleadr/transport/internal";
import type { ResolvedVenOptions } from "./options.ts";
import type { ResolvedPushOptions } from "./push/options.ts";
import { tell } from "./tell.ts";

/** Tells of the settings that make a VEN less safe than it could be; `tls` is what it uses by now. */
export function tellReducedSecurity(options: ResolvedVenOptions, tls: ClientTlsOptions | undefined): void {
  tellReducedTls(options, tls);
  const { push, signatures } = options;
  if (signatures.authorities.length > 0) {
    options.logger.warn({}, "any certificate for a server of the authorities may sign as the VTN");
    tell({ type: "securityReduced", option: "signatures.authorities" }, options);
  }
  if (push?.vtnFingerprints === "any") {
    options.logger.warn({}, "any certificate of the CAs may push");
    tell({ type: "securityReduced", option: "push.vtnFingerprint" }, options);
  }
  if (tls === undefined || push === undefined || push.listen === false || isTlsEnded(push.listen)) return;
  options.logger.warn({}, "the VTN is called with TLS, but pushes in plain HTTP");
  tell({ type: "securityReduced", option: "push.listen.tls" }, options);
}

/** Whether who pushes comes over TLS, to the VEN's listener or to a proxy before it. */
function isTlsEnded({ tls, proxy }: Exclude<ResolvedPushOptions["listen"], false>): boolean {
  return tls !== undefined || proxy !== undefined;
}

/** The same, as far as the way to the VTN is concerned; the client has logged it. */
export function tellReducedTls(options: ResolvedVenOptions, tls: ClientTlsOptions | undefined): void {
  if (tls !== undefined && takesAnyServer(tls)) tell({ type: "securityReduced", option: "tls.checkHostName" }, options);
}
