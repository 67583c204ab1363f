import { isDeepStrictEqual } from "node:util";
import {
  historySpan,
  lastSample,
  milliseconds,
  nextReport,
  nextSample,
  type Duration,
  type OadrCancelReport,
  type OadrUpdatedReport,
  type ReportInterval,
  type ReportSchedule,
} from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import { longestNap, Nap } from "../async/nap.ts";
import {
  collectFeed,
  collectReadings,
  collectValue,
  noNewValue,
  type AskedPeriod,
  type AskedTime,
  type Asking,
} from "./collection.ts";
import { intervalsOf } from "./intervals.ts";
import type { KeptReading } from "./kept-readings.ts";
import { Outbox, valuesPerMessage } from "./outbox.ts";
import { placeholder } from "./reading.ts";
import { isHistory, isOnce, type RequestedData } from "./report-request.ts";
import { rewound } from "./rewind.ts";
import { isAskedForSpans, newRecord, scheduleOf, timesOf, type ReportRequestRecord } from "./request-record.ts";
import { Steadiness } from "./steadiness.ts";
import { excessOf, tellDropped } from "./unsent.ts";

/** How a {@link ReportRun} begins. */
export interface ReportRunOptions {
  /** How far the request is, if it was accepted earlier. */
  readonly record?: ReportRequestRecord;
  /** Called when it is further; `before` is how far it was. */
  onChange(before: ReportRequestRecord): void;
  /** How many values may be kept for it. */
  mostReadings(): number;
}

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
  readonly #steadiness: Steadiness;
  readonly #outbox: Outbox;
  readonly #onChange: ReportRunOptions["onChange"];
  readonly #mostReadings: ReportRunOptions["mostReadings"];
  #record: ReportRequestRecord;

  /**
   * Goes on with `record`, or begins anew without; `onChange` hears how far it is. Throws {@link InvalidDataError} for a
   * request that never begins.
   */
  constructor(context: VenContext, data: RequestedData, { record, onChange, mostReadings }: ReportRunOptions) {
    this.#context = context;
    this.#data = data;
    this.#nap = new Nap(context.options.clock);
    this.#steadiness = new Steadiness(this.#now());
    this.#record = record ?? newRecord(data, context.options.clock.now());
    this.#onChange = onChange;
    this.#mostReadings = mostReadings;
    this.#schedule = scheduleOf(data, this.#record.takenAt);
    this.#outbox = new Outbox(context, {
      data,
      signal: this.#cancelled.signal,
      unsent: () => this.#record.unsent,
      onDone: (done) => this.#forget(new Set(done)),
      onUpdated: (answer) => this.#heed(answer),
      onUnknown: () => this.cancel(),
    });
  }

  get request(): RequestedData["request"] {
    return this.#data.request;
  }

  /** How far the request is. */
  get record(): ReportRequestRecord {
    return this.#record;
  }

  /** Resolves when the request has been served, or cancelled. */
  async live(): Promise<void> {
    try {
      this.#outbox.send();
      if (isOnce(this.request) || isHistory(this.#data)) await this.#once();
      else await this.#untilEnd();
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

  /** Cancels; or, as the VTN's message says, sends one more report, and then nothing any more (rule 345), once it is woken. */
  end({ reportToFollow }: Pick<OadrCancelReport, "reportToFollow">): void {
    if (reportToFollow) this.#keep({ isEnding: true });
    else this.cancel();
  }

  /** Has the last report follow at once, if there is to be one. */
  wake(): void {
    this.#nap.wake();
  }

  async #once(): Promise<void> {
    if (this.#record.reportAt === undefined) return;
    const intervals = isHistory(this.#data) ? await this.#history() : await this.#lastValues();
    this.#report(intervals, {});
  }

  async #untilEnd(): Promise<void> {
    for (let at = this.#dueAt(); at < Infinity; at = this.#dueAt()) {
      await this.#sleepUntil(at);
      if (this.#record.isEnding) return this.#lastReport(await this.#dueIntervals(this.#now()));
      if (this.#now() < at) continue;
      if (this.#record.sampleAt?.getTime() === at) await this.#sampleDue(at);
      if (this.#record.reportAt?.getTime() === at) await this.#reportDue(at);
    }
  }

  #dueAt(): number {
    const { sampleAt, reportAt } = this.#record;
    return Math.min(sampleAt?.getTime() ?? Infinity, reportAt?.getTime() ?? Infinity);
  }

  /** Sleeps until that instant, or until it is known that something is due before, as the clock was set back. */
  async #sleepUntil(at: number): Promise<void> {
    while (!this.#record.isEnding && this.#now() < at && this.#dueAt() === at) {
      await this.#nap.sleep(milliseconds(Math.min(Math.ceil(at - this.#now()), longestNap)), this.#cancelled.signal);
      this.#steadiness.look(this.#now());
      const record = rewound(this.#record, this.#data, this.#now());
      if (record !== this.#record) this.#set(record);
    }
  }

  async #sampleDue(dueAt: number): Promise<void> {
    const schedule = this.#schedule;
    const isLate = this.#now() - dueAt >= schedule.period;
    const at = isLate ? lastSample(schedule, this.#now()) : dueAt;
    const readings = await this.#sample(at);
    // One that has become due meanwhile is taken next.
    const taken = Math.max(at, lastSample(schedule, this.#now()) - 1);
    const isNews = !this.#wantsChanges || !isDeepStrictEqual(valuesOf(readings), valuesOf(this.#record.last));
    this.#goOn(this.#times({ sampleAt: nextSample(schedule, taken) }), {
      sampled: isNews ? [...this.#record.sampled, ...readings] : this.#record.sampled,
      last: this.#wantsChanges ? readings : [],
    });
    this.#handOver();
  }

  /** Sends ahead of time what must not grow for as long as it may be until the next report: changes come in any number. */
  #handOver(): void {
    const { sampled } = this.#record;
    const most = this.#wantsChanges ? valuesPerMessage : this.#mostReadings();
    if (sampled.length >= most) this.#report(intervalsOf(sampled, this.#data.points), this.#times({}));
  }

  async #reportDue(dueAt: number): Promise<void> {
    const reportAt = nextReport(this.#schedule, Math.max(dueAt, this.#now()));
    const until = Math.min(this.#schedule.end, Math.max(dueAt, this.#lastTick()));
    const intervals = await this.#dueIntervals(until);
    // Cancelled meanwhile with one more report to follow, this is that one.
    if (this.#record.isEnding) return this.#lastReport(intervals);
    this.#report(intervals, this.#times({ reportAt }));
  }

  /** Rule 345. */
  async #lastReport(intervals: readonly ReportInterval[]): Promise<void> {
    this.#report(intervals.length > 0 ? intervals : await this.#lastValues(), {});
  }

  /** Everything since the last report. Where only changes are wanted and there were none, that (rule 317). */
  async #dueIntervals(until: number): Promise<readonly ReportInterval[]> {
    const { points } = this.#data;
    const from = Math.max(this.#record.reportedUntil.getTime(), until - this.#data.offer.duration);
    const asked = points.filter(isAskedForSpans);
    const { granularity } = this.request.reportSpecifier;
    const span = { from, to: until, granularity, period: this.#schedule.period };
    const readings = from < until ? await this.#readings(asked, span) : [];
    this.#keep({ reportedUntil: new Date(Math.max(until, this.#record.reportedUntil.getTime())) });
    const all = [...this.#record.sampled, ...readings];
    return intervalsOf(all.length > 0 ? all : this.#unchanged(until), points);
  }

  /** What the data points say of a span; of one that fails, that it has nothing for its last part (rule 318). */
  async #readings(
    points: readonly RequestedData["points"][number][],
    span: AskedPeriod,
  ): Promise<readonly KeptReading[]> {
    const { period, isPoint } = this.#schedule;
    const last = Math.max(span.from, span.to - period);
    const time = { dtstart: new Date(last), ...(!isPoint && { duration: milliseconds(span.to - last) }) };
    const isAlone = points.length === this.#data.points.length;
    const readings = await Promise.all(
      points.map(async (point) => {
        const got = await collectReadings(point, span, isAlone ? this.#asking : this.#askingInTime);
        for (const reading of got ?? []) point.sampled.add(reading);
        return got !== undefined && got.length > 0 ? got : [placeholder(point, time)];
      }),
    );
    return readings.flat();
  }

  #unchanged(at: number): readonly KeptReading[] {
    if (!this.#wantsChanges) return [];
    const { isPoint, period } = this.#schedule;
    const time = timeOf(at, { isPoint, period });
    return this.#record.last.map((reading) => ({ ...reading, ...time, dataQuality: noNewValue }));
  }

  /** What a device that is always being sampled has last (rule 337): one interval. */
  async #lastValues(): Promise<readonly ReportInterval[]> {
    const { points } = this.#data;
    const now = this.#now();
    const { period, isPoint } = this.#schedule;
    const span = { from: now - period, to: now, granularity: period, period };
    const time = timeOf(now, { isPoint, period });
    const values = points.map(async (point) => {
      const got = isAskedForSpans(point)
        ? await collectReadings(point, span, this.#asking)
        : await collectValue(point, this.#askedAt(now), this.#asking);
      return { ...(got?.at(-1) ?? placeholder(point, time)), ...time };
    });
    return intervalsOf(await Promise.all(values), points);
  }

  async #history(): Promise<readonly ReportInterval[]> {
    const { points, offer } = this.#data;
    const now = this.#record.takenAt;
    const span = historySpan(this.request.reportSpecifier, { duration: offer.duration, now });
    const [from, to] = [span.from.getTime(), span.to.getTime()];
    if (offer.reportName === "HISTORY_GREENBUTTON") {
      const feeds = await Promise.all(points.map((point) => collectFeed(point, { from, to }, this.#asking)));
      const [first, ...rest] = feeds.flatMap((feed) =>
        feed === undefined ? [] : { kind: "gbPayload" as const, feed },
      );
      const duration = milliseconds(to - from);
      return first === undefined ? [] : [{ dtstart: span.from, duration, payloads: [first, ...rest] }];
    }
    const asked = points.map((point) => collectReadings(point, { from, to, granularity: 0, period: 0 }, this.#asking));
    const readings = (await Promise.all(asked)).flatMap((got) => got ?? []);
    const isMixed = readings.some(({ duration }) => (duration === undefined) !== (readings[0]?.duration === undefined));
    if (isMixed) this.#tellMixed();
    const usable = isMixed ? [] : readings;
    const nothing = points.map((point) => placeholder(point, { dtstart: span.from }));
    return intervalsOf(usable.length > 0 ? usable : nothing, points);
  }

  /** Rule 315. */
  #tellMixed(): void {
    const { reportSpecifierId } = this.#data.offer;
    const error = new RangeError("duration: expected one in all readings or in none");
    this.#context.options.logger.error({ handler: "collectSpan", reportSpecifierId, error }, "handler failed");
    this.#context.tell({ type: "handlerFailed", handler: "collectSpan", reportSpecifierId, error });
  }

  async #sample(at: number): Promise<readonly KeptReading[]> {
    const { period, start } = this.#schedule;
    const readings = await Promise.all(
      this.#data.points.map(async (point) => {
        const got = await collectValue(point, this.#askedAt(at), this.#askingInTime);
        for (const reading of got) point.sampled.add(reading);
        return got;
      }),
    );
    // Rule 341: what is older than the request wants is left out.
    const earliest = Math.min(start, this.#now()) - period;
    return readings.flat().filter(({ dtstart }) => dtstart.getTime() >= earliest);
  }

  /** The value of an instant, or of the span before it. Where changes are wanted, an old one is no news. */
  #askedAt(at: number): AskedTime {
    const { dtstart, duration } = timeOf(at, this.#schedule);
    const { period } = this.#schedule;
    return { dtstart, duration, period, newSince: this.#wantsChanges ? -Infinity : at - period };
  }

  /** The next report is done: to be sent, in place of what it was sampled for. */
  #report(intervals: readonly ReportInterval[], times: DueTimes): void {
    const now = this.#now();
    const since = new Date(now);
    const unsent = [...this.#record.unsent, ...intervals.map((interval) => ({ ...interval, since }))];
    const isSteady = this.#steadiness.look(now);
    const { keepFor } = this.#context.options.unsentReports;
    const excess = excessOf(unsent, { keepFor, maxReadings: this.#mostReadings() }, isSteady ? now : undefined);
    this.#goOn(times, { sampled: [], unsent: unsent.slice(excess) });
    tellDropped(this.#context, this.request.reportRequestId, unsent.slice(0, excess));
    this.#outbox.send();
  }

  #forget(sent: ReadonlySet<ReportInterval>): void {
    this.#keep({ unsent: this.#record.unsent.filter((interval) => !sent.has(interval)) });
  }

  #times(next: { readonly sampleAt?: number; readonly reportAt?: number }) {
    const { sampleAt, reportAt } = this.#record;
    return timesOf({
      sampleAt: next.sampleAt ?? sampleAt?.getTime() ?? Infinity,
      reportAt: next.reportAt ?? reportAt?.getTime() ?? Infinity,
    });
  }

  #keep(changes: Omit<Partial<ReportRequestRecord>, keyof DueTimes>): void {
    this.#set({ ...this.#record, ...changes });
  }

  /** Keeps changes together with the times at which to go on; with none, there is nothing more to do. */
  #goOn(times: DueTimes, changes: Omit<Partial<ReportRequestRecord>, keyof DueTimes>): void {
    const { sampleAt: _, reportAt: __, ...rest } = this.#record;
    this.#set({ ...rest, ...changes, ...times });
  }

  #set(record: ReportRequestRecord): void {
    const before = this.#record;
    this.#record = record;
    this.#onChange(before);
  }

  get #wantsChanges(): boolean {
    const { granularity, reportBackDuration } = this.request.reportSpecifier;
    return granularity === 0 && reportBackDuration > 0;
  }

  get #asking(): Asking {
    const { reportSpecifierId } = this.#data.offer;
    return { context: this.#context, reportSpecifierId, signal: this.#cancelled.signal };
  }

  /** Whoever is asked has to answer before the next sample is due, so that no other data point misses it. */
  get #askingInTime(): Asking {
    return { ...this.#asking, limit: milliseconds(this.#schedule.period) };
  }

  /** Where the last part of a span that is over by now ends. */
  #lastTick(): number {
    return lastSample(this.#schedule, this.#now());
  }

  /** Rule 328: a cancellation in the answer counts for the requests that it answers. */
  #heed({ cancelReport }: OadrUpdatedReport): void {
    if (cancelReport?.reportRequestIds.includes(this.request.reportRequestId) !== true) return;
    this.end(cancelReport);
    this.wake();
  }

  #now(): number {
    return this.#context.options.clock.now().getTime();
  }
}

type DueTimes = Pick<ReportRequestRecord, "sampleAt" | "reportAt">;

/** What is sampled at an instant: that instant, or the span before it. */
function timeOf(
  at: number,
  { isPoint, period }: Pick<ReportSchedule, "isPoint" | "period">,
): { readonly dtstart: Date; readonly duration?: Duration } {
  if (isPoint) return { dtstart: new Date(at) };
  return { dtstart: new Date(at - period), duration: milliseconds(period) };
}

/** What of readings may change: all but their times. */
function valuesOf(readings: readonly KeptReading[]): readonly Omit<KeptReading, "dtstart" | "duration">[] {
  return readings.map(({ dtstart: _, duration: __, ...value }) => value);
}
