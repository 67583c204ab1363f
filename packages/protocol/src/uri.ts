/**
 * Whether two URIs, such as market contexts, are the same in the normal form of RFC 3986: the case of scheme and host,
 * needless escapes, dot segments and the default port make no difference. What is no URI is compared as it stands.
 *
 * @see OpenADR 2.0b, rule 512
 */
export function isSameUri(one: string, other: string): boolean {
  return one === other || normalizeUri(one) === normalizeUri(other);
}

/** A URI in the normal form of RFC 3986 (§6.2.2, and of §6.2.3 what holds for `http:` and `https:`). */
export function normalizeUri(uri: string): string {
  const unescaped = uri.replaceAll(/%[0-9a-f]{2}/gi, normalizeEscape);
  const [, scheme, authority, path = "", rest = ""] = parts.exec(unescaped) ?? [];
  if (scheme === undefined) return unescaped;
  const name = scheme.toLowerCase();
  if (authority === undefined) return `${name}:${path}${rest}`;
  return `${name}://${normalizeAuthority(name, authority)}${normalizePath(name, path)}${rest}`;
}

/** Scheme, authority, path, and query with fragment (RFC 3986, appendix B). */
const parts = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

function normalizeEscape(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return /[a-z0-9._~-]/i.test(character) ? character : escape.toUpperCase();
}

const defaultPorts: ReadonlyMap<string, string> = new Map([
  ["http", ":80"],
  ["https", ":443"],
]);

function normalizeAuthority(scheme: string, authority: string): string {
  const host = authority.lastIndexOf("@") + 1;
  const normal = authority.slice(0, host) + authority.slice(host).toLowerCase();
  const port = /:\d*$/.exec(normal)?.[0];
  const isNeedless = port === ":" || (port !== undefined && port === defaultPorts.get(scheme));
  return isNeedless ? normal.slice(0, -port.length) : normal;
}

function normalizePath(scheme: string, path: string): string {
  if (path === "") return defaultPorts.has(scheme) ? "/" : "";
  const kept: string[] = [];
  const segments = path.split("/").slice(1);
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  // What ends in a dot segment ends in a slash.
  if (/^\.\.?$/.test(segments.at(-1) ?? "")) kept.push("");
  return `/${kept.join("/")}`;
}
