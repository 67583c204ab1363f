import type { XmlElement } from "../xml/element.ts";

/** The parts of a document that its signature concerns: of the very tree that its message was read from. */
export interface SignedParts {
  readonly signature: XmlElement;
  readonly signedObject: XmlElement;
  /** `oadr:Id` of the signed object. */
  readonly id: string | undefined;
}

// A property that nobody sees, and copies do not have: no signature can be verified for another message. (A WeakMap would
// do the same, but makes the garbage collector's work dearer than all else that reading a signed message takes.)
const signedParts = Symbol("signed parts");

/** Keeps what the signature of a decoded message concerns, with the message. */
export function keepSignedParts(decoded: object, parts: SignedParts): void {
  Object.defineProperty(decoded, signedParts, { value: parts });
}

/** What was kept; undefined for a message that is not signed, or that was not made by `decode`. */
export function signedPartsOf(decoded: object): SignedParts | undefined {
  return (decoded as { readonly [signedParts]?: SignedParts })[signedParts];
}
