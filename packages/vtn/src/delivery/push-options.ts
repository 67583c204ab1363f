import { minutes, seconds, type Duration } from "@openleadr/protocol";
import type { ClientTlsOptions, Transport } from "@openleadr/transport";
import type { Registration } from "../store/registration-store.ts";
import { hostGuard, type AllowedHosts, type HostGuard } from "./allowed-hosts.ts";
import { requireCount } from "./delivery-options.ts";

/** How a VTN sends messages to VENs that have a server of their own. */
export interface PushOptions {
  /** The VTN's certificate as a client, and the CAs it trusts. With it, only addresses with `https:` are taken. */
  readonly tls?: ClientTlsOptions | undefined;
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
  readonly hosts: HostGuard;
  readonly requestTimeout: Duration;
  readonly maxAttempts: number;
  readonly maxBackOff: Duration;
  readonly concurrency: number;
  readonly transportFor: ((registration: Registration) => Transport) | undefined;
}

/** Fills in defaults. Throws `RangeError`, with name and value, for options out of range. */
export function resolvePushOptions(options: PushOptions): ResolvedPushOptions {
  const { requestTimeout = seconds(30), maxAttempts = 100, maxBackOff = minutes(1), concurrency = 100 } = options;
  const { tls, transportFor, allowedHosts = ["public"] } = options;
  const spans = { requestTimeout, maxBackOff };
  for (const [name, span] of Object.entries(spans))
    if (!(span >= 1000)) throw new RangeError(`push.${name}: expected at least 1 s, got ${span} ms`);
  requireCount("push.maxAttempts", maxAttempts);
  requireCount("push.concurrency", concurrency);
  return { tls, hosts: hostGuard(allowedHosts), ...spans, maxAttempts, concurrency, transportFor };
}
