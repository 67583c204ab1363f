import type { XmlElement } from "../xml/element.ts";

/** The parts of a document that its signature concerns: of the very tree that its message was read from. */
export interface SignedParts {
  readonly signature: XmlElement;
  readonly signedObject: XmlElement;
  /** `oadr:Id` of the signed object. */
  readonly id: string | undefined;
}

// Bound to the decoded message itself, not handed around beside it, so that no signature can be verified for another.
const partsOf = new WeakMap<object, SignedParts>();

/** Keeps what the signature of a decoded message concerns, as long as somebody keeps the message. */
export function keepSignedParts(decoded: object, parts: SignedParts): void {
  partsOf.set(decoded, parts);
}

/** What was kept; undefined for a message that is not signed, or that was not made by `decode`. */
export function signedPartsOf(decoded: object): SignedParts | undefined {
  return partsOf.get(decoded);
}
