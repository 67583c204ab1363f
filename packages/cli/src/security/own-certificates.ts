import { X509Certificate, type KeyObject } from "node:crypto";
import { decodePkcs12, formatKey, inspect, parseCrl, parseKey, PkiError } from "@openleadr/pki";
import { RevocationLists } from "@openleadr/protocol";
import { inFile, readCertificateFile, readPassphrase } from "../cert/certificate-files.ts";
import { CommandError, FileError, type Io } from "../io.ts";

/** Certificates with what leads from each to its CA, and the key of each, in PEM. */
export interface OwnMaterial {
  readonly certificate: readonly Buffer[];
  readonly key: readonly Buffer[];
  readonly passphrase?: string;
}

/** The files of {@link OwnMaterial}; one in PKCS#12 has its key in it. */
export interface OwnFiles {
  readonly cert?: readonly string[] | undefined;
  readonly key?: readonly string[] | undefined;
  readonly passphraseFile?: string | undefined;
  /** What the options for the two are called. @default --cert and --key */
  readonly names?: { readonly cert: string; readonly key: string };
}

/** Certificates and their keys. Throws {@link CommandError} for what does not belong together. */
export async function readOwn(
  { cert = [], key = [], passphraseFile, names = { cert: "--cert", key: "--key" } }: OwnFiles,
  io: Io,
): Promise<OwnMaterial> {
  const passphrase = await readPassphrase(passphraseFile, io);
  const own = await readEach(cert, io);
  const complete = own.map(({ file, content }) =>
    isPem(content) ? undefined : inFile(file, () => pairIn(content, passphrase)),
  );
  const inPem = own.filter(({ content }) => isPem(content));
  if (inPem.length !== key.length) {
    const expected = `a file of ${names.key} for each of ${names.cert} in PEM`;
    throw new CommandError(2, `expected ${expected}, got ${key.length} for ${inPem.length}`);
  }
  const keys = await readEach(key, io);
  const matched = inPem.map((each, index) => pairOf(each, keys[index] ?? each, passphrase)).values();
  const pairs = complete.map((pair) => pair ?? matched.next().value).filter((pair) => pair !== undefined);
  return {
    certificate: pairs.map((pair) => pair.certificate),
    key: pairs.map((pair) => pair.key),
    ...(passphrase !== undefined && { passphrase }),
  };
}

/** The certificates of CAs, in PEM. Throws {@link CommandError}. */
export async function readTrusted(files: readonly string[], io: Io): Promise<readonly Buffer[]> {
  return readPem(files, requireCertificates, io);
}

/** The contents of files in PEM, each checked. */
export async function readPem(
  files: readonly string[],
  check: (content: Buffer) => unknown,
  io: Io,
): Promise<readonly Buffer[]> {
  const read = await readEach(files, io);
  for (const each of read) requireSound(each, check);
  return read.map(({ content }) => content);
}

/** Whether a key is that of a certificate; OpenSSL does not notice where one is RSA and the other ECC. */
export function isKeyOf(certificate: Buffer | string, key: KeyObject): boolean {
  return new X509Certificate(certificate).checkPrivateKey(key);
}

/** Throws {@link PkiError} for a file without a certificate. */
export function requireCertificates(content: Buffer): void {
  const kinds = inspect(content).map(({ kind }) => kind);
  if (kinds.includes("certificate")) return;
  throw new PkiError("ERR_PKI_MALFORMED", `expected a certificate, got ${kinds.join(", ")}`);
}

/** A check that a file has revocation lists, and those of these CAs alone; throws {@link PkiError}. */
export function listsOf(authorities: readonly X509Certificate[]): (content: Buffer) => void {
  return (content) => {
    parseCrl(content);
    try {
      void new RevocationLists(content, authorities);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new PkiError("ERR_PKI_REFUSED", cause.message.replace(/^crl: /, ""), { cause });
    }
  };
}

/** Whether a file is in PEM, or in something binary. */
export function isPem(content: Buffer): boolean {
  return content.includes("-----BEGIN ");
}

/** A certificate with what leads to its CA, and its key, in PEM. */
export interface Pair {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/**
 * What a PKCS#12 file holds, in PEM: the key, without encryption, and its certificate with those of the CAs. Throws
 * {@link PkiError} if there is no certificate with its key in it, or the passphrase is not its own.
 */
export function pairIn(content: Buffer, passphrase: string | undefined): Pair {
  // Says what is in files of other kinds, and what is wrong with this one.
  const kinds = new Set(inspect(content, passphrase).map(({ kind }) => kind));
  if (!kinds.has("certificate") || !kinds.has("key"))
    throw new PkiError("ERR_PKI_MALFORMED", `expected PEM, or PKCS#12 with a key, got ${[...kinds].join(", ")} alone`);
  const { certificates, keys } = decodePkcs12(content, passphrase ?? "");
  const own = certificates.find((each) => keys.some((key) => each.checkPrivateKey(key)));
  const key = keys.find((each) => own?.checkPrivateKey(each));
  if (own === undefined || key === undefined)
    throw new PkiError("ERR_PKI_MALFORMED", "PKCS#12: expected a certificate with its key, got that of another");
  const chain = [own, ...certificates.filter((each) => each !== own)];
  return { certificate: Buffer.from(chain.map(String).join("")), key: Buffer.from(formatKey(key)) };
}

interface FileContent {
  readonly file: string;
  readonly content: Buffer;
}

function pairOf(certificate: FileContent, key: FileContent, passphrase: string | undefined): Pair {
  requireSound(certificate, requireCertificates);
  requireSound(key, (content) => parseKey(content, passphrase));
  if (isKeyOf(certificate.content, parseKey(key.content, passphrase)))
    return { certificate: certificate.content, key: key.content };
  throw new FileError(key.file, [`expected the key of ${certificate.file}, got that of another`]);
}

function requireSound({ file, content }: FileContent, check: (content: Buffer) => unknown): void {
  if (!isPem(content)) throw new FileError(file, ["expected PEM, got something else"]);
  inFile(file, () => check(content));
}

async function readEach(files: readonly string[], io: Io): Promise<readonly FileContent[]> {
  const read: FileContent[] = [];
  for (const file of files) read.push({ file, content: await readCertificateFile(file, io) });
  return read;
}
