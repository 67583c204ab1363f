import type { Clock } from "@openleadr/protocol";

/** Where a command writes: standard output, standard error, or what a test puts in their place. */
export interface Output {
  write(text: string): unknown;
}

/** All that a command knows of the world around it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Aborts when the user wants the command to end. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The variables of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back whenever the user wants files to be read anew (SIGHUP), until the function it gives is called. */
  readonly onReload: (listener: () => void) => () => void;
  /** Show where in the code an error arose, besides what it says. */
  readonly debug: boolean;
}

/** 0 is good, 1 a bad verdict or a failed run, 2 a command or a configuration that cannot be carried out. */
export type ExitCode = 0 | 1 | 2;

/** A reason to give up that the user can do something about, in words for the user. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly exitCode: ExitCode;

  constructor(exitCode: Exclude<ExitCode, 0>, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A mistake in a file, and where it is; lines and columns count from 1. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** What is wrong with a file that the command needs, a line for each mistake. */
export class FileError extends CommandError {
  override readonly name = "FileError";
  readonly mistakes: readonly string[];

  constructor(file: string, mistakes: readonly (string | Mistake)[], options?: ErrorOptions) {
    const lines = mistakes.map((mistake) =>
      typeof mistake === "string"
        ? `${file}: ${mistake}`
        : `${file}:${mistake.line}:${mistake.column}: ${mistake.text}`,
    );
    super(2, lines.join("\n"), options);
    this.mistakes = lines;
  }
}

/** The code of several outcomes together: the worst of them. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce((a, b) => (a > b ? a : b), 0);
}

/**
 * Text as it may be shown on a terminal: control characters, which could come from a peer and steer the terminal or
 * feign other lines, are written as escapes.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}

/** Writes one line. */
export function writeLine(output: Output, text: string): void {
  output.write(`${printable(text)}\n`);
}
