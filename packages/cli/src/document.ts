import { createReadStream } from "node:fs";
import { MalformedMessageError } from "@openleadr/protocol";
import { resolveLimits, textOfDocument } from "@openleadr/protocol/internal";
import { FileError, type Io } from "./io.ts";

/** How files and standard input appear in what is printed: under the name they were given. */
export const standardInput = "-";

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * Throws {@link FileError} if it cannot be read, and {@link MalformedMessageError} if it is larger than any message
 * may be, having read no more than that.
 */
export async function readDocument(file: string, io: Io): Promise<Uint8Array> {
  const { maxBytes } = resolveLimits();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of file === standardInput ? io.stdin : chunksOf(file)) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > maxBytes) break;
    }
  } catch (cause) {
    throw new FileError(file, [`cannot be read: ${reasonOf(cause)}`], { cause });
  }
  if (size <= maxBytes) return Buffer.concat(chunks);
  const fault = { path: "document", expected: `at most ${maxBytes} bytes`, got: "more" };
  throw new MalformedMessageError("ERR_OADR_TOO_LARGE", [fault]);
}

function chunksOf(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file) as AsyncIterable<Uint8Array>;
}

/** What the system says, without its code and its name of the call. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

/** Reads JSON in UTF-8, or in UTF-16 with a byte order mark. Throws {@link MalformedMessageError}. */
export function parseJson(document: Uint8Array): unknown {
  try {
    return JSON.parse(textOfDocument(document).replace(/^\uFEFF/, ""));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const fault = { path: "document", expected: "JSON", got: cause.message };
    throw new MalformedMessageError("ERR_OADR_INVALID", [fault], { cause });
  }
}
