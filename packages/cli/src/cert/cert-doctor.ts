import type { Command } from "commander";
import { parseVtnUrl } from "../arguments.ts";
import { examine } from "./doctor/doctor.ts";
import type { Finding } from "./doctor/finding.ts";
import { examples } from "../help.ts";
import { writeLine, type ExitCode, type Io } from "../io.ts";
import { addSignOptions, readSigner, type SignFiles } from "../security/sign-options.ts";
import { addTlsOptions, readClientTls, vtnFingerprintOption, type ClientTlsFiles } from "../security/tls-options.ts";

interface DoctorOptions extends ClientTlsFiles, SignFiles {
  readonly vtn: URL;
  readonly json?: boolean;
}

/** Declares `openleadr cert doctor`. */
export function addDoctorCommand(cert: Command, io: Io, finish: (code: ExitCode) => void): void {
  const command = cert
    .command("doctor")
    .description("connect to a VTN, and say what works, what does not, and what to do about it")
    .requiredOption("--vtn <url>", "the VTN's base URL; without a path, it gets /OpenADR2/Simple/2.0b", parseVtnUrl);
  addTlsOptions(command, "the VEN's certificate", "the CA of the VTN's certificate, if not one that all know");
  addSignOptions(command)
    .addOption(vtnFingerprintOption())
    .option("--json", "print the findings as JSON")
    .addHelpText("after", help)
    .action(async (options: DoctorOptions) => finish(await runDoctor(options, io)));
}

async function runDoctor({ vtn: vtnUrl, json, ...files }: DoctorOptions, io: Io): Promise<ExitCode> {
  const tls = (await readClientTls(files, vtnUrl, io)) ?? {};
  const signer = await readSigner(files, tls, io);
  const { vtnFingerprint } = files;
  const findings: Finding[] = [];
  for await (const finding of examine({ vtnUrl, tls, signer, vtnFingerprint, clock: io.clock, signal: io.signal })) {
    findings.push(finding);
    if (json !== true) tell(finding, io);
  }
  if (json === true) io.stdout.write(`${JSON.stringify({ vtnUrl, findings }, undefined, 2)}\n`);
  return findings.some(({ verdict }) => verdict === "failed") ? 1 : 0;
}

function tell({ verdict, check, what, advice }: Finding, io: Io): void {
  writeLine(io.stdout, `${verdict.padEnd(7)}  ${check.padEnd(18)}  ${what}`);
  if (advice !== undefined) writeLine(io.stdout, `         what to do: ${advice}`);
}

const help = `
Looks at one's own certificate, the name, the port, TLS, its versions and
cipher suites, the VTN's certificate (chain, dates, host name, fingerprint),
whether the VTN takes one's own, whether it signs, and whether it knows the VEN.
It asks the VTN one question, oadrQueryRegistration, and changes nothing. With
--sign, as a VEN that signs would, it signs that question.

Exit codes: 0 nothing is broken, 1 something is, 2 a file cannot be used.
${examples(
  "openleadr cert doctor --vtn https://vtn.example.com",
  "openleadr cert doctor --vtn https://vtn.example.com \\\n      --cert ven.pem --key ven.key.pem --ca ca.pem",
  "openleadr cert doctor --vtn https://vtn.example.com --sign \\\n      --cert ven.pem --key ven.key.pem --ca ca.pem",
)}`;
