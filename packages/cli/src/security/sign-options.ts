import { X509Certificate } from "node:crypto";
import { Option, type Command } from "commander";
import { createSigner, type Signer } from "@openleadr/protocol";
import { parseCertificates, parseKey } from "@openleadr/pki";
import type { VenSignatureOptions } from "@openleadr/ven";
import type { SignaturePolicy, VtnSignatureOptions } from "@openleadr/vtn";
import { CommandError, FileError, type Io } from "../io.ts";
import { listsOf, readOwn, readPem, readTrusted, type OwnMaterial } from "./own-certificates.ts";
import type { ProxySettings } from "../vtn/proxy-options.ts";
import type { ClientTlsFiles, TlsFiles } from "./tls-options.ts";

/** The options with which a command signs, as the user gives them. */
export interface SignFiles extends Pick<TlsFiles, "passphraseFile"> {
  /** A file with a certificate, or `true` for the one that is shown in TLS. */
  readonly sign?: string | true;
  readonly signKey?: string;
}

/** Declares `--sign` and `--sign-key`. */
export function addSignOptions(command: Command): Command {
  return command
    .option(
      "--sign [file]",
      "sign what is sent: with this certificate, in PEM or PKCS#12, or else with the first of --cert",
    )
    .option("--sign-key <file>", "the private key of the certificate that --sign names, where that is in PEM");
}

/** The options of a VTN that looks at signatures, as the user gives them. */
export interface VtnSignFiles extends SignFiles, TlsFiles {
  readonly signatures?: SignaturePolicy;
  readonly signCa?: readonly string[];
  readonly signCrl?: readonly string[];
  /** The revocation lists of the CAs in `ca`. */
  readonly crl?: readonly string[];
}

/** Declares `--signatures`, `--sign-ca` and `--sign-crl`. */
export function addSignaturePolicyOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--signatures <policy>", "whether VENs have to sign; accepted if --sign is given, else off").choices([
        "off",
        "accepted",
        "required",
      ] satisfies readonly SignaturePolicy[]),
    )
    .option("--sign-ca <file...>", "the CAs of the certificates that VENs sign with, if not those of --ca, in PEM")
    .option(
      "--sign-crl <file...>",
      "the revocation lists of the CAs of those certificates, in PEM; those of --crl, where they are the CAs of --ca",
    );
}

/** What signs; undefined unless it was asked for. `own` is what is shown in TLS. Throws {@link CommandError}. */
export async function readSigner(
  { sign, signKey, passphraseFile }: SignFiles,
  own: Partial<OwnMaterial> | undefined,
  io: Io,
): Promise<Signer | undefined> {
  if (typeof sign !== "string") {
    if (signKey !== undefined) throw new CommandError(2, "expected --sign FILE to go with --sign-key, got none");
    if (sign === undefined) return undefined;
    if (own?.certificate === undefined)
      throw new CommandError(2, "expected --cert and --key, or --sign FILE and --sign-key, to sign with, got none");
    return signerOf("--sign", own);
  }
  const key = signKey === undefined ? [] : [signKey];
  const names = { cert: "--sign", key: "--sign-key" };
  const signing = await readOwn({ cert: [sign], key, passphraseFile, names }, io);
  requireParty(sign, signing);
  return signerOf(sign, signing);
}

/** Nobody is to sign messages with the key of a CA, which is for certificates, and is best kept elsewhere. */
function requireParty(file: string, { certificate: [certificate] }: OwnMaterial): void {
  if (certificate !== undefined && new X509Certificate(certificate).ca)
    throw new FileError(file, ["expected the certificate of a VEN or a VTN to sign with, got that of a CA"]);
}

function signerOf(file: string, { certificate = [], key = [], passphrase }: Partial<OwnMaterial>): Signer {
  try {
    return createSigner({ certificates: certificate[0] ?? "", key: parseKey(key[0] ?? "", passphrase) });
  } catch (cause) {
    if (cause instanceof TypeError) throw new FileError(file, [`cannot sign: ${cause.message}`], { cause });
    throw cause;
  }
}

/** Whether a VTN looks at signatures. */
export function isVerifying({ sign, signatures }: Pick<VtnSignFiles, "sign" | "signatures">): boolean {
  return sign !== undefined || signatures !== undefined;
}

/** How a VTN signs and verifies; undefined if it does neither. Throws {@link CommandError}. */
export async function readVtnSignatures(
  options: VtnSignFiles & Pick<ProxySettings, "trustedProxy" | "clientCertificate">,
  own: Partial<OwnMaterial> | undefined,
  io: Io,
): Promise<VtnSignatureOptions | undefined> {
  const { signatures: policy, signCa, signCrl } = options;
  const signer = await readSigner(options, own, io);
  if (!isVerifying(options)) {
    const given = [signCa && "--sign-ca", signCrl && "--sign-crl"].filter((name) => name !== undefined);
    if (given.length === 0) return undefined;
    throw new CommandError(2, `expected --signatures or --sign to go with ${given.join(" and ")}, got neither`);
  }
  const { authorities, crl } = await readAuthorities(options, io);
  if (policy === "required" && authorities.length === 0 && !isShown(options, own))
    throw new CommandError(
      2,
      "expected --sign-ca or --ca to go with --signatures required where VENs show no certificate, or nobody could register; got neither",
    );
  return { signer, policy, authorities, crl };
}

/** Whether VENs show a certificate, in TLS or to a proxy; they may sign with that one, whoever vouches for it. */
function isShown(
  { trustedProxy, clientCertificate }: Pick<ProxySettings, "trustedProxy" | "clientCertificate">,
  own: Partial<OwnMaterial> | undefined,
): boolean {
  return clientCertificate !== "off" && (trustedProxy !== undefined || own?.certificate !== undefined);
}

/** CAs, and what they have revoked. */
export interface Authorities {
  readonly authorities: readonly X509Certificate[];
  readonly crl: readonly Buffer[];
}

/** The CAs that vouch for the signatures of VENs, and their revocation lists. Throws {@link CommandError}. */
export async function readAuthorities(
  { signCa, signCrl, ca = [], crl = [] }: Pick<VtnSignFiles, "signCa" | "signCrl" | "ca" | "crl">,
  io: Io,
): Promise<Authorities> {
  const authorities = (await readTrusted(signCa ?? ca, io)).flatMap(parseCertificates);
  const lists = signCrl ?? (signCa === undefined ? crl : []);
  return { authorities, crl: await readPem(lists, listsOf(authorities), io) };
}

/** How a VEN signs, and whose signature it wants; undefined if it does not sign. Throws {@link CommandError}. */
export async function readVenSignatures(
  options: SignFiles & ClientTlsFiles,
  own: Partial<OwnMaterial> | undefined,
  io: Io,
): Promise<VenSignatureOptions | undefined> {
  const signer = await readSigner(options, own, io);
  return signer && { signer, vtnFingerprint: options.vtnFingerprint };
}
