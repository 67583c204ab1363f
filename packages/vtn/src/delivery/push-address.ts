import { DeploymentError, InvalidDataError, type OadrCreatePartyRegistration } from "@openleadr/protocol";
import { defaultPath, resolveBaseUrl } from "@openleadr/transport";
import type { ResolvedPushOptions } from "./push-options.ts";

/**
 * Throws, with the reason that the VEN gets, for a VEN whose way of transport the VTN does not have, and for one that is to
 * be pushed to at an address that cannot or must not be called.
 *
 * @see OpenADR 2.0b, rules 38, 402, 511
 */
export function requireReachable(request: OadrCreatePartyRegistration, push: ResolvedPushOptions | false): void {
  const { transportName, httpPullModel = true, transportAddress } = request;
  if (transportName !== "simpleHttp") throw new DeploymentError("expected oadrTransportName simpleHttp");
  if (httpPullModel) return;
  // A VEN that waits to be pushed to would wait for ever; better it learns so at once.
  if (push === false) throw new DeploymentError("this VTN is polled: expected oadrHttpPullModel true");
  if (push.transportFor !== undefined) return;
  const { protocol, hostname } = requireAddress(transportAddress);
  if (push.tls !== undefined && protocol !== "https:")
    throw new DeploymentError("oadrTransportAddress: expected an https: URL");
  if (!push.hosts.allowsHost(hostname))
    throw new DeploymentError(`oadrTransportAddress: this VTN does not call ${hostname}`);
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
