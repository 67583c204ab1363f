import { derItems, ifDer, NotDerError, type DerItem } from "./der.ts";
import { toExtension } from "./certificate-extensions.ts";
import { serialNumberIn } from "./certificate-fields.ts";

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
  /** When a certificate was revoked, in milliseconds, by its serial number as {@link serialNumberIn} has it. */
  readonly revoked: ReadonlyMap<string, number>;
  /**
   * Whether it is about some certificates only, or about those of other CAs, or leaves out what an earlier list has, or
   * says something else that must be understood and is not.
   */
  readonly isPartial: boolean;
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
  return ifDer(() => {
    const { issuer, thisUpdate, nextUpdate } = headIn(der);
    return { issuer: nameIn(issuer.content), thisUpdate, nextUpdate };
  });
}

/** A revocation list in DER; undefined for anything else. Whether it is genuine is another matter. */
export function parseRevocationList(der: Uint8Array): RevocationList | undefined {
  return ifDer(() => listIn(der));
}

interface Head extends Omit<RevocationListDates, "issuer"> {
  readonly issuer: DerItem;
  readonly toBeSigned: DerItem;
  /** What follows the dates. */
  readonly rest: readonly DerItem[];
  readonly algorithm: DerItem;
  readonly signature: DerItem;
}

function headIn(der: Uint8Array): Head {
  const [list, ...more] = derItems(der);
  const [toBeSigned, algorithm, signature] = derItems(list?.content);
  const fields = derItems(toBeSigned?.content);
  // The version may be missing; then comes the algorithm.
  const [, issuer, thisUpdate, ...rest] = fields[0]?.tag === tags.integer ? fields.slice(1) : fields;
  // A list that another one follows would hide it.
  if (toBeSigned === undefined || algorithm === undefined || signature === undefined || more.length > 0)
    throw new NotDerError();
  if (issuer === undefined) throw new NotDerError();
  const hasNext = rest[0]?.tag === tags.utcTime || rest[0]?.tag === tags.generalizedTime;
  const nextUpdate = hasNext ? dateIn(rest.shift()) : undefined;
  return { issuer, thisUpdate: dateIn(thisUpdate), nextUpdate, rest, toBeSigned, algorithm, signature };
}

function listIn(der: Uint8Array): RevocationList {
  const { issuer, thisUpdate, nextUpdate, rest, toBeSigned, algorithm, signature } = headIn(der);
  const entries = derItems(rest.find(({ tag }) => tag === tags.sequence)?.content).map(entryIn);
  const [extensions] = derItems(rest.find(({ tag }) => tag === tags.extensions)?.content);
  return {
    issuer: nameIn(issuer.content),
    issuerName: issuer.raw,
    thisUpdate,
    nextUpdate,
    revoked: new Map(entries.map(({ serialNumber, revokedAt }) => [serialNumber, revokedAt])),
    isPartial: isLimiting(extensions) || entries.some((entry) => isLimiting(entry.extensions)),
    toBeSigned: toBeSigned.raw,
    // Without the number of unused bits before it.
    signature: signature.content.subarray(1),
    algorithm: hexOf(derItems(algorithm.content)[0]),
  };
}

interface Entry {
  readonly serialNumber: string;
  readonly revokedAt: number;
  readonly extensions: DerItem | undefined;
}

function entryIn({ content }: DerItem): Entry {
  const [serialNumber, date, extensions] = derItems(content);
  if (serialNumber?.tag !== tags.integer) throw new NotDerError();
  return { serialNumber: serialNumberIn(serialNumber), revokedAt: dateIn(date).getTime(), extensions };
}

function isLimiting(extensions: DerItem | undefined): boolean {
  return derItems(extensions?.content).some(({ content }) => {
    const { id, isCritical } = toExtension(derItems(content));
    return isCritical || limiting.has(id);
  });
}

/** What limits a list even where its CA has not marked it as critical, as it must. */
const limiting: ReadonlySet<string> = new Set([
  // deltaCRLIndicator, issuingDistributionPoint, and certificateIssuer of an entry (RFC 5280, §5.2.4, §5.2.5 and §5.3.3).
  "551d1b",
  "551d1c",
  "551d1d",
]);

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

/** Throws {@link NotDerError} for a date that is written in another way than RFC 5280 has it. */
function dateIn(item: DerItem | undefined): Date {
  const text = Buffer.from(item?.content ?? []).toString("latin1");
  const [, year = "", ...parts] = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text) ?? [];
  const [month, day, hour, minute, second] = parts.map(Number);
  if (month === undefined || day === undefined || hour === undefined) throw new NotDerError();
  if (item?.tag !== tags.utcTime && item?.tag !== tags.generalizedTime) throw new NotDerError();
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
