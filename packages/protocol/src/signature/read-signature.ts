import { show } from "../schema/place.ts";
import { childrenNamed, elementsOf, textIn, XmlElement } from "../xml/element.ts";
import { withoutSpace } from "../xml/text.ts";
import { canonicalizations, type AcceptedAlgorithms, type SignatureMethod } from "./algorithms.ts";
import { signatureError } from "./fault.ts";
import { readReplayProtect, type ReplayProtect } from "./replay-protect.ts";
import type { SignedParts } from "./unverified.ts";

/** An element that a signature refers to, and what its digest is said to be. */
export interface Reference {
  readonly at: XmlElement;
  readonly target: XmlElement;
  readonly hash: string;
  /** In base64, without white space. */
  readonly digest: string;
}

/** A signature of the one form that is accepted. What it says is not proven. */
export interface SignatureClaim {
  readonly signedInfo: XmlElement;
  /** Whether comments in SignedInfo are signed. */
  readonly comments: boolean;
  readonly method: SignatureMethod;
  /** To the signed object and to the properties, one each. */
  readonly references: readonly Reference[];
  readonly value: XmlElement;
  /** Of the signer first. */
  readonly certificates: readonly [XmlElement, ...XmlElement[]];
  readonly replayProtect: ReplayProtect;
}

/**
 * Reads a signature, whose shape `decode` has checked by the schema.
 *
 * What a signature may be by XML Signature is much more than OpenADR has a use for, and most of it is good for attacks.
 * Here it has two references, to the signed object that was decoded and to its own object with ReplayProtect, each as it
 * stands or in the canonical form, and one X509Data. References are not searched for: they must name these two elements.
 *
 * @see OpenADR 2.0b, §10.6
 */
export function readSignature(parts: SignedParts, accepted: AcceptedAlgorithms): SignatureClaim {
  const [signedInfo, value] = elementsOf(parts.signature) as [XmlElement, XmlElement];
  const [canonicalization, method] = elementsOf(signedInfo) as [XmlElement, XmlElement];
  const { comments } = lookUp(canonicalization, canonicalizations);
  const objects = childrenNamed("ds:Object", [parts.signature]);
  const [object] = objects;
  if (object === undefined || objects.length > 1)
    throw malformed(parts.signature, "one ds:Object", String(objects.length));
  return {
    signedInfo,
    comments,
    method: lookUp(method, accepted.methods),
    references: readReferences({ parts, signedInfo, object, accepted }),
    value,
    certificates: certificatesIn(parts.signature),
    replayProtect: readReplayProtect(object),
  };
}

interface Referring {
  readonly parts: SignedParts;
  readonly signedInfo: XmlElement;
  readonly object: XmlElement;
  readonly accepted: AcceptedAlgorithms;
}

function readReferences({ parts, signedInfo, object, accepted }: Referring): readonly Reference[] {
  const references = childrenNamed("ds:Reference", [signedInfo]);
  if (references.length !== 2) throw malformed(signedInfo, "two ds:Reference", String(references.length));
  const objectId = attributeOf(object, "Id");
  const targetOf = (uri: string | undefined): XmlElement | undefined => {
    if (parts.id !== undefined && uri === `#${parts.id}`) return parts.signedObject;
    return objectId !== undefined && uri === `#${objectId}` ? object : undefined;
  };
  const read = references.map((at): Reference => {
    const uri = attributeOf(at, "URI");
    const target = targetOf(uri);
    if (target === undefined)
      throw malformed(
        at,
        "a URI with the ID of the signed object or of ds:Object",
        uri === undefined ? "none" : show(uri),
      );
    return { at, target, ...readDigest(at, accepted) };
  });
  if (read[0]?.target === read[1]?.target)
    throw malformed(signedInfo, "references to the signed object and to ds:Object", "two to one of them");
  return read;
}

/** In both canonical forms, what is referred to by its ID comes without comments (XML Signature, §4.3.3.3). */
function readDigest(reference: XmlElement, { digests }: AcceptedAlgorithms): Pick<Reference, "hash" | "digest"> {
  const parts = elementsOf(reference);
  const [method, value] = parts.slice(-2) as [XmlElement, XmlElement];
  const [transforms] = parts;
  if (transforms?.name === "ds:Transforms") {
    const [transform, ...more] = elementsOf(transforms) as [XmlElement, ...XmlElement[]];
    if (more.length > 0) throw malformed(transforms, "at most one ds:Transform", String(more.length + 1));
    lookUp(transform, canonicalizations);
  }
  return { hash: lookUp(method, digests), digest: base64In(value) };
}

/** What stands for an algorithm, which must have no parameters. */
function lookUp<T>(at: XmlElement, accepted: ReadonlyMap<string, T>): T {
  const algorithm = attributeOf(at, "Algorithm") ?? "";
  const found = accepted.get(algorithm);
  if (found === undefined) {
    const expected = `one of ${[...accepted.keys()].join(" ")}`;
    throw signatureError("ERR_OADR_SIGNATURE_ALGORITHM", { at, expected, got: show(algorithm) });
  }
  const parameter = at.children.find((child) => child instanceof XmlElement);
  if (parameter !== undefined)
    throw signatureError("ERR_OADR_SIGNATURE_ALGORITHM", { at, expected: "no parameters", got: parameter.name });
  return found;
}

function certificatesIn(signature: XmlElement): SignatureClaim["certificates"] {
  const data = childrenNamed("ds:X509Data", childrenNamed("ds:KeyInfo", [signature]));
  const [first, ...more] = childrenNamed("ds:X509Certificate", data);
  if (first === undefined)
    throw malformed(signature, "the signer's certificate in ds:KeyInfo/ds:X509Data/ds:X509Certificate", "none");
  if (more.length >= mostCertificates)
    throw malformed(signature, `at most ${mostCertificates} ds:X509Certificate`, String(more.length + 1));
  return [first, ...more];
}

const mostCertificates = 8;

/** The base64 in an element, without white space. */
export function base64In(element: XmlElement): string {
  return withoutSpace(textIn(element));
}

function attributeOf(element: XmlElement, name: string): string | undefined {
  for (const attribute of element.attributes) if (attribute.name === name) return attribute.value.trim();
  return undefined;
}

function malformed(at: XmlElement, expected: string, got: string): Error {
  return signatureError("ERR_OADR_SIGNATURE_FORM", { at, expected, got });
}
