import { milliseconds, type Duration } from "@openleadr/protocol";
import { within } from "./async/within.ts";
import type { VenContext } from "./context.ts";
import type { HandlerContext } from "./handler-context.ts";

/** How long a handler is waited for. */
export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Beside `handlerTimeout`. */
  readonly limit?: Duration | undefined;
}

/** Calls a handler of the application; it has `handlerTimeout` to answer, or `limit`, unless `signal` aborts before. */
export async function askHandler<T>(
  context: VenContext,
  handler: (context: HandlerContext) => T | Promise<T>,
  { signal, limit: own }: AskOptions = {},
): Promise<T> {
  const { clock, handlerTimeout } = context.options;
  const limit = own === undefined || handlerTimeout === false ? (own ?? handlerTimeout) : shorter(own, handlerTimeout);
  return context.ask(
    (asked) => within((ending) => handler({ signal: ending }), { clock, limit, signal: asked.signal }),
    signal,
  );
}

function shorter(a: Duration, b: Duration): Duration {
  return milliseconds(Math.min(a, b));
}
