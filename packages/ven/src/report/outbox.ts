import {
  HttpStatusError,
  InvalidIdError,
  milliseconds,
  minutes,
  NotRegisteredOrAuthorizedError,
  RejectedError,
  RuleViolationError,
  seconds,
  type Duration,
  type OadrUpdatedReport,
  type ReportInterval,
} from "@openleadr/protocol";
import { backOff, retryable } from "@openleadr/transport";
import type { VenContext } from "../context.ts";
import { errorOf } from "../async/failure.ts";
import type { RequestedData } from "./report-request.ts";
import type { UnsentInterval } from "./request-record.ts";

/** What an {@link Outbox} works with. */
export interface OutboxOptions {
  readonly data: RequestedData;
  /** Aborts when the data are wanted no longer. */
  readonly signal: AbortSignal;
  /** What is to be sent, in order. */
  unsent(): readonly UnsentInterval[];
  /** Called with what needs not be sent again. */
  onDone(intervals: readonly ReportInterval[]): void;
  /** Called with every answer. */
  onUpdated(answer: OadrUpdatedReport): void;
  /** Called when the VTN does not know the request. */
  onUnknown(): void;
}

/**
 * Sends the data of one request, in order, again and again until the VTN has them. What is sent is stored before, so that
 * it is the same when it is sent again after a crash.
 *
 * @see OpenADR 2.0b, §8.3, §9.1.7, rules 313–316, 346
 */
export class Outbox {
  readonly #context: VenContext;
  readonly #options: OutboxOptions;
  /** How many intervals the VTN takes in one message, as far as is known. */
  #most: number;
  /** How many the next message has, at the most. */
  #size: number;
  #sending: Promise<void> | undefined;

  constructor(context: VenContext, options: OutboxOptions) {
    this.#context = context;
    this.#options = options;
    this.#most = Math.max(1, Math.floor(valuesPerMessage / options.data.points.length));
    this.#size = this.#most;
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
    try {
      let delays = this.#delays();
      while (!this.#isIdle()) {
        const retryIn = await this.#sendSome(delays);
        if (retryIn === "given up") break;
        if (retryIn === "at once") continue;
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

  /** When to go on: at once after a success (undefined), too. */
  async #sendSome(delays: Iterator<Duration>): Promise<Duration | "at once" | "given up" | undefined> {
    const { reportRequestId } = this.#options.data.request;
    await this.#context.notebook.triedInTurn();
    if (this.#isIdle()) return undefined;
    const intervals = this.#options.unsent().slice(0, this.#size);
    try {
      const answer = await this.#context.call("oadrUpdateReport", this.#update(intervals));
      this.#size = Math.min(this.#most, this.#size * 2);
      this.#options.onDone(intervals);
      this.#context.tell({ type: "reportSent", reportRequestId, intervals: intervals.length });
      if (answer !== undefined) this.#options.onUpdated(answer.payload);
      return undefined;
    } catch (error) {
      if (this.#options.signal.aborted) throw error;
      if (this.#mayBeSplit(error, intervals)) return "at once";
      const retryIn = this.#retryIn(error, { intervals, delays });
      this.#context.options.logger.warn({ reportRequestId, error, retryIn }, "report failed");
      this.#context.tell({ type: "reportFailed", reportRequestId, error: errorOf(error), retryIn });
      return this.#afterFailure(error, { intervals, retryIn });
    }
  }

  #update(intervals: readonly UnsentInterval[]) {
    const { request, offer } = this.#options.data;
    const { newId, clock } = this.#context.options;
    const [first] = intervals;
    const report = {
      ...(first?.dtstart !== undefined && { dtstart: first.dtstart }),
      intervals: intervals.map(({ since: _, ...interval }, index) => ({ ...interval, uid: String(index) })),
      reportDescriptions: [],
      reportRequestId: request.reportRequestId,
      reportSpecifierId: offer.reportSpecifierId,
      reportName: offer.reportName,
      createdDateTime: clock.now(),
    };
    return { requestId: newId(), reports: [report], venId: this.#context.registration().venId };
  }

  /**
   * Whether fewer intervals are to be sent instead, at once: each may be sent by itself, but those that come late must not
   * follow younger ones in one message (rule 314).
   */
  #mayBeSplit(error: unknown, intervals: readonly ReportInterval[]): boolean {
    if (!(error instanceof RuleViolationError) || intervals.length === 1) return false;
    this.#size = Math.floor(intervals.length / 2);
    return true;
  }

  /** `false` where the data are not sent again: the VTN has refused them, or they must not be sent at all. */
  #retryIn(
    error: unknown,
    { intervals, delays }: { readonly intervals: readonly ReportInterval[]; readonly delays: Iterator<Duration> },
  ): Duration | false {
    if (error instanceof RuleViolationError) return false;
    const isRefused = error instanceof RejectedError;
    if (isRefused && error.responseCode !== ownFailure) return false;
    const isOther = isTooLarge(error) && intervals.length > 1;
    if (!isRefused && !isOther && !retryable(error)) return longestDelay;
    return (delays.next() as IteratorYieldResult<Duration>).value;
  }

  #afterFailure(
    error: unknown,
    { intervals, retryIn }: { readonly intervals: readonly ReportInterval[]; readonly retryIn: Duration | false },
  ): Duration | "given up" | undefined {
    if (isTooLarge(error)) this.#size = this.#most = Math.max(1, Math.floor(intervals.length / 2));
    if (retryIn !== false) return retryIn;
    if (error instanceof NotRegisteredOrAuthorizedError) {
      this.#context.wake("poll");
      return "given up";
    }
    if (error instanceof InvalidIdError) {
      this.#options.onUnknown();
      return "given up";
    }
    this.#options.onDone(intervals);
    return undefined;
  }

  #delays(): Iterator<Duration> {
    return backOff({ max: this.#longestDelay(), random: this.#context.options.random })[Symbol.iterator]();
  }

  /** As often as the VEN polls (§9.1.7), or has something new to send; a report each day is not to wait for a day. */
  #longestDelay(): Duration {
    const { reportBackDuration } = this.#options.data.request.reportSpecifier;
    const { pollInterval } = this.#context.registration();
    return milliseconds(Math.min(Math.max(seconds(1), reportBackDuration, pollInterval), longestDelay));
  }
}

/** Keeps a message after a long outage well below what VTNs take. */
export const valuesPerMessage = 1000;

/** Between attempts; also before the same is sent again where the standard forbids to do so (§9.1.5). */
const longestDelay = minutes(5);

/** The response code of a VTN that failed for a reason of its own, which may pass, as that of a database that is away. */
export const ownFailure = 469;

/** Whether the message is too much for the VTN, so that a shorter one may be not. */
function isTooLarge(error: unknown): boolean {
  return error instanceof HttpStatusError && error.status === 413;
}
