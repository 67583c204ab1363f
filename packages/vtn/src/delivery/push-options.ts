import { minutes, seconds, type Duration } from "@openleadr/protocol";
import { type ClientTlsOptions, type Transport } from "@openleadr/transport";
import { requireClientTls } from "@openleadr/transport/internal";
import type { Registration } from "../store/registration-store.ts";
import { hostGuard, type AllowedHosts, type HostGuard } from "./allowed-hosts.ts";
import { requireCount } from "./delivery-options.ts";

/**
 * Which certificate the server of a VEN may show, beside what `push.tls` demands: the VEN's own, which is what the VEN may
 * show itself; any; or those that have one of these fingerprints.
 */
export type ServerCertificate = "own" | "any" | readonly string[];

/** How a VTN sends messages to VENs that have a server of their own. */
export interface PushOptions {
  /** The VTN's certificate as a client, and the CAs it trusts. With it, only addresses with `https:` are taken. */
  readonly tls?: ClientTlsOptions | undefined;
  /**
   * Whether addresses with `http:` are taken all the same: of VENs that are known by a certificate, and where there is
   * `push.tls`, `listen.tls` or `listen.proxy`. Then everybody on the way reads what is pushed to such a VEN, and can answer
   * in its name, so the VTN tells of it (`securityReduced`). A VTN without all of these takes them anyway. @default false
   */
  readonly plainHttp?: boolean | undefined;
  /**
   * Says of a VEN at an `https:` address which certificate its server may show. Another one is sent nothing; that is told as
   * the security event `serverRefused`, and the message is tried again.
   *
   * A VEN is bound to the certificate that it registers with, and its server has to show it, or one that was accepted for
   * the VEN meanwhile; with `identifyBy: "commonName"`, one of that name. The server of a VEN that is bound to none may show
   * any that is not another VEN's. A VEN whose TLS ends at a gateway or a proxy has another certificate there: give its
   * fingerprints, or, if it changes too often for that, `"any"`. Then whoever has a certificate of the CAs for that host
   * gets what is for the VEN.
   * @default "own" for each
   */
  readonly serverCertificate?: ((registration: Registration) => ServerCertificate) | undefined;
  /**
   * Which hosts a VEN may name in its oadrTransportAddress. Names are looked up with each connection, and what they stand
   * for is checked like an address, unless the name itself is listed. By default a VEN cannot make the VTN call what is
   * inside the VTN's own network; where VENs are in there too, list their subnets: `["public", "10.20.0.0/16"]`.
   * @default ["public"]
   */
  readonly allowedHosts?: AllowedHosts | undefined;
  /** Time allowed for one request, up to 24 days. The standard asks for at least 5 s. @default seconds(30) */
  readonly requestTimeout?: Duration | undefined;
  /**
   * How often a message is sent to a VEN that cannot be reached, before it becomes a dead letter. At least 1.
   *
   * With the default, and the default of `maxBackOff`, that takes about an hour and a half: longer than a restart or a
   * short fault of the network, while most of what waits longer has lost its meaning.
   * @default 100
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The longest time between two attempts; the first is 1 s, doubled with each (§9.1.7). At least 1 s.
   * @default minutes(1)
   */
  readonly maxBackOff?: Duration | undefined;
  /** How many VENs are sent to at the same time; one VEN gets one message at a time. At least 1. @default 100 */
  readonly concurrency?: number | undefined;
  /** Carries messages to a VEN in place of HTTP, in memory for instance; `allowedHosts` means nothing then. */
  readonly transportFor?: ((registration: Registration) => Transport) | undefined;
}

/** Push options with every default filled in. */
export interface ResolvedPushOptions {
  readonly tls: ClientTlsOptions | undefined;
  readonly plainHttp: boolean;
  readonly serverCertificate: (registration: Registration) => ServerCertificate;
  readonly hosts: HostGuard;
  readonly requestTimeout: Duration;
  readonly maxAttempts: number;
  readonly maxBackOff: Duration;
  readonly concurrency: number;
  readonly transportFor: ((registration: Registration) => Transport) | undefined;
}

/** Fills in defaults. Throws `RangeError`, with name and value, for options out of range, and as {@link requirePushTls}. */
export function resolvePushOptions(options: PushOptions): ResolvedPushOptions {
  const { requestTimeout = seconds(30), maxAttempts = 100, maxBackOff = minutes(1), concurrency = 100 } = options;
  const { tls, plainHttp = false, serverCertificate = () => "own", transportFor, allowedHosts = ["public"] } = options;
  if (tls !== undefined) requirePushTls(tls);
  const spans = { requestTimeout, maxBackOff };
  for (const [name, span] of Object.entries(spans))
    if (!(span >= 1000)) throw new RangeError(`push.${name}: expected at least 1 s, got ${span} ms`);
  requireCount("push.maxAttempts", maxAttempts);
  requireCount("push.concurrency", concurrency);
  const hosts = hostGuard(allowedHosts);
  return { tls, plainHttp, serverCertificate, hosts, ...spans, maxAttempts, concurrency, transportFor };
}

/** Throws `TypeError` for options that are incomplete or do not belong together, `RangeError` for fingerprints that are none. */
export function requirePushTls(tls: ClientTlsOptions): void {
  try {
    requireClientTls(tls);
  } catch (cause) {
    if (cause instanceof TypeError) throw new TypeError(`push.${cause.message}`, { cause });
    if (cause instanceof RangeError) throw new RangeError(`push.${cause.message}`, { cause });
    throw cause;
  }
}
