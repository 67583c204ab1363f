import type { PushOptions } from "@openleadr/ven";
import { mapping, optional } from "./mapping.ts";
import type { Reader } from "./place.ts";
import { anyOr, integer, oneOrMore, orFalse, span, text } from "./readers.ts";
import { fingerprint, listenerTls } from "./tls.ts";
import { baseUrl } from "./vtn.ts";

/** How the VTN reaches a VEN that is not to poll. */
export const push: Reader<PushOptions & { readonly listen: Exclude<PushOptions["listen"], false> }> = mapping({
  listen: optional(mapping({ host: optional(text), port: optional(integer(0, 65_535)), tls: optional(listenerTls) })),
  address: optional(baseUrl),
  vtnFingerprint: optional(anyOr(oneOrMore(fingerprint))),
  resyncInterval: optional(orFalse(span(60))),
});
