import { derItems, derNumber, ifDer, type DerItem } from "./der.ts";

/** What a certificate says about its own use, of which `node:crypto` tells nothing. */
export interface CertificateExtensions {
  /** How many CAs may stand between this one and the certificate of a signer. */
  readonly pathLength: number;
  /** Whether its key may make signatures over messages. */
  readonly mayMakeSignatures: boolean;
  /** Whether its key may make signatures over revocation lists. */
  readonly mayIssueLists: boolean;
  /** Whether something in it must be understood and is not. */
  readonly hasUnknownCritical: boolean;
}

/**
 * Reads the extensions of a certificate in DER; undefined where they are not DER themselves.
 *
 * @see RFC 5280, §4.1, §4.2.1.3 and §4.2.1.9
 */
export function readExtensions(certificate: Uint8Array): CertificateExtensions | undefined {
  return ifDer(() => extensionsIn(certificate));
}

function extensionsIn(der: Uint8Array): CertificateExtensions {
  const [certificate] = derItems(der);
  const [toBeSigned] = derItems(certificate?.content);
  const wrapper = derItems(toBeSigned?.content).find(({ tag }) => tag === tags.extensions);
  const [list] = derItems(wrapper?.content);
  const extensions = derItems(list?.content).map(({ content }) => toExtension(derItems(content)));
  const contentOf = (id: string): Uint8Array | undefined =>
    extensions.find((extension) => extension.id === id)?.content;
  return {
    pathLength: pathLengthIn(contentOf(ids.basicConstraints)),
    mayMakeSignatures: allows(contentOf(ids.keyUsage), usages.digitalSignature | usages.contentCommitment),
    mayIssueLists: allows(contentOf(ids.keyUsage), usages.cRLSign),
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

interface Extension {
  readonly id: string;
  readonly isCritical: boolean;
  readonly content: Uint8Array | undefined;
}

/** An extension of a certificate, of a revocation list or of one of its entries. */
export function toExtension([id, ...rest]: readonly DerItem[]): Extension {
  return {
    id: Buffer.from(id?.content ?? []).toString("hex"),
    isCritical: rest.some(({ tag, content }) => tag === tags.boolean && content[0] !== 0),
    content: rest.at(-1)?.content,
  };
}

function pathLengthIn(basicConstraints: Uint8Array | undefined): number {
  const [sequence] = derItems(basicConstraints);
  const length = derItems(sequence?.content).find(({ tag }) => tag === tags.integer);
  return length === undefined ? Infinity : derNumber(length.content);
}

/** Bits of the first byte of keyUsage. */
const usages = { digitalSignature: 0x80, contentCommitment: 0x40, cRLSign: 0x02 } as const;

/** Whether one of these uses is allowed; without the extension, any is. */
function allows(keyUsage: Uint8Array | undefined, wanted: number): boolean {
  const [bits] = derItems(keyUsage);
  return bits === undefined || ((bits.content[1] ?? 0) & wanted) !== 0;
}
