// DER as X.690 has it, for the types that certificates are made of. Each function gives one complete encoded value, so
// that what was read can be put into what is written byte for byte.

/** Values in a row. */
export const sequence = (...parts: readonly Uint8Array[]): Buffer => encoded(0x30, ...parts);

/** Values in a set, in the order that DER demands. */
export const set = (...parts: readonly Uint8Array[]): Buffer => encoded(0x31, ...parts.toSorted(Buffer.compare));

export const boolean = (value: boolean): Buffer => encoded(0x01, Buffer.from([value ? 0xff : 0]));

export const octets = (...content: readonly Uint8Array[]): Buffer => encoded(0x04, ...content);

export const nothing = (): Buffer => encoded(0x05);

export const text = (value: string): Buffer => encoded(0x0c, Buffer.from(value));

export const asciiText = (value: string): Buffer => encoded(0x16, Buffer.from(value, "latin1"));

/** Text in UTF-16, as PKCS#12 has names. */
export const wideText = (value: string): Buffer => encoded(0x1e, Buffer.from(value, "utf16le").swap16());

/** A bit string of whole bytes, but for `unusedBits` of the last one. */
export const bits = (content: Uint8Array, unusedBits = 0): Buffer => encoded(0x03, Buffer.from([unusedBits]), content);

/** A context-specific tag around values. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]): Buffer => encoded(0xa0 | number, ...parts);

/** A context-specific tag in place of a primitive value's own. */
export const taggedContent = (number: number, content: Uint8Array): Buffer => encoded(0x80 | number, content);

/** A whole number that is not negative, as a number or as its bytes. */
export function integer(value: number | bigint | Uint8Array): Buffer {
  const bytes = typeof value === "object" ? Buffer.from(value) : bytesOf(BigInt(value));
  const start = bytes.findIndex((byte) => byte !== 0);
  const content = start < 0 ? Buffer.from([0]) : bytes.subarray(start);
  return encoded(0x02, ...((content[0] ?? 0) > 0x7f ? [Buffer.from([0])] : []), content);
}

function bytesOf(value: bigint): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encoded(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) | 0x80);
  return digits;
}

/** An instant, cut to its second, in the type that RFC 5280 §4.1.2.5 prescribes for its year. */
export function time(instant: Date): Buffer {
  const digits = instant.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  const year = instant.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? encoded(0x17, Buffer.from(digits.slice(2), "latin1"))
    : encoded(0x18, Buffer.from(digits, "latin1"));
}

function encoded(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes = bytesOf(BigInt(length));
  return [0x80 | bytes.length, ...bytes];
}
