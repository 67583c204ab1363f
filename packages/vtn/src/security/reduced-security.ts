import { takesAnyServer, type ClientTlsOptions } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import type { ReducingOption } from "./security-event.ts";

/** Tells of the settings that make a VTN less safe than it could be; `pushTls` is what it uses by now. */
export function tellReducedSecurity(vtn: VtnContext, pushTls: ClientTlsOptions | undefined): void {
  tellReducedPushTls(vtn, pushTls);
  if (vtn.push !== false && vtn.push.plainHttp) tell(vtn, "push.plainHttp");
}

/** The same, as far as the TLS with which it pushes is concerned. */
export function tellReducedPushTls(vtn: VtnContext, pushTls: ClientTlsOptions | undefined): void {
  if (pushTls !== undefined && takesAnyServer(pushTls)) tell(vtn, "push.tls.checkHostName");
}

function tell({ logger, tellSecurity }: VtnContext, option: ReducingOption): void {
  logger.warn({ option }, meanings[option]);
  tellSecurity({ type: "securityReduced", option });
}

const meanings: Readonly<Record<ReducingOption, string>> = {
  "push.tls.checkHostName": "certificates of the servers that are pushed to need not name their hosts",
  "push.plainHttp": "VENs may have messages pushed to them in plain HTTP",
};
