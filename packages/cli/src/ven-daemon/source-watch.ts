import type { OfferConfig } from "./config/reports.ts";
import type { DaemonLog } from "./daemon-log.ts";

/** Tells of sources that fail: once, however often they are read, until the reason is another or they work again. */
export class SourceWatch {
  readonly #log: DaemonLog;
  readonly #reasons = new Map<string, string>();
  readonly #seen = new WeakSet<Error>();

  constructor(log: DaemonLog) {
    this.#log = log;
  }

  /** What `read` resolves with. Rejects as it does; of what it rejects with once `signal` has aborted, nothing is told. */
  async watch<T>({ reportSpecifierId, rId }: OfferConfig, read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const key = JSON.stringify([reportSpecifierId, rId]);
    try {
      const value = await read();
      if (this.#reasons.delete(key)) this.#log.write("info", "reading works again", { reportSpecifierId, rId });
      return value;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#seen.add(error);
      if (this.#reasons.get(key) !== error.message)
        this.#log.write("warn", "reading failed", { reportSpecifierId, rId, error });
      this.#reasons.set(key, error.message);
      throw error;
    }
  }

  /** Whether an error is one of a source. */
  hasSeen(error: Error): boolean {
    return this.#seen.has(error);
  }
}
