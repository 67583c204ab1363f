import { decode, describe, encode, fromJson, MalformedMessageError, toJson } from "@openleadr/protocol";
import { parseJson, readDocument } from "../document.ts";
import { indentXml } from "./indent-xml.ts";
import { writeLine, type ExitCode, type Io } from "../io.ts";

/** Prints a message in XML as JSON. */
export async function convertToJson(
  file: string,
  { tolerant }: { readonly tolerant?: boolean },
  io: Io,
): Promise<ExitCode> {
  return convert(file, io, (document) => {
    const { message, deviations } = decode(document, { tolerant });
    for (const deviation of deviations) writeLine(io.stderr, `${file}: tolerated: ${describe(deviation)}`);
    return JSON.stringify(toJson(message), null, 2);
  });
}

/** Prints a message in JSON as XML. */
export async function convertToXml(file: string, { pretty }: { readonly pretty?: boolean }, io: Io): Promise<ExitCode> {
  return convert(file, io, (document) => {
    const xml = encode(fromJson(parseJson(document)));
    return pretty === true ? indentXml(xml) : xml;
  });
}

/** The result goes to standard output and the faults beside it, so that a redirected result is never half of each. */
async function convert(file: string, io: Io, conversion: (document: Uint8Array) => string): Promise<ExitCode> {
  try {
    const result = conversion(await readDocument(file, io));
    io.stdout.write(`${result}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    for (const deviation of error.deviations) writeLine(io.stderr, `${file}: ${describe(deviation)}`);
    return 1;
  }
}
