/** Owns the work under way: sees the failures that nobody else does, and waits for all of it at the end. */
export class Tasks {
  readonly #running = new Set<Promise<void>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Does work that nobody waits for. */
  run(work: () => Promise<void>): void {
    const task = this.#watched(work);
    this.#running.add(task);
    void this.#forget(task);
  }

  /** Does work whose outcome the caller hears of. */
  async own<T>(work: () => Promise<T>): Promise<T> {
    const task = work();
    this.run(async () => void (await Promise.allSettled([task])));
    return task;
  }

  /** Resolves when no work is left, that begun in the meantime included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #watched(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#onError(error);
    }
  }

  async #forget(task: Promise<void>): Promise<void> {
    await task;
    this.#running.delete(task);
  }
}
