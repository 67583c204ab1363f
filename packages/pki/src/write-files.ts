import { randomUUID } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { copyFile, link, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PkiError } from "./error.ts";

/** A file that is to be written. */
export interface NewFile {
  /** The file's name, without a folder. */
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Whether only its owner may read it (mode 0600); others may read the rest (0644). @default false */
  readonly isSecret?: boolean;
}

/** Options of {@link writeFiles}. */
export interface WriteFilesOptions {
  /** Replace files that are there already. @default false */
  readonly overwrite?: boolean | undefined;
}

/**
 * Writes files into a folder, which is made if it is missing (mode 0700). Each appears as a whole or not at all; where
 * none may be replaced, a failure takes back those that were written before it. Resolves with their paths.
 *
 * Rejects with {@link PkiError} if one is there already and `overwrite` is not set, having written nothing, and with the
 * system's errors.
 */
export async function writeFiles(
  folder: string,
  files: readonly NewFile[],
  { overwrite = false }: WriteFilesOptions = {},
): Promise<string[]> {
  const present = files.map(({ name }) => join(folder, name)).filter((path) => existsSync(path));
  if (!overwrite && present.length > 0) throw existing(present);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const written: string[] = [];
  try {
    for (const file of files) written.push(await writeWhole(folder, file, overwrite));
  } catch (error) {
    if (!overwrite) await Promise.all(written.map((path) => rm(path, { force: true })));
    throw error;
  }
  return written;
}

async function writeWhole(
  folder: string,
  { name, content, isSecret = false }: NewFile,
  overwrite: boolean,
): Promise<string> {
  const path = join(folder, name);
  const draft = join(folder, `.${name}.${randomUUID()}`);
  try {
    await writeDraft(draft, content, isSecret ? 0o600 : 0o644);
    await (overwrite ? rename(draft, path) : publish(draft, path));
  } catch (error) {
    throw isCode(error, "EEXIST") ? existing([path]) : error;
  } finally {
    await rm(draft, { force: true });
  }
  return path;
}

async function writeDraft(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a draft its name, unless something has that name already, even if it got it only just now. */
async function publish(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    // Memory cards and network folders often have no links.
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].some((code) => isCode(error, code))) throw error;
    await copyFile(draft, path, constants.COPYFILE_EXCL);
  }
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}

function existing(paths: readonly string[]): PkiError {
  return new PkiError(
    "ERR_PKI_FILE_EXISTS",
    `${paths.join(", ")}: expected no such file, got one that is there already`,
  );
}
