import {
  firstReport,
  milliseconds,
  nextReport,
  reportScheduleOf,
  type OadrCancelReport,
  type ReportRequest,
  type ReportSchedule,
} from "@openleadr/protocol";
import { longestNap, Nap } from "../async/nap.ts";
import { unlessAborted } from "../async/unless-aborted.ts";
import type { VenContext } from "../context.ts";
import { isOnce } from "./report-request.ts";
import { isYetToBegin } from "./rewind.ts";

/** What a {@link MetadataRun} works with. */
export interface MetadataRunOptions {
  /** Called whenever the metadata are due; resolves when they have been sent, or given up. */
  send(): Promise<void>;
  /** Called when one more sending is to follow, and then none. */
  onEnding(): void;
}

/**
 * The life of one request for metadata: has them sent once, or again and again.
 *
 * @see OpenADR 2.0b, §8.3, rules 306, 311, 324, 327
 */
export class MetadataRun {
  readonly request: ReportRequest;
  readonly #context: VenContext;
  readonly #options: MetadataRunOptions;
  readonly #cancelled = new AbortController();
  readonly #nap: Nap;
  #isEnding = false;

  constructor(context: VenContext, request: ReportRequest, options: MetadataRunOptions) {
    this.request = request;
    this.#context = context;
    this.#options = options;
    this.#nap = new Nap(context.options.clock);
  }

  /** What is still to be served: one sending, where no more are to follow. */
  get remaining(): ReportRequest {
    if (!this.#isEnding) return this.request;
    const { reportSpecifier } = this.request;
    return { ...this.request, reportSpecifier: { ...reportSpecifier, reportBackDuration: milliseconds(0) } };
  }

  /** Resolves when the request has been served, or cancelled. */
  async live(): Promise<void> {
    try {
      if (isOnce(this.request)) await this.#send();
      else await this.#untilEnd();
    } catch (error) {
      if (!this.#cancelled.signal.aborted) throw error;
    }
  }

  cancel(): void {
    this.#cancelled.abort(new Error("the metadata are wanted no longer"));
  }

  /** Cancels; as the VTN's message says, after one more sending, as soon as {@link wake} is called. */
  end({ reportToFollow }: Pick<OadrCancelReport, "reportToFollow">): void {
    if (!reportToFollow) return this.cancel();
    this.#isEnding = true;
    this.#options.onEnding();
  }

  /** Has the last sending follow, if there is to be one. */
  wake(): void {
    this.#nap.wake();
  }

  async #untilEnd(): Promise<void> {
    const { reportSpecifier } = this.request;
    const { reportBackDuration } = reportSpecifier;
    // A whole set of metadata is there at every instant, as a point is.
    const specifier = { ...reportSpecifier, granularity: reportBackDuration };
    const now = this.#context.options.clock.now();
    const schedule = reportScheduleOf(specifier, { now, minPeriod: reportBackDuration, isPoint: true });
    let at = firstReport(schedule, now.getTime());
    while (at < Infinity) {
      at = await this.#sleepUntil(at, schedule);
      await this.#send();
      if (this.#isEnding) return;
      at = nextReport(schedule, Math.max(at, this.#now()));
    }
  }

  /** Sleeps until that instant or, where the clock is set back meanwhile, an earlier one; which one it was. */
  async #sleepUntil(instant: number, schedule: ReportSchedule): Promise<number> {
    let at = instant;
    while (!this.#isEnding && this.#now() < at) {
      await this.#nap.sleep(milliseconds(Math.min(at - this.#now(), longestNap)), this.#cancelled.signal);
      const now = this.#now();
      if (!isYetToBegin(this.request, now)) at = Math.min(at, nextReport(schedule, now));
    }
    return at;
  }

  async #send(): Promise<void> {
    await unlessAborted(this.#options.send(), this.#cancelled.signal);
  }

  #now(): number {
    return this.#context.options.clock.now().getTime();
  }
}
