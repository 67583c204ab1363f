/** One item of DER: its tag, and what is in it. */
export interface DerItem {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With its tag and length. */
  readonly raw: Uint8Array;
}

/** Bytes that are no DER. */
export class NotDerError extends Error {}

/** The items that follow each other in DER; none in nothing. Throws {@link NotDerError}. */
export function derItems(der: Uint8Array = new Uint8Array()): readonly DerItem[] {
  const items: DerItem[] = [];
  let at = 0;
  while (at < der.length) {
    const tag = der[at] ?? 0;
    const short = der[at + 1] ?? 0;
    const lengthBytes = short < 0x80 ? 0 : short - 0x80;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? short : derNumber(der.subarray(at + 2, start));
    if (start + length > der.length || lengthBytes > 4) throw new NotDerError();
    items.push({ tag, content: der.subarray(start, start + length), raw: der.subarray(at, start + length) });
    at = start + length;
  }
  return items;
}

/** A whole number that is not negative. */
export function derNumber(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** What `read` reads of DER; undefined where something that it looks into is none. */
export function ifDer<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotDerError) return undefined;
    throw error;
  }
}
