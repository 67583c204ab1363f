import type { Service } from "@openleadr/protocol";
import { services } from "./service.ts";

/**
 * Where the services stand below the host, unless a deployment adds a prefix.
 *
 * @see OpenADR 2.0b, rule 511
 */
export const defaultPath = "/OpenADR2/Simple/2.0b";

/**
 * Completes the base URL of a peer: without a path it gets {@link defaultPath}; a trailing slash is dropped.
 *
 * Throws `RangeError` unless it is an absolute `http:` or `https:` URL without user name, query and fragment that does
 * not already end in the name of a service.
 */
export function resolveBaseUrl(url: URL | string): URL {
  if (!URL.canParse(String(url))) throw new RangeError(`url: expected an absolute URL, got ${JSON.stringify(url)}`);
  const base = new URL(url);
  if (base.username !== "" || base.password !== "") throw new RangeError("url: expected no user name and password");
  if (base.protocol !== "http:" && base.protocol !== "https:") throw badUrl("http: or https:", base);
  if (base.search !== "" || base.hash !== "") throw badUrl("no query and no fragment", base);
  const path = normalizePath(base.pathname);
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (services.some((service) => service === last)) throw badUrl(`the base URL, without /${last}`, base);
  base.pathname = path === "/" ? defaultPath : path;
  return base;
}

/** The URL of one service below a base URL that {@link resolveBaseUrl} made. */
export function serviceUrl(base: URL, service: Service): string {
  return `${base.href}/${service}`;
}

/**
 * Maps request targets to services: answers undefined for what is not below `path`, or not a service.
 *
 * Targets are compared in the normal form of RFC 3986, so `//`, `/./`, `%45iEvent` and absolute URLs find their
 * service; queries are ignored.
 *
 * @see OpenADR 2.0b, rule 511
 */
export function serviceFinder(path: string): (target: string) => Service | undefined {
  const base = normalizePath(path).replace(/^\/$/, "");
  const byPath = new Map<string, Service>(services.map((service) => [`${base}/${service}`, service]));
  return (target) => byPath.get(target) ?? byPath.get(normalizePath(pathOf(target)));
}

/** A path in the normal form of RFC 3986 §6.2.2, with empty segments dropped as well. */
export function normalizePath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.replaceAll(/%[0-9a-f]{2}/gi, decodeUnreserved).split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}

function pathOf(target: string): string {
  const withoutOrigin = target.replace(/^https?:\/\/[^/?#]*/i, "");
  const end = withoutOrigin.search(/[?#]/);
  return end === -1 ? withoutOrigin : withoutOrigin.slice(0, end);
}

function decodeUnreserved(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
}

function badUrl(expected: string, got: URL): RangeError {
  return new RangeError(`url: expected ${expected}, got ${JSON.stringify(got.href)}`);
}
