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
  const [list] = itemsIn(der);
  const [toBeSigned] = itemsIn(list?.content);
  const [first, ...rest] = itemsIn(toBeSigned?.content);
  // The version may be missing; then comes the algorithm.
  const [issuer, thisUpdate, nextUpdate] = first?.tag === tags.integer ? rest.slice(1) : rest;
  const written = dateIn(thisUpdate);
  if (issuer === undefined || written === undefined) return undefined;
  return { issuer: nameIn(issuer.content), thisUpdate: written, nextUpdate: dateIn(nextUpdate) };
}

const tags = { integer: 0x02, utcTime: 0x17, generalizedTime: 0x18, wideText: 0x1e } as const;

interface Item {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The items that follow each other in DER; none where it is none. */
function itemsIn(der: Uint8Array = new Uint8Array()): readonly Item[] {
  const items: Item[] = [];
  for (let at = 0; at < der.length;) {
    const short = der[at + 1] ?? 0;
    const lengthBytes = short < 0x80 ? 0 : short - 0x80;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? short : der.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    if (lengthBytes > 4 || start + length > der.length) return [];
    items.push({ tag: der[at] ?? 0, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return items;
}

function dateIn(item: Item | undefined): Date | undefined {
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
  const attributes = itemsIn(name).flatMap(({ content }) => itemsIn(content));
  const named = attributes.map(({ content }) => {
    const [id, value] = itemsIn(content);
    const short = shortNames[Buffer.from(id?.content ?? []).toString("hex")] ?? "other";
    return `${short}=${textIn(value)}`;
  });
  return named.join(", ");
}

function textIn(item: Item | undefined): string {
  const bytes = Buffer.from(item?.content ?? []);
  return item?.tag === tags.wideText && bytes.length % 2 === 0
    ? bytes.swap16().toString("utf16le")
    : bytes.toString("utf8");
}
