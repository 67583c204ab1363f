import type { Command } from "commander";
import { expiryOf, inspect, type CertificateFacts, type Facts } from "@openleadr/pki";
import { inFile, readCertificateFile, readPassphrase } from "./certificate-files.ts";
import { examples } from "../help.ts";
import { FileError, worst, writeLine, type ExitCode, type Io } from "../io.ts";
import { count } from "../journal/say.ts";
import { sayExpiry } from "../journal/say-expiry.ts";

interface ShowOptions {
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** Declares `openleadr cert show`. */
export function addShowCommand(cert: Command, io: Io, finish: (code: ExitCode) => void): void {
  cert
    .command("show")
    .description("say what is in files: fingerprint, subject, dates, names, kind of key")
    .argument("<file...>", "PEM, DER or PKCS#12; - is standard input")
    .option("--passphrase-file <file>", "a file whose first line the keys are encrypted with")
    .option("--json", "print JSON")
    .addHelpText("after", help)
    .action(async (files: readonly string[], options: ShowOptions) => finish(await show(files, options, io)));
}

async function show(files: readonly string[], options: ShowOptions, io: Io): Promise<ExitCode> {
  const passphrase = await readPassphrase(options.passphraseFile, io);
  const found: { readonly file: string; readonly contents: readonly Facts[] }[] = [];
  const mistakes: string[] = [];
  for (const file of files) {
    try {
      const document = await readCertificateFile(file, io);
      found.push({ file, contents: inFile(file, () => inspect(document, passphrase)) });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      mistakes.push(...error.mistakes);
    }
  }
  const now = io.clock.now();
  if (options.json === true) io.stdout.write(`${JSON.stringify(found, asJson, 2)}\n`);
  else for (const { file, contents } of found) for (const facts of contents) tell(file, facts, io);
  for (const mistake of mistakes) writeLine(io.stderr, mistake);
  if (mistakes.length > 0) return 2;
  const certificates = found.flatMap(({ contents }) => contents).filter((facts) => facts.kind === "certificate");
  return worst(certificates.map((facts) => (isCurrent(facts, now) ? 0 : 1)));
}

function isCurrent(facts: CertificateFacts, now: Date): boolean {
  const { state } = expiryOf(facts, now);
  return state === "valid" || state === "expiresSoon";
}

function asJson(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function tell(file: string, facts: Facts, io: Io): void {
  writeLine(io.stdout, `${file}: ${titleOf(facts)}`);
  for (const [name, value] of linesOf(facts, io.clock.now())) {
    if (value !== "") writeLine(io.stdout, `  ${name.padEnd(12)} ${value}`);
  }
}

function titleOf(facts: Facts): string {
  switch (facts.kind) {
    case "certificate":
      return facts.isCa ? "certificate of a CA" : "certificate";
    case "key":
      return facts.isEncrypted ? "private key, encrypted" : "private key";
    case "csr":
      return "signing request";
    case "crl":
      return "revocation list";
  }
}

function linesOf(facts: Facts, now: Date): readonly (readonly [string, string])[] {
  switch (facts.kind) {
    case "certificate":
      return [
        ["subject", facts.subject],
        ["issuer", facts.issuer],
        ["fingerprint", facts.fingerprint],
        ["sha256", facts.sha256],
        ["serial", facts.serialNumber],
        [
          "valid",
          `${facts.notBefore.toISOString()} to ${facts.notAfter.toISOString()}, ${sayExpiry(expiryOf(facts, now))}`,
        ],
        ["key", facts.key],
        ["names", facts.hostNames.join(", ")],
        ["for", facts.usages.join(", ")],
      ];
    case "key": {
      const fits =
        facts.fitsCertificate === undefined
          ? ""
          : facts.fitsCertificate
            ? "the certificate above"
            : "no certificate here";
      return [
        ["key", facts.key],
        ["fits", fits],
      ];
    }
    case "csr":
      return [
        ["subject", facts.subject],
        ["key", facts.key],
        ["names", facts.hostNames.join(", ")],
      ];
    case "crl":
      return [
        ["number", facts.number === undefined ? "" : String(facts.number)],
        ["written", facts.thisUpdate.toISOString()],
        ["next due", facts.nextUpdate?.toISOString() ?? ""],
        ["revokes", count(facts.revoked.length, "certificate")],
        ...facts.revoked.map(
          ({ serialNumber, revokedAt, reason = "unspecified" }) =>
            ["", `${serialNumber} at ${revokedAt.toISOString()}, ${reason}`] as const,
        ),
      ];
  }
}

const help = `
Of an encrypted key in PEM it says no more than that without its passphrase.

Exit codes: 0 all certificates are valid today, 1 one has expired or is not
valid yet, 2 a file could not be read.
${examples(
  "openleadr cert show ven.pem",
  "openleadr cert show --passphrase-file secret.txt ven.p12",
  "openleadr cert show --json certificates/*.pem",
)}`;
