// Times a function that runs in far less than a millisecond.
import { isQuick } from "./quick.js";

// A party runs for years. Until the engine has optimised all that one message goes through, thousands have gone by.
const warmUpMs = isQuick ? 50 : 3000;
const measureMs = isQuick ? 50 : 1000;

/** Results end up here, so that the engine cannot leave out the work that makes them. */
const sink = { value: /** @type {unknown} */ (undefined) };

/**
 * Nanoseconds one call takes, the mean over about a second, after a warm-up of three.
 *
 * @param {() => unknown} work
 */
export function nanosecondsPerCall(work) {
  const { calls: warmUpCalls } = repeat(work, { ms: warmUpMs, batch: 1 });
  const batch = Math.max(1, Math.round(warmUpCalls / warmUpMs));
  const { calls, elapsedMs } = repeat(work, { ms: measureMs, batch });
  return (elapsedMs * 1e6) / calls;
}

/**
 * Nanoseconds one call takes until what it promises is there, one call after the other; else as above.
 *
 * @param {() => Promise<unknown>} work
 */
export async function nanosecondsPerAwaitedCall(work) {
  const { calls: warmUpCalls } = await repeatAwaited(work, { ms: warmUpMs, batch: 1 });
  const batch = Math.max(1, Math.round(warmUpCalls / warmUpMs));
  const { calls, elapsedMs } = await repeatAwaited(work, { ms: measureMs, batch });
  return (elapsedMs * 1e6) / calls;
}

/**
 * @param {() => Promise<unknown>} work
 * @param {{ ms: number, batch: number }} options
 */
async function repeatAwaited(work, { ms, batch }) {
  const start = performance.now();
  let calls = 0;
  let elapsedMs = 0;
  while (elapsedMs < ms) {
    for (let i = 0; i < batch; i++) sink.value = await work();
    calls += batch;
    elapsedMs = performance.now() - start;
  }
  return { calls, elapsedMs };
}

/**
 * Calls `work` in batches until `ms` have passed; the clock is read once per batch.
 *
 * @param {() => unknown} work
 * @param {{ ms: number, batch: number }} options
 */
function repeat(work, { ms, batch }) {
  const start = performance.now();
  let calls = 0;
  let elapsedMs = 0;
  while (elapsedMs < ms) {
    for (let i = 0; i < batch; i++) sink.value = work();
    calls += batch;
    elapsedMs = performance.now() - start;
  }
  return { calls, elapsedMs };
}
