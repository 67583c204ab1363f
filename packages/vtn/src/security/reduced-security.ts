import { type ClientTlsOptions } from "@openleadr/transport";
import { isLoopback, takesAnyServer } from "@openleadr/transport/internal";
import type { VtnContext } from "../context.ts";
import type { ReducingOption } from "./security-event.ts";

/** Tells of the settings that make a VTN less safe than it could be; `pushTls` is what it uses by now. */
export function tellReducedSecurity(vtn: VtnContext, pushTls: ClientTlsOptions | undefined): void {
  const { listen, push, signatures } = vtn;
  if (listen !== false) {
    const { host = "127.0.0.1", tls, proxy } = listen;
    const isOpen = tls === undefined && proxy === undefined && signatures?.policy !== "required";
    if (isOpen && !isLoopback(host)) tell(vtn, "listen.tls");
    if ((tls?.clientCertificate ?? "required") !== "required") tell(vtn, "listen.tls.clientCertificate");
    if (proxy?.clientCertificate === "optional") tell(vtn, "listen.proxy.clientCertificate");
  }
  if (signatures?.sha1 === true) tell(vtn, "signatures.sha1");
  tellReducedPushTls(vtn, pushTls);
  if (push !== false && push.plainHttp) tell(vtn, "push.plainHttp");
}

/** The same, as far as the TLS with which it pushes is concerned. */
export function tellReducedPushTls(vtn: VtnContext, pushTls: ClientTlsOptions | undefined): void {
  if (pushTls !== undefined && takesAnyServer(pushTls)) tell(vtn, "push.tls.checkHostName");
}

/** Tells that a server may show any certificate of the CAs. */
export function tellAnyServerCertificate(vtn: VtnContext): void {
  tell(vtn, "push.serverCertificate");
}

function tell({ logger, tellSecurity }: VtnContext, option: ReducingOption): void {
  logger.warn({ option }, meanings[option]);
  tellSecurity({ type: "securityReduced", option });
}

const meanings: Readonly<Record<ReducingOption, string>> = {
  "listen.tls": "anybody who reaches the VTN may speak for any VEN, in plain HTTP",
  "listen.tls.clientCertificate": "VENs may come without a certificate",
  "listen.proxy.clientCertificate": "VENs may come through the proxy without a certificate",
  "signatures.sha1": "signatures with SHA-1 are accepted",
  "push.tls.checkHostName": "certificates of the servers that are pushed to need not name their hosts",
  "push.plainHttp": "VENs may have messages pushed to them in plain HTTP",
  "push.serverCertificate": "servers that are pushed to may show any certificate of the CAs",
};
