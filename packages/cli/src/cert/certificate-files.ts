import { MalformedMessageError } from "@openleadr/protocol";
import { PkiError, writeFiles, type NewFile } from "@openleadr/pki";
import { readDocument } from "../document.ts";
import { CommandError, FileError, type Io } from "../io.ts";

/** Reads a file with a certificate, a key or the like; `-` is standard input. Throws {@link FileError}. */
export async function readCertificateFile(file: string, io: Io): Promise<Buffer> {
  try {
    return Buffer.from(await readDocument(file, io));
  } catch (cause) {
    if (cause instanceof MalformedMessageError) throw new FileError(file, [cause.message], { cause });
    throw cause;
  }
}

/** Reads a passphrase: the first line of a file. Undefined without a file. Throws {@link FileError}. */
export async function readPassphrase(file: string | undefined, io: Io): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const [line = ""] = (await readCertificateFile(file, io)).toString("utf8").split(/\r?\n/);
  if (line === "") throw new FileError(file, ["expected a passphrase in the first line, got an empty one"]);
  return line;
}

/** What `read` gives; what is wrong with the file it reads becomes a {@link FileError} of that file. */
export function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof PkiError) throw new FileError(file, [explained(cause)], { cause });
    throw cause;
  }
}

/** What `work` resolves with; what is wrong with the options that it was given becomes a {@link CommandError}. */
export async function carriedOut<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PkiError || cause instanceof RangeError) {
      throw new CommandError(2, explained(cause), { cause });
    }
    throw cause;
  }
}

function explained(error: PkiError | RangeError): string {
  if (!(error instanceof PkiError)) return error.message;
  if (error.code === "ERR_PKI_FILE_EXISTS") return `${error.message}; --force replaces it`;
  const isMissing = error.code === "ERR_PKI_PASSPHRASE" && error.message.endsWith("got none");
  return isMissing ? `${error.message}; --passphrase-file names a file that has it` : error.message;
}

/** Writes files, and says so. Throws {@link CommandError} if one is there already, or the system does not let us. */
export async function writeCertificateFiles(
  folder: string,
  files: readonly NewFile[],
  { force }: { readonly force?: boolean },
): Promise<readonly string[]> {
  return carriedOut(async () => {
    try {
      return await writeFiles(folder, files, { overwrite: force });
    } catch (cause) {
      if (cause instanceof PkiError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError(2, `${folder}: cannot be written: ${reason}`, { cause });
    }
  });
}
