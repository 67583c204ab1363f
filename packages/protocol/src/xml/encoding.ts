import { isAscii, isUtf8 } from "node:buffer";
import { MalformedMessageError } from "../errors.ts";

/**
 * Text of a document in UTF-8, US-ASCII or UTF-16, as its byte order mark or its XML declaration says. Throws
 * {@link MalformedMessageError} with `ERR_OADR_ENCODING` for any other encoding, and for bytes that are not valid in it.
 */
export function textOfDocument(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = byMark(buffer) ?? byDeclaration(buffer);
  switch (encoding) {
    case "utf-8":
      return utf8(buffer);
    case "us-ascii":
      if (!isAscii(buffer)) throw fault("US-ASCII as declared", "bytes beyond it");
      return buffer.toString("latin1");
    case "utf-16le":
    case "utf-16be":
      return utf16(buffer, encoding);
  }
}

type Encoding = "utf-8" | "us-ascii" | "utf-16le" | "utf-16be";

function byMark(buffer: Buffer): Encoding | undefined {
  const [a, b, c, d] = buffer;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  // No mark, but `<?` or `<x` in two bytes each: UTF-16 all the same (XML 1.0, appendix F).
  if (a === 0x3c && b === 0 && c !== 0 && d === 0) return "utf-16le";
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return "utf-16be";
  return undefined;
}

function byDeclaration(buffer: Buffer): Encoding {
  // Most documents have no declaration, or one without an encoding.
  if (buffer[0] !== 0xef && !(buffer[0] === 0x3c && buffer[1] === 0x3f)) return "utf-8";
  const declaration = buffer.toString("latin1", 0, Math.max(0, buffer.indexOf("?>")));
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*(["'])(.*?)\1/.exec(declaration)?.[2];
  switch (declared?.toLowerCase()) {
    case undefined:
    case "utf-8":
    case "utf8":
      return "utf-8";
    case "us-ascii":
    case "ascii":
      return "us-ascii";
    case "utf-16":
    case "utf-16le":
    case "utf-16be":
      throw fault("UTF-16 as declared", "bytes that are not");
  }
  throw fault("an encoding of UTF-8, US-ASCII or UTF-16", JSON.stringify(declared));
}

function utf8(buffer: Buffer): string {
  if (!isUtf8(buffer)) throw fault("UTF-8", "bytes that are not UTF-8");
  const marked = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  return marked ? buffer.toString("utf8", 3) : buffer.toString("utf8");
}

function utf16(buffer: Buffer, encoding: "utf-16le" | "utf-16be"): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(buffer);
  } catch (cause) {
    throw fault(encoding.toUpperCase(), "bytes that are not", { cause });
  }
}

function fault(expected: string, got: string, options?: ErrorOptions): MalformedMessageError {
  return new MalformedMessageError("ERR_OADR_ENCODING", [{ path: "document", expected, got }], options);
}
