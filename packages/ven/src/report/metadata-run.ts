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
import { timesOf } from "./request-record.ts";
import { isYetToBegin } from "./rewind.ts";

/** What a {@link MetadataRun} works with. */
export interface MetadataRunOptions {
  /** Called whenever the metadata are due; resolves when they have been sent, or given up. */
  send(): Promise<void>;
  /** Called when the request is further than it was. */
  onChange(): void;
}

/** A request for metadata that has been accepted, and how far it is: plain data. */
export interface MetadataRecord {
  readonly request: ReportRequest;
  /** When to send next, where it is more than once; absent when that is over, or where an older version stored it. */
  readonly reportAt?: Date;
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
  readonly #schedule: ReportSchedule;
  /** When to send next. */
  #at: number;
  #isEnding = false;

  /** Begins with a request; or goes on with `record`, and sends nothing again that was sent before a restart. */
  constructor(
    context: VenContext,
    taken: ReportRequest | { readonly record: MetadataRecord },
    options: MetadataRunOptions,
  ) {
    const { request, reportAt } = "record" in taken ? taken.record : { request: taken, reportAt: undefined };
    const now = context.options.clock.now();
    this.request = request;
    this.#context = context;
    this.#options = options;
    this.#nap = new Nap(context.options.clock);
    this.#schedule = scheduleOf(request, reportAt ?? now);
    const next = "record" in taken ? nextReport : firstReport;
    this.#at = reportAt?.getTime() ?? next(this.#schedule, now.getTime());
  }

  /** What is still to be served: one sending, where no more are to follow. */
  get record(): MetadataRecord {
    if (!this.#isEnding) return { request: this.request, ...timesOf({ sampleAt: Infinity, reportAt: this.#at }) };
    const { reportSpecifier } = this.request;
    return {
      request: { ...this.request, reportSpecifier: { ...reportSpecifier, reportBackDuration: milliseconds(0) } },
    };
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
    this.#options.onChange();
  }

  /** Has the last sending follow, if there is to be one. */
  wake(): void {
    this.#nap.wake();
  }

  async #untilEnd(): Promise<void> {
    while (this.#at < Infinity) {
      await this.#sleepUntilDue();
      await this.#send();
      if (this.#isEnding) return;
      this.#goOn(nextReport(this.#schedule, Math.max(this.#at, this.#now())));
    }
  }

  /** Sleeps until they are due, which is earlier where the clock is set back meanwhile. */
  async #sleepUntilDue(): Promise<void> {
    while (!this.#isEnding && this.#now() < this.#at) {
      await this.#nap.sleep(milliseconds(Math.min(this.#at - this.#now(), longestNap)), this.#cancelled.signal);
      const now = this.#now();
      const next = isYetToBegin(this.request, now) ? Infinity : nextReport(this.#schedule, now);
      if (next < this.#at) this.#goOn(next);
    }
  }

  #goOn(at: number): void {
    this.#at = at;
    this.#options.onChange();
  }

  async #send(): Promise<void> {
    await unlessAborted(this.#options.send(), this.#cancelled.signal);
  }

  #now(): number {
    return this.#context.options.clock.now().getTime();
  }
}

/** A whole set of metadata is there at every instant, as a point is. */
function scheduleOf({ reportSpecifier }: ReportRequest, now: Date): ReportSchedule {
  const { reportBackDuration } = reportSpecifier;
  const specifier = { ...reportSpecifier, granularity: reportBackDuration };
  return reportScheduleOf(specifier, { now, minPeriod: reportBackDuration, isPoint: true });
}
