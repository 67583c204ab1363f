import { existsSync } from "node:fs";
import { join } from "node:path";
import { Option, type Command } from "commander";
import {
  bundleFiles,
  createBundle,
  createCa,
  formatKey,
  generateCertificates,
  generateVtnCertificates,
  type KeyKind,
  type NewFile,
} from "@openleadr/pki";
import { parseName, parseVtnUrl } from "../arguments.ts";
import {
  addCaFolderOptions,
  forceOption,
  keyKindOption,
  organizationOption,
  passphraseOption,
  validityOption,
} from "./cert-options.ts";
import type { IssueCommandOptions } from "./cert-options.ts";
import { carriedOut, readCertificateFile, readPassphrase, writeCertificateFiles } from "./certificate-files.ts";
import { fileNameOf, folderFiles, openCaFolder } from "./certificate-folder.ts";
import { examples } from "../help.ts";
import { CommandError, writeLine, type Io } from "../io.ts";

interface CaCommandOptions extends IssueCommandOptions {
  readonly name: string;
  readonly keyKind: KeyKind;
}

/** Declares `openleadr cert ca`. */
export function addCaCommand(cert: Command, io: Io): void {
  addCaFolderOptions(cert.command("ca").description("make a CA, which all certificates here come from"))
    .option("--name <name>", "the CA's name", parseName, "OpenADR CA")
    .addOption(organizationOption())
    .addOption(keyKindOption())
    .addOption(validityOption("P10Y"))
    .addOption(forceOption())
    .addHelpText("after", caHelp)
    .action(async (options: CaCommandOptions) => makeCa(options, io));
}

async function makeCa({ name, dir, ...options }: CaCommandOptions, io: Io): Promise<void> {
  const passphrase = await readPassphrase(options.caPassphraseFile, io);
  const ca = await carriedOut(() => createCa({ ...options, commonName: name, clock: io.clock }));
  const files = [
    { name: folderFiles.ca, content: ca.certificate },
    { name: folderFiles.caKey, content: formatKey(ca.key, passphrase), isSecret: true },
  ];
  sayWritten(await writeCertificateFiles(dir, files, options), io);
  writeLine(io.stdout, `Whoever has ${join(dir, folderFiles.caKey)} can make certificates: keep it to yourself.`);
}

interface VtnCertificateOptions extends IssueCommandOptions {
  readonly name: string;
  readonly host: readonly string[];
  readonly passphraseFile?: string;
}

/** Declares `openleadr cert vtn`. */
export function addVtnCertificateCommand(cert: Command, io: Io): void {
  addCaFolderOptions(cert.command("vtn").description("issue an ECC and an RSA certificate for a VTN"))
    .option("--host <name...>", "host names and addresses under which VENs reach it", ["localhost", "127.0.0.1"])
    .option("--name <name>", "the VTN's ID", parseName, "vtn")
    .addOption(organizationOption())
    .addOption(validityOption("P2Y, or as long as the CA"))
    .addOption(passphraseOption())
    .addOption(forceOption())
    .addHelpText("after", vtnHelp)
    .action(async (options: VtnCertificateOptions) => issueToVtn(options, io));
}

async function issueToVtn({ name, host: hostNames, dir, ...options }: VtnCertificateOptions, io: Io): Promise<void> {
  const ca = await openCaFolder({ dir, ...options }, io);
  const passphrase = await readPassphrase(options.passphraseFile, io);
  const issued = await carriedOut(() =>
    generateVtnCertificates(name, { ...options, ca, hostNames, passphrase, clock: io.clock }),
  );
  const files = issued.flatMap(({ certificate, key }, index) => [
    { name: vtnFiles[index]?.certificate ?? "", content: certificate },
    { name: vtnFiles[index]?.key ?? "", content: key, isSecret: true },
  ]);
  sayWritten(await writeCertificateFiles(dir, files, options), io);
  for (const { fingerprint } of issued) writeLine(io.stdout, `fingerprint ${fingerprint}`);
  const inDir = (name: keyof (typeof vtnFiles)[number]): string =>
    vtnFiles.map((pair) => join(dir, pair[name])).join(" ");
  const secret = options.passphraseFile === undefined ? "" : ` --passphrase-file ${options.passphraseFile}`;
  const certificates = `--cert ${inDir("certificate")} --key ${inDir("key")} --ca ${join(dir, folderFiles.ca)}${secret}`;
  writeLine(io.stdout, `Use them: openleadr vtn ${certificates}`);
}

/** In the order in which they are made: the ECC, then the RSA certificate. */
const vtnFiles = [
  { certificate: "vtn-ecc.pem", key: "vtn-ecc.key.pem" },
  { certificate: "vtn-rsa.pem", key: "vtn-rsa.key.pem" },
] as const;

interface VenCertificateOptions extends IssueCommandOptions {
  readonly vtn: URL;
  readonly host?: readonly string[];
  readonly keyKind: KeyKind;
  readonly passphraseFile?: string;
  readonly out?: string;
}

/** Declares `openleadr cert ven`. */
export function addVenCertificateCommand(cert: Command, io: Io): void {
  addCaFolderOptions(
    cert.command("ven").description("issue a certificate for a VEN, in a bundle with all that it needs"),
  )
    .argument("<venId>", "the VEN's ID", parseName)
    .requiredOption("--vtn <url>", "the VTN's base URL", parseVtnUrl)
    .option("--out <folder>", "the folder for the bundle (one of the VEN's name, in --dir)", parseName)
    .addOption(new Option("--host <name...>", "host names and addresses of the VEN, for push"))
    .addOption(organizationOption())
    .addOption(keyKindOption())
    .addOption(validityOption("P2Y, or as long as the CA"))
    .addOption(passphraseOption())
    .addOption(forceOption())
    .addHelpText("after", venHelp)
    .action(async (venId: string, options: VenCertificateOptions) => issueToVen(venId, options, io));
}

async function issueToVen(venId: string, options: VenCertificateOptions, io: Io): Promise<void> {
  const { dir, vtn: vtnUrl, host: hostNames } = options;
  if (vtnUrl.protocol !== "https:") {
    throw new CommandError(2, `--vtn: expected an https: URL, got ${JSON.stringify(vtnUrl.href)}`);
  }
  const folder = options.out ?? join(dir, fileNameOf(venId, "--out"));
  const ca = await openCaFolder(options, io);
  const passphrase = await readPassphrase(options.passphraseFile, io);
  const issued = await carriedOut(() =>
    generateCertificates(venId, { ...options, ca, hostNames, passphrase, clock: io.clock }),
  );
  const vtnCertificates = await vtnCertificatesIn(dir, io);
  const files: readonly NewFile[] = createBundle({
    venId,
    issued,
    passphrase,
    vtnUrl: bareUrl(vtnUrl),
    vtnCertificates,
  });
  sayWritten(await writeCertificateFiles(folder, files, options), io);
  writeLine(io.stdout, `fingerprint ${issued.fingerprint}`);
  writeLine(io.stdout, `${join(folder, bundleFiles.page)} says how to use it.`);
}

/** Without the path that a bare host gets anyway. */
function bareUrl(url: URL): string {
  return url.href.replace(/\/OpenADR2\/Simple\/2\.0b$/, "");
}

async function vtnCertificatesIn(dir: string, io: Io): Promise<string[]> {
  const present = vtnFiles.map(({ certificate }) => join(dir, certificate)).filter((file) => existsSync(file));
  const contents: string[] = [];
  for (const file of present) contents.push((await readCertificateFile(file, io)).toString("utf8"));
  return contents;
}

/** Says which files there are now. */
export function sayWritten(paths: readonly string[], io: Io): void {
  for (const path of paths) writeLine(io.stdout, `wrote ${path}`);
}

const caHelp = `
Writes ca.pem, which others need to trust the CA, and ca.key.pem, the key.
${examples("openleadr cert ca", 'openleadr cert ca --name "Utility CA" --ca-passphrase-file passphrase.txt')}`;

const vtnHelp = `
The standard wants both kinds (rule 68), so that VENs with either reach it.
${examples("openleadr cert vtn", "openleadr cert vtn --host vtn.example.com 192.0.2.1 --name my-vtn")}`;

const venHelp = `
The bundle has certificate, key, both as PKCS#12, the CA, the settings, and a
page for whoever installs the VEN. A VEN that makes its own key needs
"openleadr cert csr" and "openleadr cert sign" instead.
${examples(
  "openleadr cert ven kitchen --vtn https://localhost:8080",
  "openleadr cert ven kitchen --vtn https://localhost:8080 --passphrase-file secret",
)}`;
