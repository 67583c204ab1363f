import { SignatureError, type SignatureErrorCode } from "../errors.ts";
import { pathOf, type XmlElement } from "../xml/element.ts";
import { shortened } from "../xml/text.ts";

/** What is wrong with a part of a signature. */
export interface SignatureFault {
  readonly at: XmlElement;
  readonly expected: string;
  readonly got: string;
  readonly cause?: unknown;
}

/** The error for a part of a signature that is not accepted. */
export function signatureError(code: SignatureErrorCode, { at, expected, got, cause }: SignatureFault): SignatureError {
  const deviation = { path: pathOf(at), expected, got: shortened(got) };
  return new SignatureError(code, deviation, cause === undefined ? {} : { cause });
}
