import { once } from "node:events";

/** The promise, or the signal's reason as soon as it aborts; for work that does not heed the signal itself. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  try {
    return await Promise.race([promise, aborted(signal, done.signal)]);
  } finally {
    done.abort();
  }
}

async function aborted(signal: AbortSignal, done: AbortSignal): Promise<never> {
  await once(signal, "abort", { signal: done });
  throw signal.reason;
}
