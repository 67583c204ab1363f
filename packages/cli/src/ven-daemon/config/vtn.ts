import { OpenAdrError, type Duration } from "@openleadr/protocol";
import { resolveBaseUrl, type ClientTlsOptions } from "@openleadr/transport";
import { mapping, optional, required } from "./mapping.ts";
import type { Invalid, Place, Reader } from "./place.ts";
import { orFalse, refine, span, text } from "./readers.ts";
import { headers, secret } from "./secret.ts";
import { clientTls } from "./tls.ts";

/** Where the VTN is, and how to get there. */
export interface VtnConfig {
  readonly url: URL;
  readonly tls: ClientTlsOptions | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly proxy: string | undefined;
  readonly requestTimeout: Duration | false | undefined;
}

/** The base URL of a VTN; a bare host gets the standard's path. */
export const baseUrl: Reader<URL> = refine(text, (value, place) => attempt(() => resolveBaseUrl(value), place));

export const proxy: Reader<string> = refine(secret, (value, place) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? value
    : place.mistake("the URL of an HTTP proxy", "something else"),
);

export const vtn: Reader<VtnConfig> = refine(
  mapping({
    url: required(baseUrl),
    tls: optional(clientTls),
    headers: optional(headers),
    proxy: optional(proxy),
    requestTimeout: optional(orFalse(span())),
  }),
  (config, place) =>
    config.tls !== undefined && config.url.protocol !== "https:"
      ? (place.child("url") ?? place).mistake("an https: URL to go with tls", config.url.href)
      : config,
);

/** What `make` gives; what it throws about what it is given is told. */
export function attempt<T>(make: () => T, place: Pick<Place, "complain">): T | Invalid {
  try {
    return make();
  } catch (error) {
    const isAboutIt = [RangeError, TypeError, URIError, OpenAdrError].some((kind) => error instanceof kind);
    if (!isAboutIt || !(error instanceof Error)) throw error;
    return place.complain(error.message);
  }
}
