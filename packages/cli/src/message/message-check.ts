import {
  checkRules,
  decode,
  describe,
  MalformedMessageError,
  type Decoded,
  type Party,
  type RuleViolation,
} from "@openleadr/protocol";
import { readDocument, standardInput } from "../document.ts";
import { FileError, worst, writeLine, type ExitCode, type Io } from "../io.ts";
import { possibleSenders } from "./sender.ts";

/** How strict `openleadr message check` is. */
export interface CheckOptions {
  readonly tolerant?: boolean;
  readonly rules?: boolean;
  /** Who sent the messages. @default the only party that may; where both may, the rules that bind both are checked */
  readonly sender?: Party;
}

/** Prints a verdict on each file; one that cannot be read does not keep the others from being checked. */
export async function checkFiles(files: readonly string[], options: CheckOptions, io: Io): Promise<ExitCode> {
  if (files.filter((file) => file === standardInput).length > 1) {
    throw new FileError(standardInput, ["expected standard input once, got it more than once"]);
  }
  const verdicts: ExitCode[] = [];
  for (const file of files) verdicts.push(await checkFile(file, options, io));
  return worst(verdicts);
}

async function checkFile(file: string, options: CheckOptions, io: Io): Promise<ExitCode> {
  try {
    const decoded = decode(await readDocument(file, io), { tolerant: options.tolerant });
    for (const deviation of decoded.deviations) writeLine(io.stdout, `${file}: tolerated: ${describe(deviation)}`);
    const breaches = options.rules === true ? breachesOf(decoded, options.sender, io.clock.now()) : [];
    for (const breach of breaches) writeLine(io.stdout, `${file}: ${breach}`);
    if (breaches.length > 0) return 1;
    writeLine(io.stdout, `${file}: ok ${decoded.message.name}`);
    return 0;
  } catch (error) {
    if (error instanceof FileError) {
      for (const mistake of error.mistakes) writeLine(io.stderr, mistake);
      return error.exitCode;
    }
    if (!(error instanceof MalformedMessageError)) throw error;
    for (const deviation of error.deviations) writeLine(io.stdout, `${file}: ${describe(deviation)}`);
    return 1;
  }
}

function breachesOf({ message, envelope }: Decoded, sender: Party | undefined, now: Date): readonly string[] {
  const possible = possibleSenders(message.name);
  if (sender !== undefined && !possible.includes(sender)) {
    const [actual = ""] = possible;
    return [
      `${message.name}: expected a message that a ${sender.toUpperCase()} sends, got one that only a ${actual.toUpperCase()} sends`,
    ];
  }
  const lists = (sender === undefined ? possible : [sender]).map((party) =>
    checkRules(message, { sender: party, now, envelope }).map(describeBreach),
  );
  const [first = [], ...others] = lists;
  return first.filter((breach) => others.every((list) => list.includes(breach)));
}

function describeBreach({ rule, path, message }: RuleViolation): string {
  return `rule ${rule}: ${path}: ${message}`;
}
