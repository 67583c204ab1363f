import { milliseconds, type Duration } from "@openleadr/protocol";
import type { OfferedDataPoint } from "@openleadr/ven";
import type { Tools } from "./actions.ts";
import type { ReportConfig } from "./config/reports.ts";
import { readSource } from "./sources.ts";

/** A data point whose history the daemon keeps. */
export interface SampledPoint {
  readonly point: OfferedDataPoint;
  /** At whole multiples of this since 1970: PT15M at each quarter of an hour. */
  readonly every: Duration;
  /** Where the readings come from at the moment. */
  readonly report: () => ReportConfig;
}

/** Takes readings by itself, and has the VEN keep them as history: each stands for the span at whose end it was taken. */
export class HistorySampler {
  readonly #points: readonly SampledPoint[];
  readonly #tools: () => Omit<Tools, "signal">;
  readonly #stopping = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(points: readonly SampledPoint[], tools: () => Omit<Tools, "signal">) {
    this.#points = points;
    this.#tools = tools;
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

  async #next({ point, every, report }: SampledPoint, signal: AbortSignal): Promise<void> {
    const { clock } = this.#tools();
    const begun = clock.now().getTime();
    const end = (Math.floor(begun / every) + 1) * every;
    await clock.sleep(milliseconds(end - begun), signal);
    // What is read long after, as when the machine was asleep, is not what was so then.
    if (clock.now().getTime() >= end + every) return;
    const { log, ...tools } = this.#tools();
    try {
      const value = (await readSource(report(), { ...tools, log, signal })) as number;
      point.record(value, { at: new Date(end - every), duration: every });
    } catch (error) {
      signal.throwIfAborted();
      log.write("warn", "history has a gap", { reportSpecifierId: point.reportSpecifierId, rId: point.rId, error });
    }
  }
}
