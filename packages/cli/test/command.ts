import { milliseconds, systemClock, type Clock } from "@openleadr/protocol";
import type { ExitCode } from "../src/io.ts";
import { run } from "../src/program.ts";

export interface CommandOptions {
  /** What standard input holds. */
  readonly stdin?: string | Uint8Array;
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, in this process. */
export async function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  await using command = new RunningCommand(args, options);
  return await command.ended;
}

/** A command that runs in this process until it ends, or until its Ctrl-C. */
export class RunningCommand implements AsyncDisposable {
  readonly ended: Promise<Outcome>;
  readonly #interrupt = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #reloaded = new Set<() => void>();
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], { stdin = "", clock = fastClock(), env = {} }: CommandOptions = {}) {
    this.ended = this.#run(args, { stdin, clock, env });
  }

  /** Resolves with what the pattern matches, as soon as it has been printed; rejects if the command ends without it. */
  async prints(pattern: RegExp): Promise<string> {
    let isOver = false;
    void this.ended.then(() => (isOver = true)).then(() => this.#wake());
    for (;;) {
      const [match] = pattern.exec(this.#stdout) ?? [];
      if (match !== undefined) return match;
      if (isOver) throw new Error(`expected ${pattern}, got ${this.#stdout}${this.#stderr}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Ctrl-C. */
  async interrupt(): Promise<Outcome> {
    this.#interrupt.abort();
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.interrupt();
  }

  /** SIGHUP; whether the command listens to it, and so outlives it. */
  reload(): boolean {
    for (const listener of this.#reloaded) listener();
    return this.#reloaded.size > 0;
  }

  async #run(args: readonly string[], { stdin, clock, env }: Required<CommandOptions>): Promise<Outcome> {
    const code = await run(args, {
      stdout: { write: (text) => this.#write(text) },
      stderr: { write: (text) => (this.#stderr += text) },
      stdin: input(stdin),
      signal: this.#interrupt.signal,
      clock,
      env,
      onReload: (listener) => {
        this.#reloaded.add(listener);
        return () => this.#reloaded.delete(listener);
      },
      debug: false,
    });
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  #write(text: string): void {
    this.#stdout += text;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** What a VTN has told of those it refused, without the time of day. */
export function refusalsIn({ stdout }: Outcome): readonly string[] {
  const lines = stdout.split("\n").filter((line) => /refused|rejected/.test(line));
  return lines.map((line) => line.slice("00:00:00  ".length));
}

async function* input(content: string | Uint8Array): AsyncIterable<Uint8Array> {
  yield Buffer.from(content);
}

/** A clock whose time goes by twenty times as fast, for commands that wait. */
export function fastClock(start = new Date()): Clock {
  const speed = 20;
  const beginning = performance.now();
  return {
    now: () => new Date(start.getTime() + Math.floor((performance.now() - beginning) * speed)),
    sleep: (span, signal) => systemClock.sleep(milliseconds(Math.ceil(span / speed)), signal),
  };
}
