import { isDeepStrictEqual } from "node:util";
import { FileWatch } from "../security/file-watch.ts";
import { CommandError, FileError, type Io } from "../io.ts";
import type { ReadVenConfig } from "./config/ven-config.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { contentOf, readVenConfig } from "./read-ven-config.ts";
import type { VenDaemon } from "./ven-daemon.ts";

interface Parts {
  readonly daemon: VenDaemon;
  readonly io: Io;
  readonly log: DaemonLog;
  /** Has {@link WatchedConfig.reload} called. */
  readonly wish: () => void;
}

/** The file of a daemon: read anew when that is wished for, and when certificates or keys change that it names. */
export class WatchedConfig {
  readonly #file: string;
  readonly #parts: Parts;
  readonly #watch: FileWatch;
  #read: ReadVenConfig;

  constructor(file: string, read: ReadVenConfig, parts: Parts) {
    this.#file = file;
    this.#parts = parts;
    this.#read = read;
    this.#watch = new FileWatch({
      files: () => this.#read.certificateFiles,
      clock: parts.io.clock,
      onChange: async () => this.#certificatesChanged(),
    });
  }

  /** Has the daemon do as the file says by now; if it has mistakes, they are told, and all goes on as before. */
  async reload(): Promise<void> {
    this.#watch.expect();
    const { daemon, io, log } = this.#parts;
    try {
      const read = readVenConfig(this.#file, io.env);
      await daemon.apply(read);
      const before = this.#read.certificateFiles;
      this.#read = read;
      // Another list is no change of what it names; in the same one, somebody may have changed a file since.
      if (!isDeepStrictEqual(read.certificateFiles, before)) this.#watch.expect();
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const mistakes = error instanceof FileError ? error.mistakes : [error.message];
      for (const mistake of mistakes)
        log.write("error", { what: "configuration not reloaded", about: mistake }, { mistake });
    }
  }

  async end(): Promise<void> {
    await this.#watch.end();
  }

  /** What somebody is about to change in the file is not taken before it is wished for. */
  #certificatesChanged(): void {
    const { wish, log } = this.#parts;
    if (this.#isFileSame()) wish();
    else log.write("warn", "certificates changed, and the file too: SIGHUP takes both", { file: this.#file });
  }

  #isFileSame(): boolean {
    try {
      return contentOf(this.#file) === this.#read.source;
    } catch (error) {
      if (error instanceof CommandError) return false;
      throw error;
    }
  }
}
