import type { Clock, Duration } from "@openleadr/protocol";
import { sayDuration } from "../journal/say.ts";

/** How long something may take, and what else ends it. */
export interface Deadline {
  readonly limit: Duration;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What `work` resolves with; its signal aborts when the time is over, or with the signal of the deadline. */
export async function within<T>(
  { limit, clock, signal }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const timer = new AbortController();
  const abort = (): void => ending.abort(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const expiry = expire(async () => {
    await clock.sleep(limit, timer.signal);
    ending.abort(new Error(`no answer within ${sayDuration(limit)}`));
  }, timer.signal);
  try {
    return await work(ending.signal);
  } finally {
    signal.removeEventListener("abort", abort);
    timer.abort();
    await expiry;
  }
}

/** Waits for the end of a time that may be cut short. */
async function expire(wait: () => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await wait();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
