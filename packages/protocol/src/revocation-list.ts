import { derItems, ifDer, type DerItem } from "./der.ts";

/** What a revocation list says of itself. */
export interface RevocationListDates {
  /** Its CA, e.g. `CN=Root`. */
  readonly issuer: string;
  readonly thisUpdate: Date;
  /** When the next list is due, and this one is over. */
  readonly nextUpdate: Date | undefined;
}

/**
 * Reads the head of a revocation list in DER; undefined for anything else.
 *
 * @see RFC 5280, §5.1
 */
export function readRevocationList(der: Uint8Array): RevocationListDates | undefined {
  return ifDer(() => datesIn(der));
}

function datesIn(der: Uint8Array): RevocationListDates | undefined {
  const [list] = derItems(der);
  const [toBeSigned] = derItems(list?.content);
  const [first, ...rest] = derItems(toBeSigned?.content);
  // The version may be missing; then comes the algorithm.
  const [issuer, thisUpdate, nextUpdate] = first?.tag === tags.integer ? rest.slice(1) : rest;
  const written = dateIn(thisUpdate);
  if (issuer === undefined || written === undefined) return undefined;
  return { issuer: nameIn(issuer.content), thisUpdate: written, nextUpdate: dateIn(nextUpdate) };
}

const tags = { integer: 0x02, utcTime: 0x17, generalizedTime: 0x18, wideText: 0x1e } as const;

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
    const short = shortNames[Buffer.from(id?.content ?? []).toString("hex")] ?? "other";
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
