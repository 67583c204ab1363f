import { isIP, isIPv4 } from "node:net";
import { domainToASCII } from "node:url";
import { PkiError } from "./error.ts";
import { oids } from "./object-identifiers.ts";
import { Fields, malformed, oidOf, type DerNode } from "./read-der.ts";
import * as der from "./write-der.ts";

/** Whom a certificate is for. */
export interface Subject {
  /** The name: a venID or vtnID, or the name of a CA. 1 to 64 characters. */
  readonly commonName: string;
  /** The organisation. @default none */
  readonly organization?: string | undefined;
}

/** The longest common name and organisation (RFC 5280, appendix A.1). */
const maxNameLength = 64;

/** A subject as certificates have it. Throws `RangeError` for names that do not fit. */
export function encodeSubject({ commonName, organization }: Subject): Buffer {
  requireName("commonName", commonName);
  if (organization !== undefined) requireName("organization", organization);
  return der.sequence(
    ...(organization === undefined ? [] : [attribute(oids.organization, organization)]),
    attribute(oids.commonName, commonName),
  );
}

function requireName(option: string, name: string): void {
  // oxlint-disable-next-line no-control-regex -- these are what must not be in it
  if (name.trim() !== "" && name.length <= maxNameLength && !/[\u0000-\u001f\u007f]/.test(name)) return;
  throw new RangeError(`${option}: expected 1 to ${maxNameLength} printable characters, got ${JSON.stringify(name)}`);
}

function attribute(type: string, value: string): Buffer {
  return der.set(der.sequence(der.oid(type), der.text(value)));
}

/** Reads a subject that has nothing but one common name and at most one organisation; undefined for any other. */
export function decodeSubject(name: DerNode): Subject | undefined {
  const found = new Map<string, string>();
  for (const part of new Fields(name, "subject").rest()) {
    const [pair, ...more] = new Fields(part, "subject", 0x31).rest();
    if (pair === undefined || more.length > 0) return undefined;
    const fields = new Fields(pair, "subject");
    const type = oidOf(fields.take("an attribute", 0x06), "subject");
    const value = fields.take("a value");
    if (found.has(type) || !textTags.includes(value.tag)) return undefined;
    found.set(type, Buffer.from(value.content).toString("utf8"));
  }
  const commonName = found.get(oids.commonName);
  const organization = found.get(oids.organization);
  const known = (commonName === undefined ? 0 : 1) + (organization === undefined ? 0 : 1);
  return commonName === undefined || found.size !== known ? undefined : { commonName, organization };
}

// UTF8String, PrintableString, IA5String: those whose bytes are UTF-8.
const textTags: readonly number[] = [0x0c, 0x13, 0x16];

/** Host names and IP addresses as the value of a subjectAltName. Throws `RangeError` for what is neither. */
export function encodeHostNames(hostNames: readonly string[]): Buffer {
  return der.sequence(
    ...hostNames.map((name) =>
      isIP(name) === 0
        ? der.taggedContent(2, Buffer.from(requireHostName(name), "latin1"))
        : der.taggedContent(7, addressBytes(name)),
    ),
  );
}

/** A host name in lower case and ASCII, a leading `*.` allowed. Throws `RangeError`. */
function requireHostName(name: string): string {
  const [, wildcard = "", host = ""] = /^(\*\.)?(.*)$/s.exec(name) ?? [];
  // The conversion would cut off a path, a port and the like.
  const ascii = /^[\p{L}\p{M}\p{N}._-]+$/u.test(host) ? domainToASCII(host) : "";
  const labels = ascii.split(".");
  const isName = ascii.length <= 253 && labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label));
  if (isName && isIP(ascii) === 0) return `${wildcard}${ascii}`;
  const expected = "a host name or an IP address, such as vtn.example.com";
  throw new RangeError(`hostNames: expected ${expected}, got ${JSON.stringify(name)}`);
}

/** The value of a subjectAltName that has nothing but host names and IP addresses. Throws {@link PkiError}. */
export function decodeHostNames(names: DerNode): string[] {
  return new Fields(names, "subjectAltName").rest().map(({ tag, content }) => {
    if (tag === 0x82) return Buffer.from(content).toString("latin1").toLowerCase();
    if (tag === 0x87 && (content.length === 4 || content.length === 16)) return addressText(content);
    if ((tag & 0xc0) !== 0x80) throw malformed("subjectAltName", "names");
    throw new PkiError("ERR_PKI_REFUSED", "subjectAltName: expected host names and IP addresses only");
  });
}

/** A name or address in the one form in which they can be compared. Throws `RangeError`. */
export function normalizeHostName(name: string): string {
  return isIP(name) === 0 ? requireHostName(name) : addressText(addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  // The URL parser writes an address without abbreviations of IPv4 and with one "::" at most.
  const [head = "", tail] = new URL(`http://[${address.replace(/%.*$/, "")}]`).hostname.slice(1, -1).split("::");
  const [left, right] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Buffer.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) =>
    Buffer.from(bytes)
      .readUInt16BE(2 * i)
      .toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
