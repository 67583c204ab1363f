import { MalformedMessageError, type Deviation } from "./errors.ts";
import { schemaVersion as schemaVersionText } from "./messages/common.ts";
import { isMessageName, messages, type Message, type MessageName } from "./messages/index.ts";
import { isRecord, Place, show, type Json } from "./schema/place.ts";
import { Reading, TooManyFaults } from "./schema/reading.ts";
import { checkTree } from "./schema/grammar.ts";
import { ncName } from "./schema/names.ts";
import { prefixesOf } from "./schema/prefixes.ts";
import type { Schema } from "./schema/schema.ts";
import { signatureGrammar } from "./signature/grammar.ts";
import { keepSignedParts } from "./signature/unverified.ts";
import type { VerifiedSigner } from "./signature/verified-signer.ts";
import { elementsOf, XmlElement } from "./xml/element.ts";
import { defaultLimits, resolveLimits, type Limits } from "./xml/limits.ts";
import { declarationsOf, signaturePrefixes, type Prefix } from "./xml/names.ts";
import { parseXml } from "./xml/parse.ts";
import { escapeAttribute, shortened } from "./xml/text.ts";

/** What came around a message. */
export interface Envelope {
  /** `ei:schemaVersion` of the payload; rule 509 demands it. */
  readonly schemaVersion?: string;
  /** `oadr:Id` of the signed object, which a signature refers to. */
  readonly id?: string;
  /**
   * Whether there is a signature, and who made it. `"unverified"`: its shape has been checked, its truth has not; that is
   * what {@link SignatureVerifier} is for.
   */
  readonly signature: "none" | "unverified" | VerifiedSigner;
  /** Whether the payload stood in `oadrPayload/oadrSignedObject`, as it should; a bare one is taken all the same. */
  readonly wrapped: boolean;
  /** Whether an `xsi:schemaLocation` was sent, which the schema allows and rule 45 does not. */
  readonly schemaLocation: boolean;
  /** Where date-times without `Z` stood, which the schema allows and rule 1 does not; at most 100 of them. */
  readonly unzoned: readonly string[];
}

/** A message, what came around it, and what differed from the schema. */
export interface Decoded {
  readonly message: Message;
  readonly envelope: Envelope;
  /** At most 100 of them. Empty in strict decoding, which throws them instead. */
  readonly deviations: readonly Deviation[];
}

/** How strictly a document is read, and how much of it. */
export interface DecodeOptions {
  /**
   * Take a closed list of faults that real stacks make, and report the first 100 of them: wrong sibling order, unknown
   * elements and attributes, `PTS` and white space in durations, unqualified `Id` and `schemaVersion`, an offset instead
   * of `Z`.
   * @default false
   */
  readonly tolerant?: boolean | undefined;
  /** How much is read before a document is refused. */
  readonly limits?: Limits | undefined;
}

/**
 * Reads a document.
 *
 * Throws {@link MalformedMessageError}, and nothing else, for whatever is not an OpenADR 2.0b message.
 *
 * @see OpenADR 2.0b, §4.2, §9.1: what fails the schema is answered with HTTP 406
 */
export function decode(document: string | Uint8Array, options: DecodeOptions = {}): Decoded {
  const root = parseXml(document, options.limits === undefined ? defaultLimits : resolveLimits(options.limits));
  const reading = new Reading(options.tolerant ?? false);
  let decoded: Decoded | undefined;
  try {
    decoded = readRoot(root, reading);
  } catch (error) {
    if (!(error instanceof TooManyFaults)) throw error;
  }
  if (decoded === undefined || reading.faults.length > 0) throw malformed(reading.faults);
  return decoded;
}

function readRoot(root: XmlElement, reading: Reading): Decoded | undefined {
  if (root.name !== "oadr:oadrPayload") return readPayload(root, { signature: "none", wrapped: false }, reading);
  reading.checkAttributes(root);
  const [signature, signedObject] = readWrapper(root, reading);
  if (signature !== undefined) checkTree(signature, signatureGrammar, reading);
  if (signedObject === undefined) {
    reading.fault(root, "element oadr:oadrSignedObject", "none");
    return undefined;
  }
  const id = idOf(signedObject, reading);
  const [payload, second] = elementsOf(signedObject);
  for (const child of signedObject.children) if (typeof child === "string") reading.expectBlank(child, signedObject);
  if (payload === undefined) reading.fault(signedObject, "one of the 23 payloads", "none");
  if (second !== undefined) reading.fault(second, "one payload", "more than one");
  if (payload === undefined) return undefined;
  const around = {
    signature: signature === undefined ? "none" : "unverified",
    wrapped: true,
    ...(id !== undefined && { id }),
  } as const;
  const decoded = readPayload(payload, around, reading);
  if (signature !== undefined && decoded !== undefined) keepSignedParts(decoded, { signature, signedObject, id });
  return decoded;
}

function readWrapper(root: XmlElement, reading: Reading): readonly [XmlElement | undefined, XmlElement | undefined] {
  let [signature, signedObject]: (XmlElement | undefined)[] = [];
  for (const child of root.children) {
    if (typeof child === "string") reading.expectBlank(child, root);
    if (!(child instanceof XmlElement)) continue;
    if (child.name === "ds:Signature" && signature === undefined) {
      if (signedObject !== undefined) reading.deviation(child, "ds:Signature before oadr:oadrSignedObject", "it after");
      signature = child;
    } else if (child.name === "oadr:oadrSignedObject" && signedObject === undefined) signedObject = child;
    else if (child.name === "ds:Signature" || child.name === "oadr:oadrSignedObject") {
      reading.fault(child, `one ${child.name}`, "more than one");
    } else reading.deviation(child, "ds:Signature | oadr:oadrSignedObject", `element ${child.name}`);
  }
  return [signature, signedObject];
}

function idOf(signedObject: XmlElement, reading: Reading): string | undefined {
  if (!signedObject.hasAttributes) return undefined;
  reading.checkAttributes(signedObject, { "oadr:Id": ncName });
  const id = signedObject.attributes
    .find(({ name }) => name === "oadr:Id" || (name === "Id" && reading.tolerant))
    ?.value.trim();
  if (id !== undefined && !reading.isFreshId(id)) reading.fault(signedObject, "an ID no other element has", id);
  return id;
}

type Around = Pick<Envelope, "signature" | "wrapped" | "id">;

function readPayload(element: XmlElement, around: Around, reading: Reading): Decoded | undefined {
  const name = element.name.startsWith("oadr:") ? element.name.slice("oadr:".length) : "";
  if (!isMessageName(name)) {
    reading.fault(
      element,
      around.wrapped ? "one of the 23 payloads" : "element oadr:oadrPayload",
      `element ${element.name}`,
    );
    return undefined;
  }
  const schema: Schema<unknown> = messages[name];
  const payload = schema.decode(element, reading);
  const { schemaLocation, unzoned, deviations } = reading;
  const { signature, wrapped, id } = around;
  const envelope: Writable<Envelope> = { signature, wrapped, schemaLocation, unzoned };
  const version = element.hasAttributes ? versionOf(element, reading.tolerant) : undefined;
  if (version !== undefined) envelope.schemaVersion = version;
  if (id !== undefined) envelope.id = id;
  return { message: { name, payload } as Message, envelope, deviations };
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function versionOf(payload: XmlElement, tolerant: boolean): string | undefined {
  const attribute = payload.attributes.find(
    ({ name }) => name === "ei:schemaVersion" || (tolerant && name === "schemaVersion"),
  );
  return attribute === undefined ? undefined : schemaVersionText.parse(attribute.value);
}

/** What is written around a message. */
export interface EncodeOptions {
  /** `ei:schemaVersion` of the payload (rule 509). @default "2.0b" */
  readonly schemaVersion?: string | undefined;
  /** `oadr:Id` of the signed object. Left out by default. */
  readonly id?: string | undefined;
}

/**
 * Writes a message, in its envelope, as one line of XML in UTF-8.
 *
 * Everything inside the root element is in the canonical form of XML, but for Green Button data. Throws
 * {@link MalformedMessageError}, with paths of properties, for whatever the schema forbids and for characters XML cannot
 * carry.
 *
 * @see OpenADR 2.0b, §4.2
 */
export function encode(message: Message, options: EncodeOptions = {}): string {
  const { opening, id, content } = writeParts(message, options);
  return `${opening}><oadr:oadrSignedObject${id}>${content}</oadr:oadrSignedObject></oadr:oadrPayload>`;
}

/** A document, in the parts that a signature takes apart. */
export interface WrittenParts {
  /** Up to the end of the root's opening tag, without its `>`. */
  readonly opening: string;
  /** The namespaces that the root declares, as the canonical form of what stands in it begins with them. */
  readonly scope: string;
  /** The same, with those of a signature. */
  readonly signatureScope: string;
  /** The attribute of the signed object; empty for none. */
  readonly id: string;
  /** What stands in the signed object. */
  readonly content: string;
}

/** Writes the parts of a document. Throws what {@link encode} throws. */
export function writeParts(message: Message, options: EncodeOptions): WrittenParts {
  const { name, payload } = message;
  const schema = schemaOf(name);
  const version = options.schemaVersion ?? "2.0b";
  let written: string;
  try {
    written = schema.encode(payload);
  } catch (cause) {
    throw unencodable(message, cause);
  }
  const id = options.id === undefined ? "" : ` oadr:Id="${requireText(ncName.format(options.id), "id", options.id)}"`;
  const attribute = `ei:schemaVersion="${escapeAttribute(requireText(schemaVersionText.format(version as "2.0b"), "schemaVersion", version))}"`;
  const content = `<oadr:${name} ${attribute}>${written}</oadr:${name}>`;
  const { opening, scope, signatureScope } = openingOf(name, written);
  return { opening, scope, signatureScope, id, content };
}

/** A message declares the namespaces that it may use, once, on the root; hardly any target is an area on the map. */
function openingOf(name: MessageName, content: string): Opening {
  // Documents are full of "<", so that to look for "<gml:" alone costs as much as to write a whole cached event.
  const hasAreas = content.includes("ml:") && content.includes("<gml:");
  return openings[name][hasAreas ? "withAreas" : "usual"];
}

type Opening = Pick<WrittenParts, "opening" | "scope" | "signatureScope">;

const openings = Object.fromEntries(
  Object.entries<Schema<unknown>>(messages).map(([name, { shape }]) => {
    const prefixes = [...new Set(["oadr", "ei", ...prefixesOf(shape)])].filter(
      (prefix) => prefix !== "gml",
    ) as Prefix[];
    return [name, { usual: declaring(prefixes), withAreas: declaring([...prefixes, "gml"]) }];
  }),
) as Readonly<Record<MessageName, { readonly usual: Opening; readonly withAreas: Opening }>>;

function declaring(prefixes: readonly Prefix[]): Opening {
  return {
    opening: `<?xml version="1.0" encoding="UTF-8"?>\n<oadr:oadrPayload${declarationsOf(prefixes)}`,
    scope: declarationsOf(prefixes.toSorted()),
    signatureScope: declarationsOf([...prefixes, ...signaturePrefixes].toSorted()),
  };
}

function requireText(text: string | undefined, path: string, got: string): string {
  if (text === undefined)
    throw malformed([{ path, expected: path === "id" ? ncName.expected : schemaVersionText.expected, got: show(got) }]);
  return text;
}

function unencodable({ name, payload }: Message, cause: unknown): unknown {
  const place = new Place(name);
  schemaOf(name).toJson(payload, place);
  return place.faults.length === 0 ? cause : malformed(place.faults);
}

function schemaOf(name: unknown): Schema<unknown> {
  if (typeof name !== "string" || !isMessageName(name))
    throw malformed([{ path: "name", expected: "the name of one of the 23 payloads", got: show(name) }]);
  return messages[name];
}

/**
 * A message as JSON: instants as ISO 8601 with `Z`, spans as ISO 8601, INF and NaN as strings. Throws
 * {@link MalformedMessageError} for whatever the schema forbids.
 */
export function toJson(message: Message): { readonly name: MessageName; readonly payload: Json } {
  const place = new Place(message.name);
  const payload = schemaOf(message.name).toJson(message.payload, place);
  if (place.faults.length > 0) throw malformed(place.faults);
  return { name: message.name, payload };
}

/** The message of what {@link toJson} made. Throws {@link MalformedMessageError} with every fault found. */
export function fromJson(json: unknown): Message {
  if (!isRecord(json))
    throw malformed([{ path: "message", expected: "an object with name and payload", got: show(json) }]);
  const { name, payload, ...rest } = json;
  const schema = schemaOf(name);
  const place = new Place(String(name));
  for (const [key, value] of Object.entries(rest)) {
    place.report({ path: shortened(key), expected: "no property but name and payload", got: show(value) });
  }
  const read = schema.fromJson((payload ?? null) as Json, place);
  if (place.faults.length > 0) throw malformed(place.faults);
  return { name, payload: read } as Message;
}

function malformed(deviations: readonly Deviation[]): MalformedMessageError {
  const [first = { path: "document", expected: "an OpenADR message", got: "none" }, ...rest] = deviations;
  return new MalformedMessageError("ERR_OADR_INVALID", [first, ...rest]);
}
