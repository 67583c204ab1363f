import type { Decoded } from "@openleadr/protocol";

/** What stands around the venID in the polls of one make of VEN, and what `decode` makes of it. */
interface PollFrame {
  readonly before: string;
  readonly after: string;
  readonly decoded: Pick<Decoded, "envelope" | "deviations">;
}

/**
 * Reads polls by what surrounds the venID, which is the same in all polls of VENs of one make: an oadrPoll holds nothing
 * else. To parse each one would cost more than all else that an idle poll takes.
 *
 * Only unsigned polls are read so, as a signed one is never the same twice; and only as long as the venID is of plain
 * characters, which mean the same wherever text may stand.
 */
export class PollFrames {
  readonly #maxBytes: number;
  /** The one that was met last comes first. */
  readonly #frames: PollFrame[] = [];

  /** `maxBytes`: how long a document may be before `decode` refuses it. */
  constructor({ maxBytes = longestPoll }: { readonly maxBytes?: number | undefined } = {}) {
    this.#maxBytes = Math.min(maxBytes, longestPoll);
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
      const venId = venIdIn(text, frame);
      if (venId === undefined) continue;
      if (index > 0) this.#remember(...this.#frames.splice(index, 1));
      return { message: { name: "oadrPoll", payload: { venId } }, ...frame.decoded };
    }
    return undefined;
  }

  #remember(...frames: readonly PollFrame[]): void {
    this.#frames.unshift(...frames);
    this.#frames.length = Math.min(this.#frames.length, mostFrames);
  }
}

/** In bytes. Namespaces that are declared for nothing make some polls longer than they need to be. */
const longestPoll = 2_048;
/** More makes than one VTN meets; a peer that writes ever new ones costs itself the most. */
const mostFrames = 16;
const plain = /^[\w.:-]+$/;

function venIdIn(text: string, { before, after }: PollFrame): string | undefined {
  if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
  const venId = text.slice(before.length, -after.length);
  return plain.test(venId) ? venId : undefined;
}

/** The frame of a poll whose venID stands in it once, and as itself: with another in its place, that one is read. */
function frameOf(text: string, decoded: Decoded, decode: (body: Uint8Array) => Decoded): PollFrame | undefined {
  const { message, envelope, deviations } = decoded;
  if (message.name !== "oadrPoll" || envelope.signature !== "none" || deviations.length > 0) return undefined;
  const { venId } = message.payload;
  const [start = "", end, ...more] = text.split(`>${venId}<`);
  if (!plain.test(venId) || end === undefined || more.length > 0) return undefined;
  const [before, after] = [`${start}>`, `<${end}`];
  const other = (venId.startsWith("x") ? "y" : "x") + venId.slice(1);
  const probe = decode(Buffer.from(before + other + after, "latin1")).message;
  if (probe.name !== "oadrPoll" || probe.payload.venId !== other) return undefined;
  return { before, after, decoded: { envelope: Object.freeze(envelope), deviations: Object.freeze(deviations) } };
}
