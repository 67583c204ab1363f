import { isDeepStrictEqual } from "node:util";
import {
  firstReport,
  firstSample,
  lastSample,
  milliseconds,
  nextReport,
  nextSample,
  reportScheduleOf,
  type OadrCancelReport,
  type OadrUpdatedReport,
  type ReportInterval,
  type ReportSchedule,
} from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import { Nap } from "../async/nap.ts";
import { Outbox } from "./outbox.ts";
import { read, type Reading } from "./reading.ts";
import { minPeriodOf, type RequestedData } from "./report-request.ts";

/**
 * The life of one request for data: samples and sends until its time is over, or it is cancelled.
 *
 * @see OpenADR 2.0b, §8.3, rules 300, 314–318, 324, 325, 345
 */
export class ReportRun {
  readonly #context: VenContext;
  readonly #data: RequestedData;
  readonly #schedule: ReportSchedule;
  readonly #cancelled = new AbortController();
  readonly #nap: Nap;
  readonly #outbox: Outbox;
  #sampled: ReportInterval[] = [];
  #last: readonly Reading[] | undefined;
  #isFinishing = false;

  constructor(context: VenContext, data: RequestedData) {
    this.#context = context;
    this.#data = data;
    this.#nap = new Nap(context.options.clock);
    this.#schedule = reportScheduleOf(data.request.reportSpecifier, {
      now: context.options.clock.now(),
      minPeriod: minPeriodOf(data),
      isPoint: data.offer.reportName === "TELEMETRY_STATUS",
    });
    this.#outbox = new Outbox(context, {
      data,
      signal: this.#cancelled.signal,
      onUpdated: (answer) => this.#heed(answer),
      onUnknown: () => this.cancel(),
    });
  }

  get request(): RequestedData["request"] {
    return this.#data.request;
  }

  /** Resolves when the request has been served, or cancelled. */
  async live(): Promise<void> {
    try {
      if (this.request.reportSpecifier.reportBackDuration === 0) await this.#sampleNow();
      else await this.#sampleUntilEnd();
      this.#send();
    } catch (error) {
      if (!this.#cancelled.signal.aborted) throw error;
    } finally {
      await this.#outbox.settled();
    }
  }

  /** Sends nothing any more. */
  cancel(): void {
    this.#cancelled.abort(new Error("the report is wanted no longer"));
  }

  /** Sends one more report, and then nothing any more (rule 345). */
  finish(): void {
    this.#isFinishing = true;
    this.#nap.wake();
  }

  /** Cancels, or finishes, as the VTN's message says. */
  end({ reportToFollow }: Pick<OadrCancelReport, "reportToFollow">): void {
    if (reportToFollow) this.finish();
    else this.cancel();
  }

  async #sampleUntilEnd(): Promise<void> {
    const schedule = this.#schedule;
    let sampleAt = firstSample(schedule, this.#now());
    let reportAt = firstReport(schedule, this.#now());
    while (Math.min(sampleAt, reportAt) < Infinity) {
      const at = Math.min(sampleAt, reportAt);
      await this.#sleepUntil(at);
      if (this.#isFinishing) return this.#lastSample();
      if (sampleAt === at) {
        const isLate = this.#now() - sampleAt >= schedule.period;
        await this.#sample(isLate ? lastSample(schedule, this.#now()) : sampleAt);
        sampleAt = nextSample(schedule, Math.max(at, this.#now()));
      }
      if (reportAt === at) {
        this.#repeatUnchanged();
        this.#send();
        reportAt = nextReport(schedule, Math.max(at, this.#now()));
      }
    }
  }

  async #sleepUntil(at: number): Promise<void> {
    while (!this.#isFinishing && this.#now() < at)
      await this.#nap.sleep(milliseconds(Math.ceil(at - this.#now())), this.#cancelled.signal);
  }

  async #lastSample(): Promise<void> {
    if (this.#sampled.length === 0) await this.#sampleNow();
  }

  /** As the last sample of a device that is always being sampled (rule 337). */
  async #sampleNow(): Promise<void> {
    await this.#sample(this.#now());
  }

  async #sample(at: number): Promise<void> {
    const { points, offer, request } = this.#data;
    const scope = { context: this.#context, signal: this.#cancelled.signal };
    const readings = await Promise.all(points.map((point) => read(point, offer, scope)));
    const { granularity, reportBackDuration } = request.reportSpecifier;
    const onChange = granularity === 0 && reportBackDuration > 0;
    if (!onChange || !isDeepStrictEqual(readings, this.#last)) this.#sampled.push(this.#interval(at, readings));
    this.#last = readings;
  }

  /** Where only changes are wanted and there were none, the VTN is told so (rule 317). */
  #repeatUnchanged(): void {
    if (this.#sampled.length > 0 || this.#last === undefined || this.request.reportSpecifier.granularity > 0) return;
    this.#sampled.push(this.#interval(this.#now(), this.#last.map(unchanged)));
  }

  #send(): void {
    if (this.#sampled.length > 0) this.#outbox.add(this.#sampled);
    this.#sampled = [];
  }

  #interval(at: number, payloads: readonly Reading[]): ReportInterval {
    const { isPoint, period } = this.#schedule;
    const [first, ...rest] = payloads;
    if (first === undefined) throw new Error("a report without data points");
    if (isPoint) return { dtstart: new Date(at), payloads: [first, ...rest] };
    return { dtstart: new Date(at - period), duration: milliseconds(period), payloads: [first, ...rest] };
  }

  /** Rule 328: a cancellation in the answer counts for the requests that it answers. */
  #heed({ cancelReport }: OadrUpdatedReport): void {
    if (cancelReport?.reportRequestIds.includes(this.request.reportRequestId) === true) this.end(cancelReport);
  }

  #now(): number {
    return this.#context.options.clock.now().getTime();
  }
}

function unchanged(reading: Reading): Reading {
  return { ...reading, dataQuality: "No New Value - Previous Value Used" };
}
