import type { Decoded, Message } from "@openleadr/protocol";

/** A message that holds IDs and little else, so that all such messages of VENs of one make are alike. */
type IdMessage = Extract<Message, { readonly name: "oadrPoll" | "oadrRequestEvent" }>;

/** What stands around the IDs in such messages of one make of VEN, and what `decode` makes of it. */
interface IdFrame {
  /** The keys of the IDs, in the order in which they stand in the document. */
  readonly keys: readonly string[];
  /** The text before each ID, and after the last one. */
  readonly texts: readonly string[];
  readonly message: IdMessage;
  readonly decoded: Pick<Decoded, "envelope" | "deviations">;
}

/**
 * Reads the messages that VENs send all the time by what surrounds the IDs in them, which is the same in all such messages
 * of VENs of one make. To parse each one would cost more than all else that an idle poll takes.
 *
 * Only unsigned messages are read so, as a signed one is never the same twice; and only as long as the IDs are of plain
 * characters, which mean the same wherever text may stand.
 */
export class IdFrames {
  readonly #maxBytes: number;
  /** The one that was met last comes first. */
  readonly #frames: IdFrame[] = [];

  /** `maxBytes`: how long a document may be before `decode` refuses it. */
  constructor({ maxBytes = longest }: { readonly maxBytes?: number | undefined } = {}) {
    this.#maxBytes = Math.min(maxBytes, longest);
  }

  /** What {@link decode} makes of a document, or would make of it. */
  read(body: Uint8Array, decode: (body: Uint8Array) => Decoded): Decoded {
    if (body.byteLength > this.#maxBytes) return decode(body);
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
    const known = this.#readFramed(text);
    if (known !== undefined) return known;
    const decoded = decode(body);
    const frame = frameOf(text, decoded, decode);
    if (frame !== undefined) this.#remember(frame);
    return decoded;
  }

  #readFramed(text: string): Decoded | undefined {
    for (const [index, frame] of this.#frames.entries()) {
      const ids = idsIn(text, frame);
      if (ids === undefined) continue;
      if (index > 0) this.#remember(...this.#frames.splice(index, 1));
      const { message, decoded } = frame;
      return { message: { name: message.name, payload: { ...message.payload, ...ids } } as IdMessage, ...decoded };
    }
    return undefined;
  }

  #remember(...frames: readonly IdFrame[]): void {
    this.#frames.unshift(...frames);
    this.#frames.length = Math.min(this.#frames.length, mostFrames);
  }
}

/** In bytes. Namespaces that are declared for nothing make some messages longer than they need to be. */
const longest = 2_048;
/** More makes than one VTN meets; a peer that writes ever new ones costs itself the most. */
const mostFrames = 16;
const plain = /^[\w.:-]+$/;

function idsIn(text: string, { keys, texts }: IdFrame): Record<string, string> | undefined {
  const [before = ""] = texts;
  if (!text.startsWith(before)) return undefined;
  const ids: Record<string, string> = {};
  let start = before.length;
  for (let index = 0; index < keys.length; index++) {
    const after = texts[index + 1] ?? "";
    const isLast = index === keys.length - 1;
    const end = isLast ? text.length - after.length : text.indexOf("<", start);
    const id = text.slice(start, end);
    if (!text.startsWith(after, end) || !plain.test(id)) return undefined;
    ids[keys[index] ?? ""] = id;
    start = end + after.length;
  }
  return ids;
}

/**
 * The frame of a message whose IDs stand in it once, and as themselves: with others in their places, those are read.
 */
function frameOf(text: string, decoded: Decoded, decode: (body: Uint8Array) => Decoded): IdFrame | undefined {
  const { message, envelope, deviations } = decoded;
  if (message.name !== "oadrPoll" && message.name !== "oadrRequestEvent") return undefined;
  if (envelope.signature !== "none" || deviations.length > 0) return undefined;
  const places = placesOf(text, message);
  if (places === undefined) return undefined;
  const keys = places.map(({ key }) => key);
  const starts = [0, ...places.map(({ start, id }) => start + id.length)];
  const texts = starts.map((start, index) => text.slice(start, places[index]?.start));
  const others = Object.fromEntries(places.map(({ key, id }) => [key, otherThan(id)]));
  const probe = texts.map((before, index) => before + (others[keys[index] ?? ""] ?? "")).join("");
  const read = decode(Buffer.from(probe, "latin1")).message;
  if (read.name !== message.name || keys.some((key) => idOf(read, key) !== others[key])) return undefined;
  // The caller may do with its own copy what it likes.
  const copy = { name: message.name, payload: { ...message.payload } } as IdMessage;
  Object.freeze(envelope);
  Object.freeze(deviations);
  return { keys, texts, message: copy, decoded: { envelope, deviations } };
}

interface IdPlace {
  readonly key: string;
  readonly id: string;
  readonly start: number;
}

/** Where the IDs of a message stand; undefined unless each stands in one place, alone in its element. */
function placesOf(text: string, message: IdMessage): readonly IdPlace[] | undefined {
  const places: IdPlace[] = [];
  for (const [key, id] of Object.entries(message.payload)) {
    if (typeof id !== "string") continue;
    const start = text.indexOf(`>${id}<`) + 1;
    const isOnlyPlace = start > 0 && !text.includes(`>${id}<`, start);
    if (!plain.test(id) || !isOnlyPlace) return undefined;
    places.push({ key, id, start });
  }
  return places.toSorted((one, other) => one.start - other.start);
}

/** An ID of the same length. */
function otherThan(id: string): string {
  return (id.startsWith("x") ? "y" : "x") + id.slice(1);
}

function idOf({ payload }: Message, key: string): unknown {
  return Object.entries(payload).find(([name]) => name === key)?.[1];
}
