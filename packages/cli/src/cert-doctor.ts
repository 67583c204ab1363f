import type { Command } from "commander";
import { parseVtnUrl } from "./arguments.ts";
import { examine } from "./doctor/doctor.ts";
import type { Finding } from "./doctor/finding.ts";
import { examples } from "./help.ts";
import { writeLine, type ExitCode, type Io } from "./io.ts";
import { addTlsOptions, readClientTls, type TlsFiles } from "./tls-options.ts";

interface DoctorOptions extends TlsFiles {
  readonly vtn: URL;
  readonly json?: boolean;
}

/** Declares `openleadr cert doctor`. */
export function addDoctorCommand(cert: Command, io: Io, finish: (code: ExitCode) => void): void {
  const command = cert
    .command("doctor")
    .description("connect to a VTN, and say what works, what does not, and what to do about it")
    .requiredOption("--vtn <url>", "the VTN's base URL; without a path, it gets /OpenADR2/Simple/2.0b", parseVtnUrl);
  addTlsOptions(command, "the VEN's certificate", "the CA of the VTN's certificate, if not one that all know")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", help)
    .action(async (options: DoctorOptions) => finish(await runDoctor(options, io)));
}

async function runDoctor({ vtn: vtnUrl, json, ...files }: DoctorOptions, io: Io): Promise<ExitCode> {
  const tls = (await readClientTls(files, vtnUrl, io)) ?? {};
  const findings: Finding[] = [];
  for await (const finding of examine({ vtnUrl, tls, clock: io.clock, signal: io.signal })) {
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
cipher suites, the VTN's certificate (chain, dates, host name), whether the VTN
takes one's own, and whether it knows the VEN. It asks the VTN one question,
oadrQueryRegistration, and changes nothing.

Exit codes: 0 nothing is broken, 1 something is, 2 a file cannot be used.
${examples(
  "openleadr cert doctor --vtn https://vtn.example.com",
  "openleadr cert doctor --vtn https://vtn.example.com \\\n      --cert ven.pem --key ven.key.pem --ca ca.pem",
)}`;
