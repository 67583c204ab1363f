import { isIP } from "node:net";
import type { TrustedProxyOptions } from "@openleadr/transport";
import type { PushOptions } from "@openleadr/ven";
import { mapping, optional, required } from "./mapping.ts";
import type { Reader } from "./place.ts";
import { anyOr, integer, oneOf, oneOrMore, orFalse, refine, span, text } from "./readers.ts";
import { fingerprint, listenerTls } from "./tls.ts";
import { baseUrl } from "./vtn.ts";

const network: Reader<string> = refine(text, (value, place) =>
  isNetwork(value) ? value : place.mistake("an IP address, or a network such as 10.0.0.0/8"),
);

function isNetwork(value: string): boolean {
  const [address = "", prefix, ...rest] = value.split("/");
  const bits = isIP(address) === 6 ? 128 : 32;
  return (
    isIP(address) !== 0 && rest.length === 0 && (prefix === undefined || (/^\d+$/.test(prefix) && +prefix <= bits))
  );
}

/** A proxy that ends TLS in front of the VEN. */
const proxy: Reader<TrustedProxyOptions> = refine(
  mapping({
    addresses: required(oneOrMore(network)),
    certificateHeader: optional(text),
    fingerprintHeader: optional(text),
    addressHeader: optional(text),
    clientCertificate: optional(oneOf("required", "optional")),
  }),
  (config, place) =>
    config.certificateHeader === undefined && config.fingerprintHeader === undefined
      ? place.complain("expected certificateHeader or fingerprintHeader, got neither")
      : config,
);

/** How the VTN reaches a VEN that is not to poll. */
export const push: Reader<PushOptions & { readonly listen: Exclude<PushOptions["listen"], false> }> = mapping({
  listen: optional(
    mapping({
      host: optional(text),
      port: optional(integer(0, 65_535)),
      tls: optional(listenerTls),
      proxy: optional(proxy),
    }),
  ),
  address: optional(baseUrl),
  vtnFingerprint: optional(anyOr(oneOrMore(fingerprint))),
  resyncInterval: optional(orFalse(span(60))),
});
