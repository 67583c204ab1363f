import { takesAnyServer, type ClientTlsOptions } from "@openleadr/transport";
import type { ResolvedVenOptions } from "./options.ts";
import { tell } from "./tell.ts";

/** Tells of the settings that make a VEN less safe than it could be; `tls` is what it uses by now. */
export function tellReducedSecurity(options: ResolvedVenOptions, tls: ClientTlsOptions | undefined): void {
  tellReducedTls(options, tls);
  if (options.signatures.authorities.length > 0) {
    options.logger.warn({}, "any certificate for a server of the authorities may sign as the VTN");
    tell({ type: "securityReduced", option: "signatures.authorities" }, options);
  }
  if (options.push?.vtnFingerprints !== "any") return;
  options.logger.warn({}, "any certificate of the CAs may push");
  tell({ type: "securityReduced", option: "push.vtnFingerprint" }, options);
}

/** The same, as far as the way to the VTN is concerned; the client has logged it. */
export function tellReducedTls(options: ResolvedVenOptions, tls: ClientTlsOptions | undefined): void {
  if (tls !== undefined && takesAnyServer(tls)) tell({ type: "securityReduced", option: "tls.checkHostName" }, options);
}
