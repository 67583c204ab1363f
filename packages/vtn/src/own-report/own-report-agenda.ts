import { once, setMaxListeners } from "node:events";
import { milliseconds, seconds, type Clock, type Duration } from "@openleadr/protocol";
import type { Logger } from "@openleadr/transport";
import type { OwnReportRequest, OwnReportStore } from "../store/own-report-store.ts";

/** What an {@link OwnReportAgenda} needs. */
export interface AgendaOptions {
  readonly store: OwnReportStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Does what is due; resolves with when the request is due next, or undefined when it is done. */
  serve(record: OwnReportRequest, signal: AbortSignal): Promise<Date | undefined>;
}

/**
 * Sees to it that requests are served when they are due: one task with one timer for all VENs. What is due while it does
 * not run is served when it runs again. Requests are served beside one another, so that a slow one holds up no other.
 */
export class OwnReportAgenda {
  readonly #options: AgendaOptions;
  /** By recordID. */
  readonly #served = new Map<string, Promise<void>>();
  #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #alarm: AbortController | undefined;
  #alarmAt = Infinity;
  #isWoken = false;

  constructor(options: AgendaOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running !== undefined) return;
    this.#stopping = new AbortController();
    // Whoever asks for a value listens, and there may be many of them; Node takes more than ten for a leak.
    setMaxListeners(0, this.#stopping.signal);
    this.#running = this.#run(this.#stopping.signal);
  }

  /** Begins nothing new, tells handlers to end, and resolves. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the VTN stops"));
    this.#alarm?.abort();
    await this.#running;
    await Promise.all(this.#served.values());
    this.#running = undefined;
  }

  /** Has it look at once for what is due. */
  wake(): void {
    this.#isWoken = true;
    this.#alarm?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#isWoken = false;
        this.#alarmAt = Infinity;
        const nextAt = await this.#serveDue(signal);
        await this.#sleepUntil(nextAt, signal);
      } catch (error) {
        this.#options.logger.error({ error }, "own reports failed");
        await this.#sleepUntil(this.#later(), signal);
      }
    }
  }

  async #serveDue(signal: AbortSignal): Promise<Date | undefined> {
    const { store, clock } = this.#options;
    const { due, nextAt } = await store.dueOwnReportRequests(clock.now());
    for (const record of due) {
      if (signal.aborted || this.#served.has(record.recordId)) continue;
      this.#served.set(record.recordId, this.#serve(record, signal));
    }
    return nextAt;
  }

  async #serve(record: OwnReportRequest, signal: AbortSignal): Promise<void> {
    let dueAt: Date | undefined;
    try {
      dueAt = await this.#options.serve(record, signal);
    } catch (error) {
      if (!signal.aborted) dueAt = await this.#afterFailure(record, error, signal);
    }
    this.#served.delete(record.recordId);
    if (dueAt !== undefined && dueAt.getTime() < this.#alarmAt) this.wake();
  }

  /** The state of the VTN, not the handlers of the application, has failed: it is tried again after a while. */
  async #afterFailure({ venId, request }: OwnReportRequest, error: unknown, signal: AbortSignal): Promise<Date> {
    const { clock, logger } = this.#options;
    logger.error({ venId, reportRequestId: request.reportRequestId, error }, "own report failed");
    await untilAborted(clock.sleep(retryAfter, signal), signal);
    return clock.now();
  }

  async #sleepUntil(at: Date | undefined, signal: AbortSignal): Promise<void> {
    if (this.#isWoken || signal.aborted) return;
    const { clock } = this.#options;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#alarmAt = at?.getTime() ?? Infinity;
    const left = (until: Date): Duration => milliseconds(Math.max(0, until.getTime() - clock.now().getTime()));
    const end = at === undefined ? once(alarm.signal, "abort") : clock.sleep(left(at), alarm.signal);
    await untilAborted(end, alarm.signal);
    this.#alarm = undefined;
  }

  #later(): Date {
    return new Date(this.#options.clock.now().getTime() + retryAfter);
  }
}

const retryAfter = seconds(10);

/** Resolves also when the promise rejects because the signal has aborted. */
async function untilAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
