import { Option, type Command } from "commander";
import {
  compatibleTls,
  conformantTls,
  modernTls,
  type ClientCertificate,
  type ClientTlsOptions,
  type ListenerTlsOptions,
} from "@openleadr/transport";
import { parseCrl } from "@openleadr/pki";
import { parseFingerprints } from "../arguments.ts";
import { CommandError, type Io } from "../io.ts";
import { readOwn, readPem, readTrusted, type OwnMaterial } from "./own-certificates.ts";

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
    .option("--cert <file...>", `${own}, in PEM, or in PKCS#12 with its key`)
    .option("--key <file...>", "the private key of each certificate in PEM, in the same order")
    .option("--ca <file...>", `${trusted}, in PEM`)
    .option("--passphrase-file <file>", "a file whose first line the keys are encrypted with");
}

/** The options of a listener, as the user gives them. */
export interface ListenerTlsFiles extends TlsFiles {
  readonly clientCertificate: ClientCertificate;
  readonly crl?: readonly string[];
  readonly tlsPreset?: TlsPreset;
  readonly unauthorized?: "403" | "handshake";
}

/** Which versions and suites of TLS a listener has. */
type TlsPreset = keyof typeof presets;

const presets = { both: compatibleTls, conformant: conformantTls, modern: modernTls } as const;

/** Declares `--crl`, `--client-certificate`, `--unauthorized` and `--tls-preset`. */
export function addListenerTlsOptions(command: Command): Command {
  return command
    .option("--crl <file...>", "the revocation lists of those CAs, in PEM")
    .addOption(clientCertificateOption())
    .addOption(
      new Option(
        "--unauthorized <how>",
        "how a VEN without the certificate that it needs is turned away: by HTTP 403 (the default), or in the handshake",
      ).choices(["403", "handshake"]),
    )
    .addOption(
      new Option(
        "--tls-preset <which>",
        "the suites of TLS: conformant, those of the standard; modern, which keep secrets for ever; or both (the default)",
      ).choices(Object.keys(presets)),
    );
}

function clientCertificateOption(): Option {
  return new Option("--client-certificate <policy>", "whether VENs need a certificate")
    .choices(["required", "optional", "off"] satisfies readonly ClientCertificate[])
    .default("required" satisfies ClientCertificate);
}

/** A listener's TLS options, each a list. */
export type ListenerTls = ListenerTlsOptions & OwnMaterial;

/** A listener's TLS options; undefined for plain HTTP, if there is none of them. Throws {@link CommandError}. */
export async function readListenerTls(options: ListenerTlsFiles, io: Io): Promise<ListenerTls | undefined> {
  const { crl: lists, tlsPreset, unauthorized } = options;
  const isWanted = [lists, tlsPreset, unauthorized].some((given) => given !== undefined);
  if (!isAnyGiven(options) && !isWanted) return undefined;
  const { certificate, key, ...rest } = await readTlsFiles(options, io);
  const { clientCertificate } = options;
  if (certificate === undefined || key === undefined) throw misused("--cert and --key", "for HTTPS");
  if (rest.ca === undefined && clientCertificate !== "off") {
    throw misused("--ca, the CA of the VENs' certificates, or --client-certificate off", "for HTTPS");
  }
  const crl = await readPem(lists ?? [], (content) => parseCrl(content), io);
  return {
    certificate,
    key,
    ...rest,
    clientCertificate,
    ...(crl.length > 0 && { crl }),
    ...(unauthorized === "handshake" && { unauthorized: "endHandshake" }),
    ...presets[tlsPreset ?? "both"],
  };
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
  const given = [...givenOf(options), ...(isPinned ? ["--vtn-fingerprint"] : [])];
  if (url.protocol !== "https:" && given.length > 0)
    throw misused("an https: URL", `to go with ${given.join(", ")}`, url.href);
  if (url.protocol !== "https:" || (!isAnyGiven(options) && serverFingerprint === undefined)) return undefined;
  return { ...(await readTlsFiles(options, io)), serverFingerprint };
}

/** Whether a signature has a certificate of its own, which the passphrase and the fingerprint then may belong to. */
interface Signing {
  readonly sign?: string | true;
}

function isAnyGiven(options: TlsFiles & Signing): boolean {
  return givenOf(options).length > 0;
}

/** The options of TLS that are given. */
function givenOf({ cert, key, ca, passphraseFile, sign }: TlsFiles & Signing): readonly string[] {
  const passphraseOfTls = typeof sign === "string" ? undefined : passphraseFile;
  const all = { "--cert": cert, "--key": key, "--ca": ca, "--passphrase-file": passphraseOfTls };
  return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [name]));
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
