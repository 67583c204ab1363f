import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addCertCommands } from "./cert/cert-commands.ts";
import { addDemoCommand } from "./demo/demo-command.ts";
import { examples } from "./help.ts";
import { CommandError, FileError, writeLine, type ExitCode, type Io } from "./io.ts";
import { addMessageCommands } from "./message/message-commands.ts";
import { addVenCommand } from "./ven/ven-command.ts";
import { addVtnCommand } from "./vtn/vtn-command.ts";

/** Runs the command `openleadr` with what follows its name on the command line. Never rejects. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(io, (outcome) => (code = outcome));
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // Commander has told the user already; it ends this way after --help and --version, too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    complain(error, io);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

function complain(error: unknown, { stderr, debug }: Io): void {
  const message = error instanceof Error ? error.message : String(error);
  for (const line of error instanceof FileError ? error.mistakes : [`error: ${message}`]) writeLine(stderr, line);
  if (debug && error instanceof Error) stderr.write(`${error.stack}\n`);
}

function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command("openleadr")
    .description("OpenADR 2.0b on the command line: check messages, run a VTN or a VEN, make certificates")
    .version(version(), "-V, --version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", help);
  addMessageCommands(program, io, finish);
  addVtnCommand(program, io, finish);
  addVenCommand(program, io, finish);
  addDemoCommand(program, io, finish);
  addCertCommands(program, io, finish);
  return program;
}

const help = `
Exit codes: 0 good, 1 a bad verdict or a failed run, 2 a command or file that
cannot be used. OPENLEADR_DEBUG=1 in the environment shows where errors arose.
${examples(
  "openleadr demo",
  "openleadr message check poll.xml",
  "openleadr vtn --event event.json",
  "openleadr ven --vtn http://127.0.0.1:8080 --name kitchen",
  "openleadr cert ca",
)}`;

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { readonly version: string }).version;
}
