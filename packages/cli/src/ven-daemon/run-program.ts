import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { textOf } from "./text-of.ts";

/** What a program is given. */
export interface ProgramInput {
  /** For its standard input. */
  readonly input: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How much it may write to standard output. @default 1 MiB */
  readonly maxBytes?: number | undefined;
  /** Ends the program, and those it has started. */
  readonly signal: AbortSignal;
}

/** Time for a program to end when it is asked to, in milliseconds. */
const graceMs = 2_000;

/**
 * Runs a program, without a shell, and resolves with what it writes to standard output.
 *
 * Rejects if it cannot be run, ends with another exit code than 0, or writes more than `maxBytes`; and with the signal's reason.
 */
export async function runProgram(
  [file = "", ...args]: readonly string[],
  { input, env, signal, maxBytes }: ProgramInput,
): Promise<string> {
  signal.throwIfAborted();
  // In a group of its own, it can be ended together with what it has started.
  const child = spawn(file, args, { env: { ...env }, stdio: "pipe", detached: hasGroups, windowsHide: true });
  let isOver = false;
  child.once("close", () => (isOver = true));
  const stop = (): void => end(child);
  signal.addEventListener("abort", stop, { once: true });
  try {
    // A program need not read what it is given.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const [output, complaint, [code, killedBy]] = await Promise.all([
      textOf(child.stdout, maxBytes),
      textOf(child.stderr),
      once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    signal.throwIfAborted();
    if (code !== 0) throw new Error(sayEnd(code ?? killedBy, complaint));
    return output;
  } catch (error) {
    signal.throwIfAborted();
    // Its group's number may be that of another by then.
    if (!isOver) end(child);
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function sayEnd(code: number | string | null, complaint: string): string {
  const [line = ""] = complaint.trim().split("\n");
  const end = typeof code === "number" ? `ended with exit code ${code}` : `was ended by ${code}`;
  return line === "" ? end : `${end}: ${line.slice(0, 200)}`;
}

const hasGroups = process.platform !== "win32";

/** Asks a program to end, and sees to it. */
function end(child: ChildProcess): void {
  if (!kill(child, "SIGTERM")) return;
  const timer = setTimeout(() => kill(child, "SIGKILL"), graceMs);
  child.once("close", () => clearTimeout(timer));
}

/** Whether there was anything left to signal. */
function kill(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  if (!hasGroups) return child.kill(signal);
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
