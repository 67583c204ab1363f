import { stat } from "node:fs/promises";
import { seconds, type Clock } from "@openleadr/protocol";

/** Options of a {@link FileWatch}. */
export interface FileWatchOptions {
  /** Gives the files, each time they are looked at; they need not be there. */
  readonly files: () => readonly string[];
  readonly clock: Clock;
  /** Called when files are others than before; the next look waits for it. */
  readonly onChange: () => Promise<void>;
}

/**
 * Looks at files every few seconds, and tells when some are others than before and have been let alone since the last look:
 * who replaces a certificate and its key does so one after the other. Works with links, and with any file system.
 */
export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;
  /** The state of the files that is known. */
  #known: Promise<string>;

  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#known = stateOf(options.files());
    this.#running = this.#run();
  }

  /** Has the files as they are now count as known: they are about to be read. */
  expect(): void {
    this.#known = stateOf(this.#options.files());
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    let last = await this.#known;
    while (await this.#isTime(signal)) {
      const now = await stateOf(this.#options.files());
      const isNew = now === last && now !== (await this.#known);
      last = now;
      if (!isNew || signal.aborted) continue;
      this.#known = Promise.resolve(now);
      await this.#options.onChange();
    }
  }

  async #isTime(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.clock.sleep(seconds(5), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  }
}

/** What changes when one of the files does. */
async function stateOf(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(stampOf))).join("\n");
}

async function stampOf(file: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return "none";
  }
}
