import { hours, milliseconds, type Duration } from "@openleadr/protocol";

/** How a VTN goes on about messages that are not answered, whether VENs pull or are pushed to. */
export interface DeliveryOptions {
  /**
   * How long a VEN that has got a message, or an event, has to answer before it gets it again. Doubled with each time, up
   * to an hour, so that a VEN whose answer waits for a person is not flooded. At least 1 s. @default `pollFrequency`
   */
  readonly answerTimeout?: Duration | undefined;
  /**
   * How often a VEN gets a message, or one version of an event (rule 52), that it does not answer. At least 1.
   *
   * The default gives a VEN that polls every 10 s about two and a half hours: long enough for a person to decide, and for
   * a fault to be seen and mended. A late answer counts all the same.
   * @default 10
   */
  readonly maxTries?: number | undefined;
  /**
   * How many messages the mailbox of one VEN holds, dead letters among them, and word of events aside. At least 1. Of
   * more, the oldest dead letter is dropped, or else the oldest message; the status `letterDropped` tells of it.
   *
   * The default is far above what a VEN that works comes to, and keeps one that is gone for good from filling the store.
   * @default 1000
   */
  readonly maxLetters?: number | undefined;
}

/** Delivery options with every default filled in. */
export interface ResolvedDeliveryOptions {
  readonly answerTimeout: Duration;
  readonly maxTries: number;
  readonly maxLetters: number;
}

/** Fills in defaults. Throws `RangeError`, with name and value, for options out of range. */
export function resolveDeliveryOptions(options: DeliveryOptions, pollFrequency: Duration): ResolvedDeliveryOptions {
  const { answerTimeout = pollFrequency, maxTries = 10, maxLetters = 1000 } = options;
  if (!(answerTimeout >= 1000))
    throw new RangeError(`delivery.answerTimeout: expected at least 1 s, got ${answerTimeout} ms`);
  requireCount("delivery.maxTries", maxTries);
  requireCount("delivery.maxLetters", maxLetters);
  return { answerTimeout, maxTries, maxLetters };
}

/** Throws `RangeError` for what is no whole number of at least 1. */
export function requireCount(name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`${name}: expected a whole number of at least 1, got ${count}`);
}

/** How long to wait for an answer to what was sent for the `tries`-th time. */
export function answerSpan(tries: number, { answerTimeout }: ResolvedDeliveryOptions): Duration {
  const longest = Math.max(answerTimeout, hours(1));
  return milliseconds(Math.min(answerTimeout * 2 ** (tries - 1), longest));
}
