import type { Clock } from "@openleadr/protocol";
import {
  httpTransport,
  type HttpTransport,
  type HttpTransportOptions,
  type Logger,
  type Transport,
} from "@openleadr/transport";
import type { VtnAddress } from "./options.ts";

/** The way to a VTN, and whether it is ours to close. */
export interface VtnTransport {
  readonly transport: Transport;
  /** The same, if we made it. */
  readonly own: HttpTransport | undefined;
}

/**
 * Opens the way to a VTN; `more` is for HTTP alone. Throws `RangeError` and `TypeError` for
 * options out of range, or neither URL nor transport.
 */
export function transportTo(
  options: VtnAddress & { readonly logger?: Logger | undefined; readonly clock?: Clock | undefined },
  more: Pick<HttpTransportOptions, "connections" | "onDate" | "onServerCertificate"> = {},
): VtnTransport {
  const { vtnUrl, transport, tls, requestTimeout, headers, proxy, logger, clock } = options;
  if (transport !== undefined) return { transport, own: undefined };
  if (vtnUrl === undefined) throw new TypeError("vtnUrl: expected a URL, or a transport instead, got neither");
  const own = httpTransport({ url: vtnUrl, tls, requestTimeout, headers, proxy, logger, clock, ...more });
  return { transport: own, own };
}
