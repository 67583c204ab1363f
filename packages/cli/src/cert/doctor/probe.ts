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
export type Probe = { readonly session: Session } | Breakdown;

/** A handshake that failed. */
export interface Breakdown {
  readonly fault: string;
  /** Whether version and suite had been agreed on by then, so that something else was wrong, such as our certificate. */
  readonly hasAgreed: boolean;
}

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
    let hasAgreed = false;
    // Both sides make their secrets as soon as they know the suite.
    socket.once("keylog", () => (hasAgreed = true));
    const fail = (fault: string): void => end({ fault, hasAgreed });
    const end = (result: Probe): void => {
      signal.removeEventListener("abort", abort);
      resolve(result);
      socket.destroy();
    };
    const abort = (): void => fail("ABORT_ERR");
    signal.addEventListener("abort", abort);
    socket.setTimeout(patienceMs, () => fail("ETIMEDOUT"));
    socket.on("error", (error) => fail(codeOf(error)));
    socket.once("close", () => fail("ECONNRESET"));
    socket.once("secureConnect", () => end(sessionOf(socket)));
  });
}

/** Whether the VTN takes such a handshake, apart from our certificate, which it may judge only afterwards. */
export async function agreesOn(patient: Patient, limits: ConnectionOptions): Promise<boolean> {
  const result = await probe(patient, limits);
  return "session" in result || result.hasAgreed;
}

function sessionOf(socket: TLSSocket): Probe {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { fault: "ERR_NO_CERTIFICATE", hasAgreed: true };
  const distrust = socket.authorized ? undefined : String(socket.authorizationError);
  return { session: { version: socket.getProtocol() ?? "", suite: socket.getCipher().name, certificate, distrust } };
}
