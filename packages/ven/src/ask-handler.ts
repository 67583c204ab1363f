import { within } from "./async/within.ts";
import type { VenContext } from "./context.ts";
import type { HandlerContext } from "./handler-context.ts";

/** Calls a handler of the application; it has `handlerTimeout` to answer, unless `signal` aborts before. */
export async function askHandler<T>(
  context: VenContext,
  handler: (context: HandlerContext) => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { clock, handlerTimeout } = context.options;
  return context.ask(
    (asked) => within((ending) => handler({ signal: ending }), { clock, limit: handlerTimeout, signal: asked.signal }),
    signal,
  );
}
