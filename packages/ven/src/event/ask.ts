import type { OadrEvent } from "@openleadr/protocol";
import { errorOf } from "../async/failure.ts";
import { within } from "../async/within.ts";
import type { VenContext } from "../context.ts";
import type { HandlerContext } from "../handler-context.ts";
import type { EventHandlerName } from "../status.ts";

/** Calls a handler for events; it has `handlerTimeout` to answer. */
export async function ask<T>(context: VenContext, handler: (context: HandlerContext) => T | Promise<T>): Promise<T> {
  const { clock, handlerTimeout } = context.options;
  return context.ask(({ signal }) =>
    within((ending) => handler({ signal: ending }), { clock, limit: handlerTimeout, signal }),
  );
}

/** Tells that a handler failed. */
export function handlerFailed(
  context: VenContext,
  { handler, event, error }: { readonly handler: EventHandlerName; readonly event: OadrEvent; readonly error: unknown },
): void {
  const { eventId } = event.eventDescriptor;
  context.options.logger.error({ handler, eventId, error }, "handler failed");
  context.tell({ type: "handlerFailed", handler, eventId, error: errorOf(error) });
}
