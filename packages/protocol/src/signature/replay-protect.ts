import { show } from "../schema/place.ts";
import { isDateTime, parseDateTime, parseWithOffset } from "../schema/times.ts";
import { childrenNamed, elementsOf, textIn, XmlElement } from "../xml/element.ts";
import { collapse } from "../xml/text.ts";
import { signatureError } from "./fault.ts";

/** What makes a signature good for one moment and one time only. */
export interface ReplayProtect {
  /** The moment of sending. */
  readonly timestamp: Date;
  readonly nonce: string;
  /** Where it stands. */
  readonly at: XmlElement;
}

/** Characters of a nonce at the most. */
export const longestNonce = 256;

/**
 * The `dsp:ReplayProtect` of a signature's `ds:Object`, which must have exactly one, as a signature property.
 *
 * @see OpenADR 2.0b, §10.6
 */
export function readReplayProtect(object: XmlElement): ReplayProtect {
  const properties = childrenNamed("ds:SignatureProperty", childrenNamed("ds:SignatureProperties", [object]));
  const found = childrenNamed("dsp:ReplayProtect", properties);
  const [at] = found;
  if (at === undefined || found.length > 1)
    throw malformed(object, "one ds:SignatureProperties//dsp:ReplayProtect", String(found.length));
  const [timestamp, nonce, ...others] = elementsOf(at);
  if (timestamp?.name !== "dsp:timestamp" || nonce?.name !== "dsp:nonce" || others.length > 0)
    throw malformed(at, "dsp:timestamp and dsp:nonce", namesIn(at));
  return { timestamp: readTimestamp(timestamp), nonce: readNonce(nonce), at };
}

function readTimestamp(element: XmlElement): Date {
  const text = collapse(textOf(element));
  const time = parseDateTime(text) ?? (isDateTime(text) ? parseWithOffset(text) : undefined);
  if (time === undefined) throw malformed(element, "a date-time such as 2026-01-31T12:00:00Z", show(text));
  return time;
}

function readNonce(element: XmlElement): string {
  const text = textOf(element);
  if (text.length === 0 || text.length > longestNonce)
    throw malformed(element, `a nonce of 1 to ${longestNonce} characters`, show(text));
  return text;
}

function textOf(element: XmlElement): string {
  const child = element.children.find((node) => node instanceof XmlElement);
  if (child !== undefined) throw malformed(element, "text only", `element ${child.name}`);
  return textIn(element);
}

function namesIn(element: XmlElement): string {
  return elementsOf(element)
    .slice(0, 8)
    .map(({ name }) => name)
    .join(" ");
}

function malformed(at: XmlElement, expected: string, got: string): Error {
  return signatureError("ERR_OADR_SIGNATURE_FORM", { at, expected, got });
}
