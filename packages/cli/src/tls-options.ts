import { X509Certificate, type KeyObject } from "node:crypto";
import { Option, type Command } from "commander";
import type { ClientCertificate, ClientTlsOptions, ListenerTlsOptions } from "@openleadr/transport";
import { inspect, parseCrl, parseKey, PkiError } from "@openleadr/pki";
import { inFile, readCertificateFile, readPassphrase } from "./certificate-files.ts";
import { parseFingerprints } from "./arguments.ts";
import { CommandError, FileError, type Io } from "./io.ts";

/** The options with which a command gets certificates, as the user gives them. */
export interface TlsFiles {
  readonly cert?: readonly string[];
  readonly key?: readonly string[];
  readonly ca?: readonly string[];
  readonly passphraseFile?: string | undefined;
}

/** Declares `--cert`, `--key`, `--ca` and `--passphrase-file`. */
export function addTlsOptions(command: Command, own: string, trusted: string): Command {
  return command
    .option("--cert <file...>", `${own}, in PEM`)
    .option("--key <file...>", "the private key of each, in the same order, in PEM")
    .option("--ca <file...>", `${trusted}, in PEM`)
    .option("--passphrase-file <file>", "a file whose first line the keys are encrypted with");
}

/** The options of a listener, as the user gives them. */
export interface ListenerTlsFiles extends TlsFiles {
  readonly clientCertificate: ClientCertificate;
  readonly crl?: readonly string[];
}

/** Declares `--client-certificate`. */
export function clientCertificateOption(): Option {
  return new Option("--client-certificate <policy>", "whether VENs need a certificate")
    .choices(["required", "optional", "off"] satisfies readonly ClientCertificate[])
    .default("required" satisfies ClientCertificate);
}

/** A listener's TLS options, each a list. */
export type ListenerTls = ListenerTlsOptions & OwnMaterial;

/** A listener's TLS options; undefined for plain HTTP, if there is none of them. Throws {@link CommandError}. */
export async function readListenerTls(options: ListenerTlsFiles, io: Io): Promise<ListenerTls | undefined> {
  if (!isAnyGiven(options) && options.crl === undefined) return undefined;
  const { certificate, key, ...rest } = await readTlsFiles(options, io);
  const { clientCertificate } = options;
  if (certificate === undefined || key === undefined) throw misused("--cert and --key", "for HTTPS");
  if (rest.ca === undefined && clientCertificate !== "off") {
    throw misused("--ca, the CA of the VENs' certificates, or --client-certificate off", "for HTTPS");
  }
  const crl = await readEach(options.crl ?? [], (content) => parseCrl(content), io);
  return { certificate, key, ...rest, clientCertificate, ...(crl.length > 0 && { crl }) };
}

/** The options of a client, as the user gives them. */
export interface ClientTlsFiles extends TlsFiles {
  readonly vtnFingerprint?: readonly string[];
}

/** Declares `--vtn-fingerprint`. */
export function vtnFingerprintOption(): Option {
  return new Option(
    "--vtn-fingerprint <fingerprint...>",
    "take no other certificate of the VTN than the one with this fingerprint; with --sign, no other signature either",
  ).argParser(parseFingerprints);
}

/** A client's TLS options, each a list. */
export type ClientTls = ClientTlsOptions & Partial<OwnMaterial>;

/** A client's TLS options; undefined if there is none of them. Throws {@link CommandError}. */
export async function readClientTls(
  options: ClientTlsFiles & Signing,
  url: URL,
  io: Io,
): Promise<ClientTls | undefined> {
  const { vtnFingerprint: serverFingerprint, sign } = options;
  const isPinned = serverFingerprint !== undefined && typeof sign !== "string";
  if (url.protocol !== "https:" && (isPinned || isAnyGiven(options)))
    throw misused("an https: URL", "to go with --cert, --key and --ca", url.href);
  if (url.protocol !== "https:" || (!isAnyGiven(options) && serverFingerprint === undefined)) return undefined;
  return { ...(await readTlsFiles(options, io)), serverFingerprint };
}

/** Whether a signature has a certificate of its own, which the passphrase and the fingerprint then may belong to. */
interface Signing {
  readonly sign?: string | true;
}

function isAnyGiven({ cert, key, ca, passphraseFile, sign }: TlsFiles & Signing): boolean {
  const passphraseOfTls = typeof sign === "string" ? undefined : passphraseFile;
  return [cert, key, ca, passphraseOfTls].some((file) => file !== undefined);
}

/** Certificates with what leads from each to its CA, and the keys of each, in PEM. */
export interface OwnMaterial {
  readonly certificate: readonly Buffer[];
  readonly key: readonly Buffer[];
  readonly passphrase?: string;
}

interface TlsMaterial extends Partial<OwnMaterial> {
  readonly ca?: readonly Buffer[];
}

async function readTlsFiles({ ca = [], ...own }: TlsFiles, io: Io): Promise<TlsMaterial> {
  const { certificate, key, ...passphrase } = await readOwn(own, io);
  return {
    ...(certificate.length > 0 && { certificate, key }),
    ...(ca.length > 0 && { ca: await readTrusted(ca, io) }),
    ...passphrase,
  };
}

/** The certificates of CAs, in PEM. Throws {@link CommandError}. */
export async function readTrusted(files: readonly string[], io: Io): Promise<readonly Buffer[]> {
  return readEach(files, requireCertificates, io);
}

/** Certificates and their keys. Throws {@link CommandError} for what does not belong together. */
export async function readOwn(
  { cert = [], key = [], passphraseFile }: Omit<TlsFiles, "ca">,
  io: Io,
): Promise<OwnMaterial> {
  if (cert.length !== key.length) {
    throw misused("as many files for --key as for --cert", "", `${key.length} and ${cert.length}`);
  }
  const passphrase = await readPassphrase(passphraseFile, io);
  const certificates = await readEach(cert, requireCertificates, io);
  const keys = await readEach(key, (content) => parseKey(content, passphrase), io);
  for (const [index, content] of keys.entries()) {
    const isOwn = isKeyOf(certificates[index] ?? "", parseKey(content, passphrase));
    if (!isOwn) throw new FileError(key[index] ?? "", [`expected the key of ${cert[index]}, got that of another`]);
  }
  return { certificate: certificates, key: keys, ...(passphrase !== undefined && { passphrase }) };
}

/** Whether a key is that of a certificate; OpenSSL does not notice where one is RSA and the other ECC. */
export function isKeyOf(certificate: Buffer | string, key: KeyObject): boolean {
  return new X509Certificate(certificate).checkPrivateKey(key);
}

/** The contents of files, each checked. */
async function readEach(files: readonly string[], check: (content: Buffer) => unknown, io: Io): Promise<Buffer[]> {
  const contents: Buffer[] = [];
  for (const file of files) {
    const content = await readCertificateFile(file, io);
    if (!content.includes("-----BEGIN ")) throw new FileError(file, ["expected PEM, got something else"]);
    inFile(file, () => check(content));
    contents.push(content);
  }
  return contents;
}

/** Throws {@link PkiError} for a file without a certificate. */
export function requireCertificates(content: Buffer): void {
  const kinds = inspect(content).map(({ kind }) => kind);
  if (kinds.includes("certificate")) return;
  throw new PkiError("ERR_PKI_MALFORMED", `expected a certificate, got ${kinds.join(", ")}`);
}

function misused(expected: string, why: string, got = "none"): CommandError {
  return new CommandError(2, `expected ${expected} ${why}`.trim().concat(`, got ${got}`));
}

/** What `make` gives; TLS options that do not belong together become a {@link CommandError}. */
export function withTls<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    // What a VTN pushes with is what it listens with.
    const [, fault] = cause instanceof TypeError ? (/^(?:push\.)?(tls.*)$/s.exec(cause.message) ?? []) : [];
    if (fault !== undefined) throw new CommandError(2, fault, { cause });
    throw cause;
  }
}
