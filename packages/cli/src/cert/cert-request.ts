import { basename, dirname, join } from "node:path";
import { Option, type Command } from "commander";
import type { Duration } from "@openleadr/protocol";
import { createCsr, inspect, signCsr, type KeyKind, type Role } from "@openleadr/pki";
import { parseName } from "../arguments.ts";
import { sayWritten } from "./cert-issue.ts";
import {
  addCaFolderOptions,
  forceOption,
  keyKindOption,
  organizationOption,
  passphraseOption,
  validityOption,
} from "./cert-options.ts";
import type { WriteOptions } from "./cert-options.ts";
import { carriedOut, inFile, readCertificateFile, readPassphrase, writeCertificateFiles } from "./certificate-files.ts";
import { fileNameOf, isFileName, openCaFolder, type CaFolderOptions } from "./certificate-folder.ts";
import { examples } from "../help.ts";
import { CommandError, writeLine, type Io } from "../io.ts";

interface CsrCommandOptions extends WriteOptions {
  readonly out: string;
  readonly host?: readonly string[];
  readonly organization?: string;
  readonly keyKind: KeyKind;
  readonly passphraseFile?: string;
}

/** Declares `openleadr cert csr`. */
export function addCsrCommand(cert: Command, io: Io): void {
  cert
    .command("csr")
    .description("make a key, and a signing request for it, to be sent to a CA")
    .argument("<name>", "the venID or vtnID", parseName)
    .option("--out <folder>", "the folder for both", parseName, ".")
    .addOption(new Option("--host <name...>", "host names and addresses to ask for; a VTN needs them"))
    .addOption(organizationOption())
    .addOption(keyKindOption())
    .addOption(passphraseOption())
    .addOption(forceOption())
    .addHelpText("after", csrHelp)
    .action(async (name: string, options: CsrCommandOptions) => request(name, options, io));
}

async function request(commonName: string, options: CsrCommandOptions, io: Io): Promise<void> {
  if (!isFileName(commonName)) {
    const what = `expected letters, digits and _ . @ -, since files get that name, got ${JSON.stringify(commonName)}`;
    throw new CommandError(2, `name: ${what}`);
  }
  const passphrase = await readPassphrase(options.passphraseFile, io);
  const made = await carriedOut(() => createCsr({ ...options, commonName, hostNames: options.host, passphrase }));
  const files = [
    { name: `${commonName}.key.pem`, content: made.key, isSecret: true },
    { name: `${commonName}.csr`, content: made.csr },
  ];
  const paths = await writeCertificateFiles(options.out, files, options);
  sayWritten(paths, io);
  writeLine(io.stdout, `Send ${paths.at(-1)} to the CA; the key stays here.`);
}

interface SignCommandOptions extends CaFolderOptions, WriteOptions {
  readonly role: Role;
  readonly name?: string;
  readonly host?: readonly string[];
  readonly validity?: Duration;
  readonly out?: string;
}

/** Declares `openleadr cert sign`. */
export function addSignCommand(cert: Command, io: Io): void {
  addCaFolderOptions(
    cert.command("sign").description("sign a request, if it asks for nothing that its sender may not have"),
  )
    .argument("<file>", "the signing request, in PEM or DER; - is standard input")
    .addOption(
      new Option("--role <role>", "what the certificate is for")
        .choices(["ven", "vtn"] satisfies Role[])
        .default("ven" satisfies Role),
    )
    .option("--name <name>", "the venID or vtnID that it must be for (whatever it says)", parseName)
    .addOption(new Option("--host <name...>", "host names and addresses that it may ask for"))
    .addOption(validityOption("P2Y, or as long as the CA"))
    .option("--out <file>", "the file for the certificate (one of the party's name, in --dir)", parseName)
    .addOption(forceOption())
    .addHelpText("after", signHelp)
    .action(async (file: string, options: SignCommandOptions) => sign(file, options, io));
}

async function sign(file: string, options: SignCommandOptions, io: Io): Promise<void> {
  const { dir, role, name: commonName, host: hostNames, validity } = options;
  const csr = await readCertificateFile(file, io);
  const ca = await openCaFolder(options, io);
  const issued = await carriedOut(async () =>
    inFile(file, () => signCsr(csr, ca, { role, commonName, hostNames, validity, clock: io.clock })),
  );
  const [facts] = inspect(issued.certificate);
  const subject = facts?.kind === "certificate" ? facts.subject : "";
  const name = /CN=(.*)$/.exec(subject)?.[1] ?? "";
  const path = options.out ?? join(dir, `${fileNameOf(name, "--out")}.pem`);
  const files = [{ name: basename(path), content: issued.certificate }];
  sayWritten(await writeCertificateFiles(dirname(path), files, options), io);
  writeLine(io.stdout, `issued to ${subject}, fingerprint ${issued.fingerprint}`);
}

const csrHelp = `
Writes NAME.key.pem, which nobody else needs, and NAME.csr.
${examples("openleadr cert csr kitchen", "openleadr cert csr my-vtn --host vtn.example.com")}`;

const signHelp = `
Whoever sends a request may write any name into it: --name says whose it is.
Refused are requests that are not signed with their own key, ask to be a CA or
for host names not granted here, and keys that are too weak.
${examples("openleadr cert sign kitchen.csr --name kitchen", "openleadr cert sign my-vtn.csr --role vtn --host vtn.example.com")}`;
