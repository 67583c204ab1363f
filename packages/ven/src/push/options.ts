import { hours, minutes, parseFingerprint, type Duration } from "@openleadr/protocol";
import { resolveBaseUrl, type HttpListenerOptions } from "@openleadr/transport";

/**
 * How a VTN reaches a VEN that is not to poll.
 *
 * @see OpenADR 2.0b, §9.1, rule 51
 */
export interface PushOptions {
  /**
   * Where to listen for the VTN, with the VEN's certificate and the CAs of the VTN's in `tls`; `false` for a VEN that is
   * reached through its {@link Ven.handler} alone.
   * @default 127.0.0.1, port 8081, plain HTTP
   */
  readonly listen?:
    Omit<HttpListenerOptions, "handler" | "logger" | "clock" | "onRefused" | "onHandshakeRefused"> | false | undefined;
  /**
   * The URL at which the VTN finds the VEN, told when it registers as its oadrTransportAddress. Needed where that is not
   * the listener's own, as behind a router, and with `listen: false`.
   * @default the listener's
   */
  readonly address?: URL | string | undefined;
  /**
   * The fingerprint of the certificate that the VTN must show when it pushes, as OpenADR writes it; several while one is
   * being replaced. To be given where the VTN pushes with another certificate than its server has, as behind a proxy, and
   * beside a `transport` of one's own. With `"any"`, whoever has a certificate of the CAs of `listen.tls` can command the
   * VEN, other VENs included.
   *
   * By default it must be one that the VEN would take for the VTN's when it calls the VTN: made for servers, and with the
   * host name of `vtnUrl`, or the `tls.serverFingerprint`, that `tls` asks for. With `checkHostName: false` and no
   * fingerprint, it must be the very one that the VTN's server has shown to the VEN since the start. In plain HTTP, with
   * `clientCertificate: "off"`, and where the {@link Ven.handler} is told of no certificate, everybody is heeded.
   * @default what the VEN takes for the VTN's
   */
  readonly vtnFingerprint?: string | readonly string[] | undefined;
  /**
   * How often the VEN asks for all its events, in case one was lost on its way; `false` for never. At least 1 min.
   * @default hours(1)
   */
  readonly resyncInterval?: Duration | false | undefined;
}

/** Push options with every default filled in. */
export interface ResolvedPushOptions {
  readonly listen:
    Omit<HttpListenerOptions, "handler" | "logger" | "clock" | "onRefused" | "onHandshakeRefused"> | false;
  readonly address: string | undefined;
  /** Undefined for what the VEN takes for the VTN's. */
  readonly vtnFingerprints: readonly string[] | "any" | undefined;
  /** Undefined for never. */
  readonly resyncInterval: Duration | undefined;
}

/** Whether who pushes is to show a certificate. */
export function asksForCertificate(listen: ResolvedPushOptions["listen"]): boolean {
  if (listen === false) return false;
  return listen.proxy !== undefined || (listen.tls !== undefined && listen.tls.clientCertificate !== "off");
}

/** Fills in defaults. Throws `RangeError` for options out of range, and `TypeError` if nobody could find the VEN. */
export function resolvePushOptions(options: PushOptions): ResolvedPushOptions {
  const { listen = {}, address, vtnFingerprint, resyncInterval = hours(1) } = options;
  if (listen === false && address === undefined)
    throw new TypeError("push.address: expected the URL of a VEN that does not listen itself, got none");
  if (resyncInterval !== false && !(resyncInterval >= minutes(1)))
    throw new RangeError(`push.resyncInterval: expected at least 1 min, got ${resyncInterval} ms`);
  if (vtnFingerprint?.length === 0)
    throw new RangeError('push.vtnFingerprint: expected a fingerprint, several, or "any", got none');
  return {
    listen: listen === false ? false : { port: 8081, ...listen },
    address: address === undefined ? undefined : resolveBaseUrl(address).href,
    vtnFingerprints: vtnFingerprint === undefined || vtnFingerprint === "any" ? vtnFingerprint : read(vtnFingerprint),
    resyncInterval: resyncInterval === false ? undefined : resyncInterval,
  };
}

function read(fingerprints: string | readonly string[]): readonly string[] {
  const list = typeof fingerprints === "string" ? [fingerprints] : fingerprints;
  return list.map((each) => parseFingerprint(each, "push.vtnFingerprint"));
}
