/** What a certificate says about its own use, of which `node:crypto` tells nothing. */
export interface CertificateExtensions {
  /** How many CAs may stand between this one and the certificate of a signer. */
  readonly pathLength: number;
  /** Whether its key may make signatures over messages. */
  readonly mayMakeSignatures: boolean;
  /** Whether something in it must be understood and is not. */
  readonly hasUnknownCritical: boolean;
}

/**
 * Reads the extensions of a certificate in DER; undefined where they are not DER themselves.
 *
 * @see RFC 5280, §4.1, §4.2.1.3 and §4.2.1.9
 */
export function readExtensions(certificate: Uint8Array): CertificateExtensions | undefined {
  try {
    return extensionsIn(certificate);
  } catch (error) {
    if (error instanceof NotDer) return undefined;
    throw error;
  }
}

class NotDer extends Error {}

function extensionsIn(der: Uint8Array): CertificateExtensions {
  const [certificate] = itemsIn(der);
  const [toBeSigned] = itemsIn(certificate?.content);
  const wrapper = itemsIn(toBeSigned?.content).find(({ tag }) => tag === tags.extensions);
  const [list] = itemsIn(wrapper?.content);
  const extensions = itemsIn(list?.content).map(({ content }) => toExtension(itemsIn(content)));
  const contentOf = (id: string): Uint8Array | undefined =>
    extensions.find((extension) => extension.id === id)?.content;
  return {
    pathLength: pathLengthIn(contentOf(ids.basicConstraints)),
    mayMakeSignatures: allowsSignatures(contentOf(ids.keyUsage)),
    hasUnknownCritical: extensions.some(({ isCritical, id }) => isCritical && !understood.has(id)),
  };
}

const tags = { boolean: 0x01, integer: 0x02, extensions: 0xa3 } as const;
const ids = {
  keyUsage: "551d0f",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
  // Any policy will do.
  certificatePolicies: "551d20",
  extendedKeyUsage: "551d25",
} as const;
const understood: ReadonlySet<string> = new Set(Object.values(ids));

interface Item {
  readonly tag: number;
  readonly content: Uint8Array;
}

interface Extension {
  readonly id: string;
  readonly isCritical: boolean;
  readonly content: Uint8Array | undefined;
}

function toExtension([id, ...rest]: readonly Item[]): Extension {
  return {
    id: Buffer.from(id?.content ?? []).toString("hex"),
    isCritical: rest.some(({ tag, content }) => tag === tags.boolean && content[0] !== 0),
    content: rest.at(-1)?.content,
  };
}

function pathLengthIn(basicConstraints: Uint8Array | undefined): number {
  const [sequence] = itemsIn(basicConstraints);
  const length = itemsIn(sequence?.content).find(({ tag }) => tag === tags.integer);
  return length === undefined ? Infinity : numberIn(length.content);
}

/** The first two bits: digitalSignature and contentCommitment. Without the extension, any use is allowed. */
function allowsSignatures(keyUsage: Uint8Array | undefined): boolean {
  const [bits] = itemsIn(keyUsage);
  return bits === undefined || ((bits.content[1] ?? 0) & 0xc0) !== 0;
}

function itemsIn(der: Uint8Array = new Uint8Array()): readonly Item[] {
  const items: Item[] = [];
  let at = 0;
  while (at < der.length) {
    const tag = der[at] ?? 0;
    const short = der[at + 1] ?? 0;
    const lengthBytes = short < 0x80 ? 0 : short - 0x80;
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? short : numberIn(der.subarray(at + 2, start));
    if (start + length > der.length || lengthBytes > 4) throw new NotDer();
    items.push({ tag, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return items;
}

function numberIn(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}
