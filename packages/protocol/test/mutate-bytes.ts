import type { Random } from "./random.ts";

/** The bytes of a document with one to three changes, as a bad line or a bad peer makes them. `others` lend parts. */
export function byteMutant(text: string, others: readonly string[], random: Random): Uint8Array {
  let mutant: Uint8Array = random.chance(90) ? Buffer.from(text) : inAnotherEncoding(text, random);
  for (let times = 1 + random.below(3); times > 0; times--) mutant = random.of(mutations)(mutant, others, random);
  return mutant;
}

type Mutation = (bytes: Uint8Array, others: readonly string[], random: Random) => Uint8Array;

const mutations: readonly Mutation[] = [
  function flipBit(bytes, _, random) {
    const at = random.below(bytes.length);
    return splice(bytes, { at, length: 1, by: [(bytes[at] ?? 0) ^ (1 << random.below(8))] });
  },
  function setByte(bytes, _, random) {
    return splice(bytes, { at: random.below(bytes.length), length: 1, by: [random.below(256)] });
  },
  function insertBytes(bytes, _, random) {
    return splice(bytes, { at: random.below(bytes.length + 1), length: 0, by: random.of(insertions) });
  },
  function dropBytes(bytes, _, random) {
    return splice(bytes, { at: random.below(bytes.length), length: 1 + random.below(8), by: [] });
  },
  function truncate(bytes, _, random) {
    return random.chance(10) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
  },
  function borrowBytes(bytes, others, random) {
    const other = Buffer.from(random.of(others));
    const [at, length] = [random.below(bytes.length), random.below(64)];
    return splice(bytes, { at, length, by: other.subarray(at, at + length) });
  },
];

/** Byte order marks, sequences that are no UTF-8, characters that are no XML, spaces that nobody sees. */
const insertions: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xc0, 0xbc],
  [0xed, 0xa0, 0x80],
  [0x80],
  [0x00],
  [0x0d, 0x0a],
  [0x0d],
  [0x20],
  [0xc2, 0xa0],
  [0xe2, 0x80, 0x8b],
];

function inAnotherEncoding(text: string, random: Random): Uint8Array {
  const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
  return random.chance(50) ? utf16 : utf16.swap16();
}

function splice(
  bytes: Uint8Array,
  { at, length, by }: { readonly at: number; readonly length: number; readonly by: Iterable<number> },
): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(by), bytes.subarray(at + length)]);
}
