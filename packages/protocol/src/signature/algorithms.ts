import type { KeyObject } from "node:crypto";

/** The hash functions that signatures are made with. */
export type SignatureHash = "sha256" | "sha384" | "sha512";

/** How a signature is made: the kind of key, and the hash function. */
export type SignatureAlgorithm = `${"rsa" | "ecdsa"}-${SignatureHash}`;

/** A row of the table of signature methods. */
export interface SignatureMethod<Hash extends string = SignatureHash | "sha1"> {
  readonly uri: string;
  readonly keyType: "rsa" | "ec";
  readonly hash: Hash;
}

const more = "http://www.w3.org/2001/04/xmldsig-more#";
const encryption = "http://www.w3.org/2001/04/xmlenc#";
const core = "http://www.w3.org/2000/09/xmldsig#";

/** The canonical form that this library writes. */
export const inclusiveCanonicalXml = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

/** Whether comments belong to a canonical form, by its URI. */
export const canonicalizations: ReadonlyMap<string, { readonly comments: boolean }> = new Map([
  [inclusiveCanonicalXml, { comments: false }],
  [`${inclusiveCanonicalXml}#WithComments`, { comments: true }],
]);

/** Signatures with SHA-256 are the standard's; the stronger ones are taken too. */
// prettier-ignore
export const signatureMethods: Readonly<Record<SignatureAlgorithm, SignatureMethod<SignatureHash>>> = {
  "rsa-sha256":   { uri: `${more}rsa-sha256`,   keyType: "rsa", hash: "sha256" },
  "rsa-sha384":   { uri: `${more}rsa-sha384`,   keyType: "rsa", hash: "sha384" },
  "rsa-sha512":   { uri: `${more}rsa-sha512`,   keyType: "rsa", hash: "sha512" },
  "ecdsa-sha256": { uri: `${more}ecdsa-sha256`, keyType: "ec",  hash: "sha256" },
  "ecdsa-sha384": { uri: `${more}ecdsa-sha384`, keyType: "ec",  hash: "sha384" },
  "ecdsa-sha512": { uri: `${more}ecdsa-sha512`, keyType: "ec",  hash: "sha512" },
};

const sha1Methods: readonly SignatureMethod[] = [
  { uri: `${core}rsa-sha1`, keyType: "rsa", hash: "sha1" },
  { uri: `${more}ecdsa-sha1`, keyType: "ec", hash: "sha1" },
];

/** Digest methods by hash function. */
export const digestMethods: Readonly<Record<SignatureHash, string>> = {
  sha256: `${encryption}sha256`,
  sha384: `${more}sha384`,
  sha512: `${encryption}sha512`,
};

/** What a receiver takes. */
export interface AcceptedAlgorithms {
  /** Signature methods by URI. */
  readonly methods: ReadonlyMap<string, SignatureMethod>;
  /** Hash functions by the URI of their digest method. */
  readonly digests: ReadonlyMap<string, string>;
}

/** The methods of at least SHA-256. */
export const strongAlgorithms: AcceptedAlgorithms = {
  methods: new Map(Object.values(signatureMethods).map((method) => [method.uri, method])),
  digests: new Map(Object.entries(digestMethods).map(([hash, uri]) => [uri, hash])),
};

/** Those of SHA-1 too, which rule 514 lists and §10.6.3 does not. */
export const algorithmsWithSha1: AcceptedAlgorithms = {
  methods: new Map([...strongAlgorithms.methods, ...sha1Methods.map((method) => [method.uri, method] as const)]),
  digests: new Map([...strongAlgorithms.digests, [`${core}sha1`, "sha1"]]),
};

/** The keys that sign and verify, in words. */
export const acceptedKeys = "an RSA key of 2048 to 8192 bits, or an EC key on P-256 or P-384";

/** Bytes of a signature by a key, public or private; undefined for a key that is not accepted. */
export function signatureLengthOf(key: KeyObject): number | undefined {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa")
    return modulusLength >= 2048 && modulusLength <= 8192 ? Math.ceil(modulusLength / 8) : undefined;
  if (key.asymmetricKeyType !== "ec") return undefined;
  if (namedCurve === "prime256v1") return 64;
  return namedCurve === "secp384r1" ? 96 : undefined;
}

/** What kind of key it is, for error messages. */
export function describeKey(key: KeyObject): string {
  const { asymmetricKeyType: type = key.type, asymmetricKeyDetails: { modulusLength, namedCurve } = {} } = key;
  if (modulusLength !== undefined) return `${type} of ${modulusLength} bits`;
  return namedCurve === undefined ? type : `${type} on ${namedCurve}`;
}
