import { milliseconds, type Duration, type XmlTree } from "@openleadr/protocol";
import { askHandler } from "../ask-handler.ts";
import { errorOf } from "../async/failure.ts";
import type { VenContext } from "../context.ts";
import type { HandlerContext } from "../handler-context.ts";
import { feedOf, type DataPoint } from "./data-point.ts";
import type { KeptReading, KeptReadings } from "./kept-readings.ts";
import { isQualified, placeholder, readingOf, requireSendable } from "./reading.ts";
import type { TimedValue } from "./value.ts";

/** Who asks the application, and as long as what. */
export interface Asking {
  readonly context: VenContext;
  readonly reportSpecifierId: string;
  /** Aborts when the data are wanted no longer. */
  readonly signal: AbortSignal;
  /** How long a source may take, beside `handlerTimeout`. */
  readonly limit?: Duration;
}

/** An instant, or a span. */
export interface AskedTime {
  readonly dtstart: Date;
  readonly duration: Duration | undefined;
  /** The length of a value over a span that does not tell its own, in milliseconds. */
  readonly period: number;
  /** A value that was recorded by then is none that is new. */
  readonly newSince: number;
}

/** What a data point tells of one instant or span; a placeholder where it has nothing to tell (rule 318). */
export async function collectValue(point: DataPoint, time: AskedTime, asking: Asking): Promise<readonly KeptReading[]> {
  const { source, rId } = point;
  if (source.kind === "recorded") return [lastRecorded(point, source.readings, time)];
  if (source.kind !== "collected") return [];
  const { dtstart, duration, period } = time;
  const readings = await attempt(point, asking, async ({ signal }) => {
    const { reportSpecifierId } = asking;
    const value = await source.collect({ reportSpecifierId, rId, dtstart, duration, signal });
    const values: readonly TimedValue[] = isList(value)
      ? value.map((timed) => spaced(timed, { isPoint: point.isPoint, period }))
      : value === undefined
        ? []
        : [{ ...(isQualified(value) ? value : { value }), dtstart, duration }];
    return values.map((timed) => readingOf(point, timed));
  });
  if (readings !== undefined && readings.length > 0) return readings;
  return [placeholder(point, { dtstart, ...(duration !== undefined && { duration }) })];
}

/** Which span of values is asked for. */
export interface AskedPeriod {
  readonly from: number;
  readonly to: number;
  /** The spacing of the values; 0 where each has its own. */
  readonly granularity: number;
  /** The length of a value over a span that does not tell its own; 0 where there is none. */
  readonly period: number;
}

/** What a data point tells of all that begins in a span; undefined where it failed. */
export async function collectReadings(
  point: DataPoint,
  { from, to, granularity, period }: AskedPeriod,
  asking: Asking,
): Promise<readonly KeptReading[] | undefined> {
  const { source, rId, isPoint } = point;
  if (source.kind === "recorded") return source.readings.between(from, to);
  if (source.kind !== "spans") return [];
  return attempt(point, asking, async ({ signal }) => {
    const values = await source.collect({ ...askedSpan(rId, asking, { from, to, granularity }), signal });
    return values.map((value) => {
      const reading = readingOf(point, spaced(value, { isPoint, period }));
      requireWithin(reading, { from, to });
      return reading;
    });
  });
}

/** The Green Button content that a data point has of a span; undefined where it failed, or has none. */
export async function collectFeed(
  point: DataPoint,
  { from, to }: Pick<AskedPeriod, "from" | "to">,
  asking: Asking,
): Promise<XmlTree | undefined> {
  const { source, rId } = point;
  if (source.kind !== "feeds") return undefined;
  return attempt(point, asking, async ({ signal }) => {
    const content = await source.collect({ ...askedSpan(rId, asking, { from, to, granularity: 0 }), signal });
    if (content === undefined) return undefined;
    const feed = feedOf(content);
    requireSendable(point, { dtstart: new Date(from), payloads: [{ kind: "gbPayload", feed }] });
    return feed;
  });
}

function askedSpan(rId: string, { reportSpecifierId }: Asking, { from, to, granularity }: Omit<AskedPeriod, "period">) {
  return {
    reportSpecifierId,
    rId,
    from: new Date(from),
    to: new Date(to),
    granularity: granularity === 0 ? undefined : milliseconds(granularity),
  };
}

/** The handler's answer; undefined where it failed, which is told. Rejects with the signal's reason if it aborts. */
async function attempt<T>(
  { rId, source }: DataPoint,
  { context, reportSpecifierId, signal, limit }: Asking,
  handler: (handling: HandlerContext) => Promise<T>,
): Promise<T | undefined> {
  const name = source.kind === "collected" ? "collect" : "collectSpan";
  try {
    return await askHandler(context, handler, { signal, limit });
  } catch (error) {
    signal.throwIfAborted();
    context.options.logger.error({ handler: name, reportSpecifierId, rId, error }, "handler failed");
    context.tell({ type: "handlerFailed", handler: name, reportSpecifierId, rId, error: errorOf(error) });
    return undefined;
  }
}

/** The latest value by the end of a span; where it is no new one, it says so (rule 317). */
function lastRecorded(
  point: DataPoint,
  readings: KeptReadings,
  { dtstart, duration, newSince }: AskedTime,
): KeptReading {
  const time = { dtstart, ...(duration !== undefined && { duration }) };
  const end = dtstart.getTime() + (duration ?? 0);
  const last = readings.latest(end);
  if (last === undefined) return placeholder(point, time);
  const { duration: _, ...value } = last;
  const isNew = last.dtstart.getTime() > newSince;
  return { ...value, ...time, ...(!isNew && { dataQuality: noNewValue }) };
}

/** What stands for a value that has not changed (rule 317). */
export const noNewValue = "No New Value - Previous Value Used";

/** A value of telemetry over spans has the length of the others, unless it says otherwise. */
function spaced(
  timed: TimedValue,
  { isPoint, period }: { readonly isPoint: boolean; readonly period: number },
): TimedValue {
  if (isPoint && timed.duration !== undefined)
    throw new RangeError(`duration: expected none for a value at an instant, got ${Number(timed.duration)} ms`);
  return isPoint || timed.duration !== undefined || period === 0 ? timed : { ...timed, duration: milliseconds(period) };
}

function requireWithin({ dtstart }: KeptReading, { from, to }: { readonly from: number; readonly to: number }): void {
  if (dtstart.getTime() >= from && dtstart.getTime() < to) return;
  const expected = `${new Date(from).toISOString()} or later, and before ${new Date(to).toISOString()}`;
  throw new RangeError(`dtstart: expected ${expected}, got ${dtstart.toISOString()}`);
}

function isList<T>(value: T | readonly TimedValue[]): value is readonly TimedValue[] {
  return Array.isArray(value);
}
