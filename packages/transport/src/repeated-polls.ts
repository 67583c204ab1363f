import type { Decoded } from "@openleadr/protocol";

/**
 * Remembers the polls that were read, since a VEN sends the very same bytes each time: an oadrPoll has no request ID.
 * Reading one anew would cost more than all else that an idle poll takes.
 *
 * Only unsigned polls are remembered, as a signed one is never the same twice; and only so many, the oldest making room.
 */
export class RepeatedPolls {
  readonly #decoded = new Map<string, Decoded>();

  /** What {@link decode} makes of a document, or made of the same one before. */
  read(body: Uint8Array, decode: (body: Uint8Array) => Decoded): Decoded {
    if (body.byteLength > longestPoll) return decode(body);
    const key = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
    const known = this.#decoded.get(key);
    if (known !== undefined) return known;
    const decoded = decode(body);
    if (isPlainPoll(decoded)) this.#remember(key, decoded);
    return decoded;
  }

  #remember(key: string, decoded: Decoded): void {
    const [oldest] = this.#decoded.keys();
    if (this.#decoded.size >= mostPolls && oldest !== undefined) this.#decoded.delete(oldest);
    Object.freeze(decoded.message.payload);
    Object.freeze(decoded.message);
    this.#decoded.set(key, decoded);
  }
}

/** In bytes. Namespaces that are declared for nothing make some polls longer than they need to be. */
const longestPoll = 2_048;
/** Some 20 MB at the most, and less than 1 KB each as most peers write them. */
const mostPolls = 10_000;

function isPlainPoll({ message, envelope, deviations }: Decoded): boolean {
  return message.name === "oadrPoll" && envelope.signature === "none" && deviations.length === 0;
}
