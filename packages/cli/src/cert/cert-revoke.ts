import { existsSync } from "node:fs";
import { join } from "node:path";
import { Option, type Command } from "commander";
import type { Duration } from "@openleadr/protocol";
import { createCrl, parseCrl, revocationReasons, revoke, type CrlOptions, type RevocationReason } from "@openleadr/pki";
import { addCaFolderOptions, validityOption } from "./cert-options.ts";
import { carriedOut, inFile, readCertificateFile, writeCertificateFiles } from "./certificate-files.ts";
import { folderFiles, openCaFolder, type CaFolderOptions } from "./certificate-folder.ts";
import { examples } from "../help.ts";
import { writeLine, type Io } from "../io.ts";
import { count } from "../journal/say.ts";

interface CrlCommandOptions extends CaFolderOptions {
  readonly validity?: Duration;
}

interface RevokeCommandOptions extends CrlCommandOptions {
  readonly reason: RevocationReason;
}

/** Declares `openleadr cert revoke`. */
export function addRevokeCommand(cert: Command, io: Io): void {
  addCaFolderOptions(cert.command("revoke").description("take certificates back: write the CA's next revocation list"))
    .argument("<file...>", "the certificates, in PEM or DER")
    .addOption(
      new Option("--reason <reason>", "why")
        .choices(revocationReasons)
        .default("unspecified" satisfies RevocationReason),
    )
    .addOption(validityOption("P1Y"))
    .addHelpText("after", revokeHelp)
    .action(async (files: readonly string[], options: RevokeCommandOptions) => revokeFiles(files, options, io));
}

/** Declares `openleadr cert crl`. */
export function addCrlCommand(cert: Command, io: Io): void {
  addCaFolderOptions(cert.command("crl").description("write the CA's revocation list anew, before it ends"))
    .addOption(validityOption("P1Y"))
    .addHelpText("after", crlHelp)
    .action(async (options: CrlCommandOptions) => revokeFiles([], options, io));
}

async function revokeFiles(
  files: readonly string[],
  options: CrlCommandOptions & { readonly reason?: RevocationReason },
  io: Io,
): Promise<void> {
  const { dir, validity, reason } = options;
  const ca = await openCaFolder(options, io);
  const path = join(dir, folderFiles.crl);
  const previous = existsSync(path) ? await readCertificateFile(path, io) : undefined;
  const crlOptions: CrlOptions = { validity, previous, clock: io.clock };
  if (previous !== undefined) inFile(path, () => parseCrl(previous, ca.certificate));
  const certificates: Buffer[] = [];
  for (const file of files) {
    const certificate = await readCertificateFile(file, io);
    inFile(file, () => revoke([certificate], ca, crlOptions));
    certificates.push(certificate);
  }
  const content = await carriedOut(async () =>
    files.length === 0 ? createCrl(ca, crlOptions) : revoke(certificates, ca, { ...crlOptions, reason }),
  );
  await writeCertificateFiles(dir, [{ name: folderFiles.crl, content }], { force: true });
  const { revoked, nextUpdate } = parseCrl(content);
  writeLine(io.stdout, `wrote ${path}: ${count(revoked.length, "certificate")} revoked`);
  writeLine(io.stdout, `The next list is due by ${nextUpdate?.toISOString().slice(0, 10) ?? "no date"}.`);
}

const revokeHelp = `
The list is crl.pem in the CA's folder; what it has revoked stays revoked.
${examples("openleadr cert revoke certificates/kitchen/ven.pem --reason keyCompromise")}`;

const crlHelp = `
Whoever checks the list lets nobody in once it is over: write it anew in time.
${examples("openleadr cert crl")}`;
