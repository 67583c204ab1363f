import { shortened } from "./text.ts";

/** The namespaces of OpenADR 2.0b, by the prefix under which this library writes them. */
// prettier-ignore
export const NAMESPACES = {
  oadr:   "http://openadr.org/oadr-2.0b/2012/07",
  ei:     "http://docs.oasis-open.org/ns/energyinterop/201110",
  pyld:   "http://docs.oasis-open.org/ns/energyinterop/201110/payloads",
  emix:   "http://docs.oasis-open.org/ns/emix/2011/06",
  power:  "http://docs.oasis-open.org/ns/emix/2011/06/power",
  scale:  "http://docs.oasis-open.org/ns/emix/2011/06/siscale",
  xcal:   "urn:ietf:params:xml:ns:icalendar-2.0",
  strm:   "urn:ietf:params:xml:ns:icalendar-2.0:stream",
  gml:    "http://www.opengis.net/gml/3.2",
  ds:     "http://www.w3.org/2000/09/xmldsig#",
  dsig11: "http://www.w3.org/2009/xmldsig11#",
  dsp:    "http://openadr.org/oadr-2.0b/2012/07/xmldsig-properties",
  atom:   "http://www.w3.org/2005/Atom",
  espi:   "http://naesb.org/espi",
  xsi:    "http://www.w3.org/2001/XMLSchema-instance",
  xml:    "http://www.w3.org/XML/1998/namespace",
  xmlns:  "http://www.w3.org/2000/xmlns/",
} as const;

/** A prefix that this library gives one of the standard's namespaces. */
export type Prefix = keyof typeof NAMESPACES;

/** The prefixes of what a signature is made of. */
export const signaturePrefixes = ["ds", "dsp"] as const;

/** The declarations of these prefixes, each with a space before it. */
export function declarationsOf(prefixes: readonly Prefix[]): string {
  return prefixes.map((prefix) => ` xmlns:${prefix}="${NAMESPACES[prefix]}"`).join("");
}

const prefixes = new Map<string, string>(Object.entries(NAMESPACES).map(([prefix, uri]) => [uri, prefix]));

/**
 * One name for an element or attribute, whatever prefix the peer wrote: `ei:eventID` in a namespace of the standard,
 * `{uri}local` in any other, `local` in none. Long namespaces are cut; nothing is known by their names.
 */
export function canonicalName(uri: string, local: string): string {
  if (uri === "") return local;
  const prefix = prefixes.get(uri);
  return prefix === undefined ? `{${shortened(uri)}}${local}` : `${prefix}:${local}`;
}
