import { Option, type Command } from "commander";
import { OPT, type Opt } from "@openleadr/protocol";
import type { Ven } from "@openleadr/ven";
import { parseName, parseVtnUrl } from "../arguments.ts";
import { examples } from "../help.ts";
import { CommandError, type ExitCode, type Io } from "../io.ts";
import { journalTo } from "../journal/journal.ts";
import { createVen } from "./open-ven.ts";
import { warnOfPlainHttp } from "../security/plain-http.ts";
import { reloadVenFiles } from "../security/reload-files.ts";
import { addSignOptions, readVenSignatures, type SignFiles } from "../security/sign-options.ts";
import {
  addTlsOptions,
  readClientTls,
  vtnFingerprintOption,
  withTls,
  type ClientTlsFiles,
} from "../security/tls-options.ts";
import { untilAborted } from "../until-aborted.ts";
import { addVenFileCommands } from "./ven-file-commands.ts";

interface VenCommandOptions extends ClientTlsFiles, SignFiles {
  readonly config?: string;
  readonly vtn?: URL;
  readonly name?: string;
  readonly opt: Opt;
  readonly tolerant?: boolean;
  readonly json?: boolean;
  readonly cancelRegistration?: boolean;
}

/** Declares `openleadr ven`. */
export function addVenCommand(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  const command = program
    .command("ven")
    .description("run a VEN: as a file says, or with a simulated meter, to try a VTN with")
    .addOption(new Option("--config <file>", "do as this file says, as a daemon").conflicts(simulation))
    .option("--vtn <url>", "the VTN's base URL; without a path, it gets /OpenADR2/Simple/2.0b", parseVtnUrl)
    .option("--name <name>", "the name to register under", parseName)
    .addOption(
      new Option("--opt <answer>", "the answer to every event").choices(Object.values(OPT)).default(OPT.OPT_IN),
    )
    .option("--tolerant", "take the harmless faults that real VTNs make, and tell of them")
    .option("--json", "tell what happens in JSON lines")
    .option("--cancel-registration", "end the registration, too, when the VEN is stopped");
  addTlsOptions(command, "the VEN's certificate", "the CA of the VTN's certificate, if not one that all know");
  addSignOptions(command)
    .addOption(vtnFingerprintOption())
    .addHelpText("after", help)
    .action(async (options: VenCommandOptions) => finish(await runWanted(options, { command, io })));
  addVenFileCommands(command, io);
}

/** The options of a VEN with a simulated meter, which a file has instead. */
const simulation = [
  "vtn",
  "name",
  "opt",
  "tolerant",
  "json",
  "cert",
  "key",
  "ca",
  "passphraseFile",
  "sign",
  "signKey",
  "vtnFingerprint",
];

async function runWanted(
  { config, vtn, name, ...options }: VenCommandOptions,
  { command, io }: { readonly command: Command; readonly io: Io },
): Promise<ExitCode> {
  if (config !== undefined) {
    // The other commands need not wait for what only a daemon needs.
    const { runDaemon } = await import("../ven-daemon/run-daemon.ts");
    return runDaemon({ config, cancelRegistration: options.cancelRegistration }, io);
  }
  if (vtn === undefined) return command.error("error: required option '--vtn <url>' not specified");
  if (name === undefined) return command.error("error: required option '--name <name>' not specified");
  return runVen({ ...options, vtn, name }, io);
}

type Simulated = VenCommandOptions & Required<Pick<VenCommandOptions, "vtn" | "name">>;

async function runVen(options: Simulated, io: Io): Promise<ExitCode> {
  const { vtn: vtnUrl, name: venName, opt, tolerant, cancelRegistration } = options;
  if (vtnUrl.protocol === "http:") warnOfPlainHttp(vtnUrl.hostname, io.stderr);
  const tls = await readClientTls(options, vtnUrl, io);
  const signatures = await readVenSignatures(options, tls, io);
  const parts = { journal: journalTo(io, options), clock: io.clock };
  const ven = withTls(() => createVen({ vtnUrl, venName, opt, tolerant, tls, signatures }, parts));
  const endReloading = reloadVenFiles(ven, options, { ...parts, io });
  try {
    // A start that is under way is not cut off: the VEN is to end what it has begun.
    await Promise.race([ven.start(), untilAborted(io.signal)]);
    await untilAborted(io.signal);
    if (cancelRegistration === true) await cancel(ven);
  } finally {
    await endReloading();
    await ven.stop({ signal: AbortSignal.timeout(graceMs) });
  }
  return 0;
}

/** How long a VTN that does not answer may hold up the end. */
const graceMs = 5_000;

async function cancel(ven: Ven): Promise<void> {
  try {
    await ven.cancelPartyRegistration({ signal: AbortSignal.timeout(graceMs) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(1, `the registration could not be cancelled: ${reason}`, { cause });
  }
}

const help = `
With --config, the VEN does as the file says: docs/ven-daemon.md. SIGHUP has it
read the file anew. Without, its meter and its device are made up; it reads its
certificates and keys again when they change, or on SIGHUP.

The VEN goes on trying as long as the VTN cannot be reached. Its meter shows
some 4 kW, and less in a SIMPLE event that it opted into.

With --sign, it signs with the certificate that it shows, or with another one;
with --vtn-fingerprint besides, it heeds only what the VTN has signed.

Ctrl-C stops the VEN; a second one does not wait for the VTN.
${examples(
  "openleadr ven init ven.yaml",
  "openleadr ven --config ven.yaml",
  "openleadr ven --vtn http://127.0.0.1:8080 --name kitchen",
  "openleadr ven --vtn https://vtn.example.com --name kitchen --opt optOut \\\n      --cert ven.pem --key ven.key.pem --ca ca.pem",
  "openleadr ven --vtn https://vtn.example.com --name kitchen --sign \\\n      --cert ven.pem --key ven.key.pem --ca ca.pem",
  "openleadr ven --vtn http://127.0.0.1:8080 --name kitchen --json",
)}`;
