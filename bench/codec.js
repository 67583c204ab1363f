// Cases that compare our decoder and encoder with bare saxes over the same bytes.
import { nanosecondsPerCall } from "./timing.js";

/** @import { Benchmark } from "./types.d.ts" */

/**
 * Strict decoding of a document: well-formedness, schema, and the message as plain data.
 *
 * @param {string} name
 * @param {string} document
 * @returns {Benchmark}
 */
export function decodeBenchmark(name, document) {
  const bytes = Buffer.from(document);
  const ours = async () => {
    const { decode } = await import("@openleadr/protocol");
    return nanosecondsPerCall(() => decode(bytes));
  };
  const reference = () => parseWithBareSaxes(bytes);
  return { name, unit: "ns/document", better: "lower", target: 2, variants: { ours, reference } };
}

/**
 * Encoding of the message that a document holds, down to the bytes: text that nobody has read yet costs too little.
 *
 * @param {string} name
 * @param {string} document
 * @returns {Benchmark}
 */
export function encodeBenchmark(name, document) {
  const bytes = Buffer.from(document);
  const ours = async () => {
    const { decode, encode } = await import("@openleadr/protocol");
    const { message } = decode(bytes);
    return nanosecondsPerCall(() => Buffer.from(encode(message)));
  };
  const reference = () => parseWithBareSaxes(bytes);
  return { name, unit: "ns/document", better: "lower", target: 1, variants: { ours, reference } };
}

/**
 * Bare saxes over a document.
 *
 * @param {Buffer} bytes
 */
export async function parseWithBareSaxes(bytes) {
  // Its own declarations do not compile under our flags, and ours declare only what the codec uses.
  /** @type {any} */
  const saxes = await import("saxes");
  return nanosecondsPerCall(() => {
    const seen = { open: 0, close: 0, text: 0 };
    const parser = new saxes.SaxesParser({ xmlns: true });
    parser.on("opentag", () => void seen.open++);
    parser.on("closetag", () => void seen.close++);
    parser.on("text", () => void seen.text++);
    parser.write(bytes.toString("utf8")).close();
    return seen;
  });
}
