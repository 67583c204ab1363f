import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { codeOf, hostOf, patienceMs, portOf, type Patient } from "./finding.ts";

/** What a handshake came to. */
export interface Session {
  readonly version: string;
  readonly suite: string;
  readonly certificate: X509Certificate;
  /** Why the VTN's certificate is not trusted, as OpenSSL calls it; undefined if it is. */
  readonly distrust: string | undefined;
}

/** Either a session, or the code of what went wrong. */
export type Probe = { readonly session: Session } | { readonly fault: string };

/** Shakes hands with the VTN, whatever its certificate, and hangs up without a word. */
export async function probe({ vtnUrl, tls, signal }: Patient, limits: ConnectionOptions = {}): Promise<Probe> {
  const host = hostOf(vtnUrl);
  const { certificate, key, ca, passphrase } = tls;
  const options = {
    ...({ cert: certificate, key, ca, passphrase } as ConnectionOptions),
    host,
    port: portOf(vtnUrl),
    ...(isIP(host) === 0 && { servername: host }),
    // The doctor is to see certificates that nobody should trust, too. Nothing is sent over this connection.
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    ...limits,
  } satisfies ConnectionOptions;
  return new Promise((resolve) => {
    const socket = connect(options);
    const end = (result: Probe): void => {
      signal.removeEventListener("abort", abort);
      resolve(result);
      socket.destroy();
    };
    const abort = (): void => end({ fault: "ABORT_ERR" });
    signal.addEventListener("abort", abort);
    socket.setTimeout(patienceMs, () => end({ fault: "ETIMEDOUT" }));
    socket.on("error", (error) => end({ fault: codeOf(error) }));
    socket.once("close", () => end({ fault: "ECONNRESET" }));
    socket.once("secureConnect", () => end(sessionOf(socket)));
  });
}

function sessionOf(socket: TLSSocket): Probe {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { fault: "ERR_NO_CERTIFICATE" };
  const distrust = socket.authorized ? undefined : String(socket.authorizationError);
  return { session: { version: socket.getProtocol() ?? "", suite: socket.getCipher().name, certificate, distrust } };
}
