import { setTimeout as sleepFor } from "node:timers/promises";

declare const durationBrand: unique symbol;

/**
 * A span of time: a whole number of milliseconds, negative for a span that runs backwards.
 *
 * Made by {@link seconds}, {@link minutes}, {@link hours}, {@link milliseconds} or {@link duration}, so that a plain
 * number, whose unit nobody can see, does not compile. A year counts 365 days, a month 30.
 */
export type Duration = number & { readonly [durationBrand]: true };

/** A span of `count` milliseconds. Throws `RangeError` unless `count` is a whole number. */
export function milliseconds(count: number): Duration {
  if (!Number.isSafeInteger(count)) throw new RangeError(`expected a whole number of milliseconds, got ${count}`);
  return count as Duration;
}

/** A span of `count` seconds. Throws `RangeError` unless that is a whole number of milliseconds. */
export const seconds = (count: number): Duration => milliseconds(product(count, MS.S));
/** A span of `count` minutes. Throws `RangeError` unless that is a whole number of milliseconds. */
export const minutes = (count: number): Duration => milliseconds(product(count, MS.M));
/** A span of `count` hours. Throws `RangeError` unless that is a whole number of milliseconds. */
export const hours = (count: number): Duration => milliseconds(product(count, MS.H));

// 0.57 * 1000 is 569.9999999999999: what binary fractions lose in the last place is given back.
function product(count: number, unit: number): number {
  const exact = count * unit;
  const whole = Math.round(exact);
  return Math.abs(exact - whole) <= Math.abs(exact) * 2 * Number.EPSILON ? whole : exact;
}

/** The span an ISO 8601 text such as `PT15M` stands for. Throws `RangeError` for any other text. */
export function duration(text: string): Duration {
  const span = parseDuration(text);
  if (span === undefined) throw new RangeError(`expected a duration such as PT15M, got ${JSON.stringify(text)}`);
  return span;
}

// The largest whole number of seconds whose milliseconds are a safe integer: what is cut to it can be written again.
const longestSpan = 9_007_199_254_740_000;

const MS = { Y: 31_536_000_000, MO: 2_592_000_000, W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 };

// The pattern of xcal:DurationValueType to the letter: the schema's alternation makes `1W` valid and `P1W` invalid,
// the `T` optional, and decimals impossible.
const pattern = /^(?:([+-])?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?|(\d+)W)$/;

/**
 * Reads what the schema's `xcal:DurationValueType` allows; undefined for any other text.
 *
 * Spans beyond what a number of milliseconds can tell exactly (some 285,000 years) are cut to it.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign, y = 0, mo = 0, d = 0, h = 0, m = 0, s = 0, w = 0] = match;
  const span =
    Number(y) * MS.Y +
    Number(mo) * MS.MO +
    Number(w) * MS.W +
    Number(d) * MS.D +
    Number(h) * MS.H +
    Number(m) * MS.M +
    Number(s) * MS.S;
  const bounded = Math.min(span, longestSpan);
  return (sign === "-" && bounded !== 0 ? -bounded : bounded) as Duration;
}

/**
 * Writes a span as ISO 8601, e.g. `PT1H30M`, `P1D`, `-PT5M`, `PT0S`; undefined unless it is a whole number of seconds,
 * since the standard allows no decimals in a duration (OpenADR 2.0b, rule 1).
 */
export function formatDuration(span: number): string | undefined {
  if (!Number.isSafeInteger(span)) return undefined;
  const total = Math.abs(span) / MS.S;
  if (!Number.isInteger(total)) return undefined;
  const [d, h, m, s] = [
    Math.floor(total / 86_400),
    Math.floor(total / 3_600) % 24,
    Math.floor(total / 60) % 60,
    total % 60,
  ];
  const date = d === 0 ? "" : `${d}D`;
  const time = `${h === 0 ? "" : `${h}H`}${m === 0 ? "" : `${m}M`}${s === 0 ? "" : `${s}S`}`;
  if (total === 0) return "PT0S";
  return `${span < 0 ? "-" : ""}P${date}${time === "" ? "" : `T${time}`}`;
}

/** Where time comes from. Tests hand in a manual one; nothing in the libraries reads another. */
export interface Clock {
  /** The present instant. */
  now(): Date;
  /** Resolves after `span`; rejects with the signal's reason when it aborts first. */
  sleep(span: Duration, signal?: AbortSignal): Promise<void>;
}

// Longer delays overflow Node's 32-bit timers and would fire at once.
const longestTimer = 2_147_483_647;

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(span, signal) {
    for (let left: number = Math.max(0, span); left >= 0; left -= longestTimer) {
      await abortable(Math.min(left, longestTimer), signal);
    }
  },
};

async function abortable(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await sleepFor(delayMs, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}
