import type { Clock, Duration } from "@openleadr/protocol";

/** How long one waits, and what ends the waiting before. */
export interface Limits {
  readonly clock: Clock;
  /** `false` waits for ever. */
  readonly limit: Duration | false;
  readonly signal: AbortSignal;
}

/**
 * What `work` answers within a time limit. Rejects with a `TimeoutError` afterwards, whatever `work` goes on to do; the
 * signal that `work` gets aborts then, and when `signal` does.
 */
export async function within<T>(
  work: (signal: AbortSignal) => T | Promise<T>,
  { clock, limit, signal }: Limits,
): Promise<T> {
  const ending = new AbortController();
  const answered = new AbortController();
  const abort = (): void => ending.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const answer = work(ending.signal);
    if (limit === false || !isThenable(answer)) return await answer;
    return await Promise.race([answer, expiry(clock, limit, answered.signal)]);
  } catch (error) {
    ending.abort(error);
    throw error;
  } finally {
    answered.abort();
    signal.removeEventListener("abort", abort);
  }
}

/** Whatever library it is of. */
function isThenable<T>(answer: T | Promise<T>): boolean {
  return typeof answer === "object" && answer !== null && "then" in answer;
}

async function expiry(clock: Clock, limit: Duration, answered: AbortSignal): Promise<never> {
  await clock.sleep(limit, answered);
  throw new DOMException(`no answer within ${Number(limit)} ms`, "TimeoutError");
}
