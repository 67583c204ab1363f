import { certificateFingerprint, systemClock } from "@openleadr/protocol";
import { httpTransport, type HttpTransport } from "@openleadr/transport";
import type { SecurityEvent, VtnOptions } from "@openleadr/vtn";
import { createTestCa, type Identity, type IssueOptions } from "../../../transport/test/certificates.ts";
import { clientOf, openVtn, type OpenVtn } from "../../../vtn/test/open-vtn.ts";

/** Somebody with a certificate, at the end of a connection to a VTN. */
export interface TlsClient extends ReturnType<typeof clientOf>, Identity {
  readonly fingerprint: string;
}

/** A VTN that demands client certificates, over HTTPS. */
export interface OpenTlsVtn extends OpenVtn {
  readonly events: readonly SecurityEvent[];
  /** The certificate of the CA, in PEM. */
  readonly ca: string;
  /** A client with a new certificate of the CA that the VTN trusts. */
  client(options?: IssueOptions): TlsClient;
}

/** A VTN over mutual TLS, by the machine's own clock; it lets everybody in unless `options` say otherwise. */
export async function openTlsVtn(options: Partial<VtnOptions> = {}): Promise<OpenTlsVtn> {
  const ca = createTestCa();
  const events: SecurityEvent[] = [];
  const transports: HttpTransport[] = [];
  const open = await openVtn({
    listen: { port: 0, tls: { ...ca.issue(), ca: ca.certificate } },
    clock: systemClock,
    onSecurityEvent: (event) => void events.push(event),
    ...options,
  });
  const client = (issued?: IssueOptions): TlsClient => {
    const own = ca.issue(issued);
    const transport = httpTransport({ url: open.vtn.url ?? "", tls: { ...own, ca: ca.certificate } });
    transports.push(transport);
    return { ...clientOf(transport, systemClock), ...own, fingerprint: certificateFingerprint(own.certificate) };
  };
  const dispose = async (): Promise<void> => {
    await Promise.all(transports.map(async (transport) => transport.close()));
    await open[Symbol.asyncDispose]();
  };
  return { ...open, events, ca: ca.certificate, client, [Symbol.asyncDispose]: dispose };
}
