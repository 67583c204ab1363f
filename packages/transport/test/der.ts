/** Writes one DER value: its tag, its length, and its contents one after the other. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents);
export const set = (...contents: readonly Uint8Array[]): Buffer => der(0x31, ...contents);
export const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes);
export const boolean = (value: boolean): Buffer => der(0x01, Buffer.from([value ? 0xff : 0]));
export const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
export const bits = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value));
/** A constructed value with a context-specific tag. */
export const tagged = (number: number, ...contents: readonly Uint8Array[]): Buffer => der(0xa0 + number, ...contents);
/** A primitive value with a context-specific tag. */
export const tagIn = (number: number, bytes: Uint8Array): Buffer => der(0x80 + number, bytes);

/** GeneralizedTime, e.g. `20260102030405Z`. */
export const time = (instant: Date): Buffer =>
  der(0x18, Buffer.from(`${instant.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`));

/** An object identifier such as `2.5.4.3`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f];
  for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
