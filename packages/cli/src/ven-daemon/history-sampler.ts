import { milliseconds, type Clock, type Duration } from "@openleadr/protocol";

/** A data point whose history the daemon keeps. */
export interface SampledPoint {
  /** At whole multiples of this since 1970: PT15M at each quarter of an hour. */
  readonly every: Duration;
  /** Reads what is so at the moment, and keeps it for a span. What it rejects with has been told. */
  keep(span: { readonly at: Date; readonly duration: Duration }, signal: AbortSignal): Promise<void>;
}

/** Takes readings by itself, and has the VEN keep them as history: each stands for the span at whose end it was taken. */
export class HistorySampler {
  readonly #points: readonly SampledPoint[];
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(points: readonly SampledPoint[], clock: Clock) {
    this.#points = points;
    this.#clock = clock;
  }

  start(): void {
    this.#running = Promise.all(this.#points.map((point) => this.#untilStopped(point)));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #untilStopped(sampled: SampledPoint): Promise<void> {
    const { signal } = this.#stopping;
    try {
      for (;;) await this.#next(sampled, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #next({ every, keep }: SampledPoint, signal: AbortSignal): Promise<void> {
    const begun = this.#clock.now().getTime();
    const end = (Math.floor(begun / every) + 1) * every;
    await this.#clock.sleep(milliseconds(end - begun), signal);
    // What is read long after, as when the machine was asleep, is not what was so then.
    if (this.#clock.now().getTime() >= end + every) return;
    try {
      await keep({ at: new Date(end - every), duration: every }, signal);
    } catch {
      // It leaves a gap.
      signal.throwIfAborted();
    }
  }
}
