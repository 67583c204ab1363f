import { HttpStatusError } from "@openleadr/protocol";
import { statusOf } from "./handler.ts";
import type { Handler, Peer } from "./handler.ts";
import { meaningOf } from "./http-status.ts";
import type { Transport } from "./transport.ts";

/**
 * A {@link Transport} that calls the peer's handler directly, without sockets.
 *
 * The message still travels as bytes, and what the handler throws arrives as the {@link HttpStatusError} that HTTP would
 * make of it, with the handler's error as its cause.
 */
export function inMemoryTransport(handler: Handler, peer: Peer = { address: "in-memory" }): Transport {
  return async (service, xml, signal = new AbortController().signal) => {
    signal.throwIfAborted();
    const exchange = { service, body: Buffer.from(xml), peer, headers: {}, signal };
    try {
      const answer = await unlessAborted(handler(exchange), signal);
      return answer === "" ? undefined : answer;
    } catch (cause) {
      signal.throwIfAborted();
      const status = statusOf(cause);
      throw new HttpStatusError(
        status,
        `${service} in memory: expected HTTP status 200, got ${status} (${meaningOf(status)})`,
        { cause },
      );
    }
  };
}

/** As over a socket, the client stops waiting when it aborts, whatever the handler makes of its signal. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener("abort", abort);
  }
}
