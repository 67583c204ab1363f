import { DeploymentError, InvalidDataError, type OadrCreatePartyRegistration } from "@openleadr/protocol";
import { defaultPath, resolveBaseUrl } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import type { CertificateTraits } from "../registration/certificate-traits.ts";

/** What of a VTN decides where it pushes to. */
type Pusher = Pick<VtnContext, "listen" | "push">;

/**
 * Throws, with the reason that the VEN gets, for a VEN whose way of transport the VTN does not have, and for one that is to
 * be pushed to at an address that cannot or must not be called. `shown` is what its certificate says of the VEN.
 *
 * @see OpenADR 2.0b, rules 38, 402, 511
 */
export function requireReachable(request: OadrCreatePartyRegistration, shown: CertificateTraits, vtn: Pusher): void {
  const { push } = vtn;
  const { transportName, httpPullModel = true, transportAddress } = request;
  if (transportName !== "simpleHttp") throw new DeploymentError("expected oadrTransportName simpleHttp");
  if (httpPullModel) return;
  // A VEN that waits to be pushed to would wait for ever; better it learns so at once.
  if (push === false) throw new DeploymentError("this VTN is polled: expected oadrHttpPullModel true");
  if (push.transportFor !== undefined) return;
  const url = requireAddress(transportAddress);
  if (!isSecureEnough(url, shown, vtn)) throw new DeploymentError("oadrTransportAddress: expected an https: URL");
  if (!push.hosts.allowsHost(url.hostname))
    throw new DeploymentError(`oadrTransportAddress: this VTN does not call ${url.hostname}`);
}

/**
 * Whether a VEN may be pushed to there. In plain HTTP everybody on the way reads what is sent, and answers in the VEN's name:
 * so a VEN that is known by its certificate has to be called with TLS, and every VEN of a VTN that is itself called with TLS.
 */
export function isSecureEnough(url: URL, { fingerprint }: CertificateTraits, { listen, push }: Pusher): boolean {
  if (url.protocol === "https:" || push === false || push.plainHttp) return true;
  const isCalledWithTls = listen !== false && (listen.tls !== undefined || listen.proxy !== undefined);
  return fingerprint === undefined && push.tls === undefined && !isCalledWithTls;
}

/** The base URL of a VEN's services: its address, with the path of the standard unless that is there (rule 511). */
export function pushUrl(transportAddress: string): URL {
  const url = resolveBaseUrl(transportAddress);
  if (!url.pathname.endsWith(defaultPath)) url.pathname += defaultPath;
  return url;
}

function requireAddress(transportAddress: string | undefined): URL {
  if (transportAddress === undefined)
    throw new InvalidDataError("expected an oadrTransportAddress to push to, got none");
  try {
    return pushUrl(transportAddress);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidDataError(`oadrTransportAddress: ${reason}`);
  }
}
