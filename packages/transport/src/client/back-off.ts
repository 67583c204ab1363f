import { randomInt } from "node:crypto";
import { milliseconds, seconds } from "@openleadr/protocol";
import type { Duration } from "@openleadr/protocol";

/** How long to wait between attempts that fail. */
export interface BackOffOptions {
  /** The longest delay before jitter, at least `initial`; the standard advises the poll interval. */
  readonly max: Duration;
  /** The first delay, positive. @default seconds(1) */
  readonly initial?: Duration | undefined;
  /** By how much a delay varies at random, as a share of it: at least 0, less than 1. @default 0.1 */
  readonly jitter?: number | undefined;
  /** A random number, at least 0 and less than 1. @default from `node:crypto` */
  readonly random?: (() => number) | undefined;
}

/**
 * An endless schedule of delays: 1, 2, 4, … times the initial one up to `max`, each varied at random by the jitter, so
 * that many VENs that lost their VTN at once do not return at once. The jitter varies `max` too.
 *
 * Each iteration starts over. Throws `RangeError` for options out of range.
 *
 * @see OpenADR 2.0b, §9.1.7
 */
export function backOff(options: BackOffOptions): Iterable<Duration> {
  const resolved = resolveBackOffOptions(options);
  return { [Symbol.iterator]: () => delays(resolved) };
}

type ResolvedBackOffOptions = { readonly [Name in keyof BackOffOptions]-?: Exclude<BackOffOptions[Name], undefined> };

function resolveBackOffOptions(options: BackOffOptions): ResolvedBackOffOptions {
  const { max, initial = seconds(1), jitter = 0.1, random = cryptoRandom } = options;
  if (!(initial > 0)) throw new RangeError(`initial: expected a positive duration, got ${initial} ms`);
  if (!(max >= initial)) throw new RangeError(`max: expected at least initial (${initial} ms), got ${max} ms`);
  if (!(jitter >= 0 && jitter < 1)) throw new RangeError(`jitter: expected at least 0 and less than 1, got ${jitter}`);
  return { max, initial, jitter, random };
}

function* delays({ max, initial, jitter, random }: ResolvedBackOffOptions): Generator<Duration, never> {
  for (let delay: number = initial; ; delay = Math.min(delay * 2, max)) {
    yield milliseconds(Math.round(delay * (1 + jitter * (2 * random() - 1))));
  }
}

function cryptoRandom(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}
