import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { PkiError } from "@openleadr/pki";
import { reasonOf } from "../../document.ts";
import { isPem } from "../../security/own-certificates.ts";
import { refine, text } from "./readers.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";

/** No file that a configuration names is larger, nor the configuration itself. */
const maxBytes = 1024 * 1024;

/** The path of a file, which need not be there yet; a relative one begins at the folder of the configuration. */
export const path: Reader<string> = (place) => {
  const name = text(place);
  return name === invalid ? invalid : resolve(place.file.folder, name);
};

/** The first line of a file, such as a passphrase. */
export const firstLine: Reader<string> = (place) => {
  const content = contentAt(place);
  if (content === invalid) return invalid;
  const [line = ""] = content.toString("utf8").split(/\r?\n/);
  return line === "" ? place.complain("expected a file with text in its first line, got an empty one") : line;
};

/** The content of a file of text. */
export const fileText: Reader<string> = (place) => {
  const content = contentAt(place);
  return content === invalid ? invalid : content.toString("utf8");
};

/** A file in PEM; `check` throws {@link PkiError} for what else it is not. */
export function pemFile(check: (content: Buffer) => void = () => {}): Reader<Buffer> {
  return refine(certificateFile, (content, place) => {
    if (!isPem(content)) return place.complain("expected a file in PEM, got something else");
    return sound(place, () => check(content)) === invalid ? invalid : content;
  });
}

/** A file with a certificate or a key, in PEM or PKCS#12. */
export const certificateFile: Reader<Buffer> = (place) => {
  const content = contentAt(place);
  if (content !== invalid) place.file.certificateFiles.add(resolve(place.file.folder, String(place.scalar)));
  return content;
};

/** What `read` gives; what it throws as a {@link PkiError} is told. */
export function sound<T>(place: Place, read: () => T): T | Invalid {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return place.complain(error.message);
  }
}

function contentAt(place: Place): Buffer | Invalid {
  const file = path(place);
  if (file === invalid) return invalid;
  try {
    return readSmallFile(file);
  } catch (error) {
    return place.complain(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

/** The content of a file. Throws if it cannot be read, or is no ordinary file of at most 1 MiB. */
export function readSmallFile(file: string): Buffer {
  const status = statSync(file);
  if (!status.isFile()) throw new Error("expected an ordinary file, got something else");
  if (status.size > maxBytes) throw new Error(`expected at most ${maxBytes} bytes, got ${status.size}`);
  return readFileSync(file);
}
