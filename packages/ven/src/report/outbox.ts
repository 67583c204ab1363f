import {
  InvalidIdError,
  milliseconds,
  NotRegisteredOrAuthorizedError,
  RejectedError,
  seconds,
  type Duration,
  type OadrUpdatedReport,
  type ReportInterval,
} from "@openleadr/protocol";
import { backOff, retryable } from "@openleadr/transport";
import type { VenContext } from "../context.ts";
import { errorOf } from "../async/failure.ts";
import { minPeriodOf, type RequestedData } from "./report-request.ts";

/** What an {@link Outbox} needs to know. */
export interface OutboxOptions {
  readonly data: RequestedData;
  /** Aborts when the data are wanted no longer. */
  readonly signal: AbortSignal;
  /** Called with every answer. */
  onUpdated(answer: OadrUpdatedReport): void;
  /** Called when the VTN does not know the request. */
  onUnknown(): void;
}

/**
 * Keeps the data of one request until the VTN has them, and sends them in order.
 *
 * @see OpenADR 2.0b, §8.3, rules 313–316, 346, 510
 */
export class Outbox {
  readonly #context: VenContext;
  readonly #options: OutboxOptions;
  readonly #capacity: number;
  readonly #perMessage: number;
  #intervals: ReportInterval[] = [];
  #sending: Promise<void> | undefined;

  constructor(context: VenContext, options: OutboxOptions) {
    const { data } = options;
    this.#context = context;
    this.#options = options;
    this.#capacity = Math.min(10_000, Math.max(100, Math.ceil(data.offer.duration / minPeriodOf(data))));
    this.#perMessage = Math.max(1, Math.floor(valuesPerMessage / data.points.length));
  }

  /** Adds data and has everything sent. The oldest data give way when there are too many. */
  add(intervals: readonly ReportInterval[]): void {
    this.#intervals.push(...intervals);
    const excess = this.#intervals.length - this.#capacity;
    if (excess > 0) {
      this.#intervals.splice(0, excess);
      const { reportRequestId } = this.#options.data.request;
      this.#context.options.logger.warn({ reportRequestId, intervals: excess }, "unsent data dropped");
    }
    this.#sending ??= this.#send();
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    const { signal } = this.#options;
    let delays = this.#delays();
    try {
      while (this.#intervals.length > 0 && !signal.aborted) {
        const retryIn = await this.#sendSome(delays);
        if (retryIn === "given up") break;
        if (retryIn === undefined) delays = this.#delays();
        else await this.#context.options.clock.sleep(retryIn, signal);
      }
    } catch (error) {
      if (!signal.aborted) this.#context.options.logger.error({ error }, "data not sent");
    } finally {
      this.#sending = undefined;
    }
  }

  async #sendSome(delays: Iterator<Duration>): Promise<Duration | "given up" | undefined> {
    const { reportRequestId } = this.#options.data.request;
    const intervals = this.#intervals.slice(0, this.#perMessage);
    try {
      const answer = await this.#context.call("oadrUpdateReport", this.#update(intervals));
      this.#remove(intervals);
      this.#context.tell({ type: "reportSent", reportRequestId, intervals: intervals.length });
      if (answer !== undefined) this.#options.onUpdated(answer.payload);
      return undefined;
    } catch (error) {
      if (this.#options.signal.aborted) throw error;
      const retryIn = this.#retryIn(error, delays);
      this.#context.options.logger.warn({ reportRequestId, error, retryIn }, "report failed");
      this.#context.tell({ type: "reportFailed", reportRequestId, error: errorOf(error), retryIn });
      return this.#afterFailure(error, intervals) ? "given up" : retryIn === false ? undefined : retryIn;
    }
  }

  #update(intervals: readonly ReportInterval[]) {
    const { request, offer } = this.#options.data;
    const { newId, clock } = this.#context.options;
    const [first] = intervals;
    const report = {
      ...(first?.dtstart !== undefined && { dtstart: first.dtstart }),
      intervals: intervals.map((interval, index) => ({ ...interval, uid: String(index) })),
      reportDescriptions: [],
      reportRequestId: request.reportRequestId,
      reportSpecifierId: offer.reportSpecifierId,
      reportName: offer.reportName,
      createdDateTime: clock.now(),
    };
    return { requestId: newId(), reports: [report], venId: this.#context.registration().venId };
  }

  /** `false` where the VTN has refused them; the data are not sent again then. */
  #retryIn(error: unknown, delays: Iterator<Duration>): Duration | false {
    if (error instanceof RejectedError) return false;
    if (!retryable(error)) return this.#back();
    return (delays.next() as IteratorYieldResult<Duration>).value;
  }

  /** Whether nothing more is to be sent now. */
  #afterFailure(error: unknown, intervals: readonly ReportInterval[]): boolean {
    if (!(error instanceof RejectedError)) return false;
    if (error instanceof NotRegisteredOrAuthorizedError) {
      this.#context.wake("poll");
      return true;
    }
    this.#remove(intervals);
    if (!(error instanceof InvalidIdError)) return false;
    this.#options.onUnknown();
    return true;
  }

  #remove(sent: readonly ReportInterval[]): void {
    this.#intervals = this.#intervals.filter((interval) => !sent.includes(interval));
  }

  #delays(): Iterator<Duration> {
    return backOff({ max: this.#back(), random: this.#context.options.random })[Symbol.iterator]();
  }

  #back(): Duration {
    return milliseconds(Math.max(seconds(1), this.#options.data.request.reportSpecifier.reportBackDuration));
  }
}

/** Keeps a message after a long outage well below what VTNs take. */
const valuesPerMessage = 1000;
