import {
  InvalidIdError,
  milliseconds,
  minutes,
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
import type { RequestedData } from "./report-request.ts";

/** What an {@link Outbox} works with. */
export interface OutboxOptions {
  readonly data: RequestedData;
  /** Aborts when the data are wanted no longer. */
  readonly signal: AbortSignal;
  /** What is to be sent, in order. */
  unsent(): readonly ReportInterval[];
  /** Called with what needs not be sent again. */
  onDone(intervals: readonly ReportInterval[]): void;
  /** Called with every answer. */
  onUpdated(answer: OadrUpdatedReport): void;
  /** Called when the VTN does not know the request. */
  onUnknown(): void;
}

/**
 * Sends the data of one request, in order, again and again until the VTN has them.
 *
 * @see OpenADR 2.0b, §8.3, §9.1.7, rules 313–316, 346
 */
export class Outbox {
  readonly #context: VenContext;
  readonly #options: OutboxOptions;
  readonly #perMessage: number;
  #sending: Promise<void> | undefined;

  constructor(context: VenContext, options: OutboxOptions) {
    this.#context = context;
    this.#options = options;
    this.#perMessage = Math.max(1, Math.floor(valuesPerMessage / options.data.points.length));
  }

  /** Has everything sent that there is. */
  send(): void {
    if (this.#isIdle()) return;
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
      while (!this.#isIdle()) {
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

  /** Whether there is nothing to send. */
  #isIdle(): boolean {
    return this.#options.unsent().length === 0 || this.#options.signal.aborted;
  }

  async #sendSome(delays: Iterator<Duration>): Promise<Duration | "given up" | undefined> {
    const { reportRequestId } = this.#options.data.request;
    const intervals = this.#options.unsent().slice(0, this.#perMessage);
    try {
      const answer = await this.#context.call("oadrUpdateReport", this.#update(intervals));
      this.#options.onDone(intervals);
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
    if (!retryable(error)) return this.#longestDelay();
    return (delays.next() as IteratorYieldResult<Duration>).value;
  }

  /** Whether nothing more is to be sent now. */
  #afterFailure(error: unknown, intervals: readonly ReportInterval[]): boolean {
    if (!(error instanceof RejectedError)) return false;
    if (error instanceof NotRegisteredOrAuthorizedError) {
      this.#context.wake("poll");
      return true;
    }
    this.#options.onDone(intervals);
    if (!(error instanceof InvalidIdError)) return false;
    this.#options.onUnknown();
    return true;
  }

  #delays(): Iterator<Duration> {
    return backOff({ max: this.#longestDelay(), random: this.#context.options.random })[Symbol.iterator]();
  }

  /** A report each day is not to wait for a day, when the VTN has been away for a minute. */
  #longestDelay(): Duration {
    const { reportBackDuration } = this.#options.data.request.reportSpecifier;
    return milliseconds(Math.min(Math.max(seconds(1), reportBackDuration), minutes(5)));
  }
}

/** Keeps a message after a long outage well below what VTNs take. */
const valuesPerMessage = 1000;
