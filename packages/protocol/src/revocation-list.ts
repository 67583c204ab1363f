import { derItems, ifDer, NotDerError, type DerItem } from "./der.ts";
import { toExtension } from "./signature/certificate-extensions.ts";

/** What a revocation list says of itself. */
export interface RevocationListDates {
  /** Its CA, e.g. `CN=Root`. */
  readonly issuer: string;
  readonly thisUpdate: Date;
  /** When the next list is due, and this one is over. */
  readonly nextUpdate: Date | undefined;
}

/** A revocation list, with what is needed to look something up in it. */
export interface RevocationList extends RevocationListDates {
  /** Its CA's name in DER, as the certificates that the CA issues have it. */
  readonly issuerName: Uint8Array;
  /** When a certificate was revoked, by its serial number in hexadecimal as DER has it. */
  readonly revoked: ReadonlyMap<string, Date>;
  /** Whether it says something that must be understood and is not, such as that it is about some certificates only. */
  readonly hasUnknownCritical: boolean;
  /** What its CA has signed, and how. */
  readonly toBeSigned: Uint8Array;
  readonly signature: Uint8Array;
  /** The identifier of the signature's algorithm in hexadecimal. */
  readonly algorithm: string;
}

/**
 * Reads the dates of a revocation list in DER; undefined for anything else.
 *
 * @see RFC 5280, §5.1
 */
export function readRevocationList(der: Uint8Array): RevocationListDates | undefined {
  const list = parseRevocationList(der);
  return list && { issuer: list.issuer, thisUpdate: list.thisUpdate, nextUpdate: list.nextUpdate };
}

/** A revocation list in DER; undefined for anything else. Whether it is genuine is another matter. */
export function parseRevocationList(der: Uint8Array): RevocationList | undefined {
  return ifDer(() => listIn(der));
}

function listIn(der: Uint8Array): RevocationList | undefined {
  const [list] = derItems(der);
  const [toBeSigned, algorithm, signature] = derItems(list?.content);
  const fields = derItems(toBeSigned?.content);
  // The version may be missing; then comes the algorithm.
  const [, issuer, thisUpdate, ...rest] = fields[0]?.tag === tags.integer ? fields.slice(1) : fields;
  const [written, nextUpdate] = [dateIn(thisUpdate), dateIn(rest[0])];
  if (toBeSigned === undefined || issuer === undefined || written === undefined) return undefined;
  const entries = derItems(rest.find(({ tag }) => tag === tags.sequence)?.content).map(entryIn);
  const [extensions] = derItems(rest.find(({ tag }) => tag === tags.extensions)?.content);
  return {
    issuer: nameIn(issuer.content),
    issuerName: issuer.raw,
    thisUpdate: written,
    nextUpdate,
    revoked: new Map(entries.map(({ serialNumber, revokedAt }) => [serialNumber, revokedAt])),
    hasUnknownCritical: [extensions, ...entries.map((entry) => entry.extensions)].some(isAnyCritical),
    toBeSigned: toBeSigned.raw,
    // Without the number of unused bits before it.
    signature: signature?.content.subarray(1) ?? new Uint8Array(),
    algorithm: hexOf(derItems(algorithm?.content)[0]),
  };
}

interface Entry {
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly extensions: DerItem | undefined;
}

function entryIn({ content }: DerItem): Entry {
  const [serialNumber, date, extensions] = derItems(content);
  const revokedAt = dateIn(date);
  if (serialNumber?.tag !== tags.integer || revokedAt === undefined) throw new NotDerError();
  return { serialNumber: hexOf(serialNumber), revokedAt, extensions };
}

function isAnyCritical(extensions: DerItem | undefined): boolean {
  return derItems(extensions?.content).some(({ content }) => toExtension(derItems(content)).isCritical);
}

function hexOf(item: DerItem | undefined): string {
  return Buffer.from(item?.content ?? []).toString("hex");
}

const tags = {
  integer: 0x02,
  utcTime: 0x17,
  generalizedTime: 0x18,
  wideText: 0x1e,
  sequence: 0x30,
  extensions: 0xa0,
} as const;

function dateIn(item: DerItem | undefined): Date | undefined {
  const text = Buffer.from(item?.content ?? []).toString("latin1");
  const [, year = "", ...parts] = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text) ?? [];
  const [month, day, hour, minute, second] = parts.map(Number);
  if (month === undefined || day === undefined || hour === undefined) return undefined;
  if (item?.tag !== tags.utcTime && item?.tag !== tags.generalizedTime) return undefined;
  const century = year.length === 4 ? 0 : Number(year) < 50 ? 2000 : 1900;
  return new Date(Date.UTC(century + Number(year), month - 1, day, hour, minute, second));
}

const shortNames: Readonly<Record<string, string>> = { "550403": "CN", "550406": "C", "55040a": "O", "55040b": "OU" };

function nameIn(name: Uint8Array): string {
  const attributes = derItems(name).flatMap(({ content }) => derItems(content));
  const named = attributes.map(({ content }) => {
    const [id, value] = derItems(content);
    const short = shortNames[hexOf(id)] ?? "other";
    return `${short}=${textIn(value)}`;
  });
  return named.join(", ");
}

function textIn(item: DerItem | undefined): string {
  const bytes = Buffer.from(item?.content ?? []);
  return item?.tag === tags.wideText && bytes.length % 2 === 0
    ? bytes.swap16().toString("utf16le")
    : bytes.toString("utf8");
}
