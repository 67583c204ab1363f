import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate, inflateRaw } from "node:zlib";

/** The content codings we write; `x-gzip` is read as another name of `gzip`. */
export type ContentCoding = "gzip" | "deflate";

/**
 * The coding to answer with, given an `Accept-Encoding` header: the one the client weighs most, `gzip` if it is all the
 * same; undefined for none.
 *
 * @see OpenADR 2.0b, §9.1.8, and RFC 9110 §12.5.3
 */
export function chooseCoding(acceptEncoding: string | undefined): ContentCoding | undefined {
  if (acceptEncoding === undefined || acceptEncoding === "") return undefined;
  const weights = new Map(acceptEncoding.split(",").map(weightedCoding));
  const any = weights.get("*") ?? 0;
  const gzipWeight = Math.max(weights.get("gzip") ?? weights.get("x-gzip") ?? any, weights.get("x-gzip") ?? 0);
  const deflateWeight = weights.get("deflate") ?? any;
  const best = Math.max(gzipWeight, deflateWeight);
  if (best === 0 || best < (weights.get("identity") ?? 0)) return undefined;
  return gzipWeight === best ? "gzip" : "deflate";
}

/** Compresses a text. */
export async function compress(text: string, coding: ContentCoding): Promise<Buffer> {
  return coding === "gzip" ? gzipAsync(text) : deflateAsync(text);
}

/** Why a body could not be decompressed. */
export type DecompressionFault = "unknown coding" | "corrupt" | "too large";

/**
 * Undoes the coding a `Content-Encoding` header names, or answers why it cannot; never makes more than `maxBytes`.
 *
 * For `deflate` both the zlib format and the bare one are read, because both are sent.
 */
export async function decompress(
  body: Buffer,
  contentEncoding: string,
  maxBytes: number,
): Promise<Buffer | DecompressionFault> {
  const options = { maxOutputLength: maxBytes };
  try {
    switch (contentEncoding.trim().toLowerCase()) {
      case "":
      case "identity":
        return body.length > maxBytes ? "too large" : body;
      case "gzip":
      case "x-gzip":
        return await gunzipAsync(body, options);
      case "deflate":
        return await (hasZlibHeader(body) ? inflateAsync : inflateRawAsync)(body, options);
      default:
        return "unknown coding";
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too large" : "corrupt";
  }
}

const [gzipAsync, deflateAsync] = [promisify<string, Buffer>(gzip), promisify<string, Buffer>(deflate)];
const [gunzipAsync, inflateAsync, inflateRawAsync] = [promisify(gunzip), promisify(inflate), promisify(inflateRaw)];

function weightedCoding(part: string): [coding: string, weight: number] {
  const [coding = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith("q="));
  const weight = q === undefined ? 1 : Number(q.slice(2));
  return [coding, weight >= 0 && weight <= 1 ? weight : 0];
}

// RFC 1950 §2.2: compression method 8, and the first two bytes a multiple of 31.
function hasZlibHeader(body: Buffer): boolean {
  return body.length >= 2 && ((body[0] ?? 0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}
