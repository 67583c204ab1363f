import { fromBER, type AsnType } from "asn1js";
import { PkiError } from "./error.ts";

/** One value of an ASN.1 document. */
export interface DerNode {
  /** The identifier octet: class, whether constructed, and number, e.g. 0x30 for a sequence. */
  readonly tag: number;
  /** The values inside, of a constructed value. */
  readonly children: readonly DerNode[];
  /** The bytes after tag and length. Those of an octet string in pieces are joined. */
  readonly content: Uint8Array;
  /** The whole value as it stands in the document. */
  readonly raw: Uint8Array;
}

/** What is read at all; the parser stops there. Certificates with their chains take a few kilobytes. */
export const maxBytes = 1_048_576;
const parserLimits = { maxDepth: 32, maxNodes: 100_000, maxContentLength: maxBytes, parseEmbedded: false };

/** Reads one value in DER, or in BER as some tools write PKCS#12. Throws {@link PkiError}; `what` is for its message. */
export function readDer(bytes: Uint8Array, what: string): DerNode {
  if (bytes.length > maxBytes) throw new PkiError("ERR_PKI_TOO_LARGE", `${what}: expected at most 1 MiB, got more`);
  const { offset, result } = parsed(bytes, what);
  if (offset === -1) throw malformed(what, `well-formed ASN.1, got: ${result.error}`);
  if (offset !== bytes.length) throw malformed(what, `nothing after its end, got ${bytes.length - offset} bytes`);
  return nodeOf(result);
}

function parsed(bytes: Uint8Array, what: string): ReturnType<typeof fromBER> {
  try {
    return fromBER(new Uint8Array(bytes), parserLimits);
  } catch (cause) {
    throw new PkiError("ERR_PKI_MALFORMED", `${what}: expected well-formed ASN.1, got something else`, { cause });
  }
}

function nodeOf(block: AsnType): DerNode {
  const { tagClass, tagNumber, isConstructed, blockLength } = block.idBlock;
  const raw = block.valueBeforeDecodeView;
  const tag = ((tagClass - 1) << 6) | (isConstructed ? 0x20 : 0) | tagNumber;
  // A text in pieces has text for its value, and is none of what certificates have.
  const inside = isConstructed ? (block.valueBlock as { readonly value?: unknown }).value : undefined;
  const children = Array.isArray(inside) ? (inside as readonly AsnType[]).map(nodeOf) : [];
  const isInPieces = tag === 0x24 || tag === 0xa0;
  const content =
    isInPieces && children.length > 0 && children.every(({ tag }) => (tag & 0x1f) === 0x04)
      ? Buffer.concat(children.map((child) => child.content))
      : raw.subarray(blockLength + block.lenBlock.blockLength);
  return { tag, children, content, raw };
}

/** Takes the values of a sequence one after the other. */
export class Fields {
  readonly #nodes: readonly DerNode[];
  readonly #what: string;
  #next = 0;

  constructor(node: DerNode, what: string, tag = 0x30) {
    if (node.tag !== tag) throw malformed(what, `tag ${hex(tag)}, got ${hex(node.tag)}`);
    this.#nodes = node.children;
    this.#what = what;
  }

  /** The next value, which must have that tag; any tag if none is named. */
  take(name: string, tag?: number): DerNode {
    const node = this.#nodes[this.#next++];
    if (node === undefined) throw malformed(this.#what, `${name}, got nothing`);
    if (tag !== undefined && node.tag !== tag) {
      throw malformed(this.#what, `${name} with tag ${hex(tag)}, got ${hex(node.tag)}`);
    }
    return node;
  }

  /** The next value if it has one of these tags. */
  takeIf(...tags: readonly number[]): DerNode | undefined {
    const node = this.#nodes[this.#next];
    if (node === undefined || !tags.includes(node.tag)) return undefined;
    this.#next++;
    return node;
  }

  /** All that is left. */
  rest(): readonly DerNode[] {
    const left = this.#nodes.slice(this.#next);
    this.#next = this.#nodes.length;
    return left;
  }
}

/** The dotted form of an object identifier. */
export function oidOf({ tag, content }: DerNode, what: string): string {
  if (tag !== 0x06 || content.length === 0 || content.length > 32) throw malformed(what, "an object identifier");
  const parts: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  const [head = 0, ...rest] = parts;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...rest].join(".");
}

/** A small whole number, such as a version. */
export function numberOf({ tag, content }: DerNode, what: string): number {
  const value = Buffer.from(content);
  if (tag !== 0x02 || value.length === 0 || value.length > 6 || (value[0] ?? 0) > 0x7f) {
    throw malformed(what, "a number in range");
  }
  return value.readUIntBE(0, value.length);
}

/** The instant of a UTCTime or GeneralizedTime in the form of RFC 5280 §4.1.2.5. */
export function instantOf({ tag, content }: DerNode, what: string): Date {
  const digits = Buffer.from(content).toString("latin1");
  const full = tag === 0x17 ? `${Number(digits.slice(0, 2)) < 50 ? "20" : "19"}${digits}` : digits;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  const [, y, mo, d, h, m, s] = match ?? [];
  const instant = new Date(`${y}-${mo}-${d}T${h}:${m}:${s}Z`);
  if ((tag !== 0x17 && tag !== 0x18) || Number.isNaN(instant.getTime())) throw malformed(what, "a date and time");
  return instant;
}

/** The bytes of a bit string, which must be whole ones. */
export function bytesOfBits({ tag, content }: DerNode, what: string): Uint8Array {
  if (tag !== 0x03 || content[0] !== 0) throw malformed(what, "a bit string of whole bytes");
  return content.subarray(1);
}

/** An error that says what was expected there. */
export function malformed(what: string, expected: string): PkiError {
  return new PkiError("ERR_PKI_MALFORMED", `${what}: expected ${expected}`);
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, "0")}`;
}
