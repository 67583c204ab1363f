import { existsSync } from "node:fs";
import { join } from "node:path";
import { openCa, type Ca } from "@openleadr/pki";
import { inFile, readCertificateFile, readPassphrase } from "./certificate-files.ts";
import { CommandError, FileError, type Io } from "../io.ts";

/** The names of the files in the folder that `openleadr cert` keeps. */
export const folderFiles = { ca: "ca.pem", caKey: "ca.key.pem", crl: "crl.pem" } as const;

/** Options of the commands that need a CA. */
export interface CaFolderOptions {
  readonly dir: string;
  readonly caPassphraseFile?: string;
}

/** Opens the CA of a folder. Throws {@link FileError} and {@link CommandError}. */
export async function openCaFolder({ dir, caPassphraseFile }: CaFolderOptions, io: Io): Promise<Ca> {
  const [certificateFile, keyFile] = [join(dir, folderFiles.ca), join(dir, folderFiles.caKey)];
  if (!existsSync(certificateFile)) {
    throw new FileError(certificateFile, ['expected the CA, got no such file; "openleadr cert ca" makes one']);
  }
  const [certificate, key] = [await readCertificateFile(certificateFile, io), await readCertificateFile(keyFile, io)];
  const passphrase = await readPassphrase(caPassphraseFile, io);
  if (passphrase === undefined && key.includes("ENCRYPTED")) {
    throw new FileError(keyFile, [
      "expected a passphrase, since it is encrypted; --ca-passphrase-file names a file that has it",
    ]);
  }
  return inFile(keyFile, () => openCa({ certificate, key, passphrase }));
}

/** The file name for a party. Throws {@link CommandError} for a name that no file may have. */
export function fileNameOf(name: string, option: string): string {
  if (isFileName(name)) return name;
  throw new CommandError(2, `${option}: needed, since ${JSON.stringify(name)} is no name for a file`);
}

/** Whether a file may have that name: none that leads out of its folder, or that a shell takes for something else. */
export function isFileName(name: string): boolean {
  return /^[\w@-][\w.@-]*$/.test(name);
}
