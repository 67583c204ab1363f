import type { OadrEvent } from "@openleadr/protocol";
import { errorOf } from "../async/failure.ts";
import type { VenContext } from "../context.ts";
import type { EventHandlerName } from "./handlers.ts";

/** Tells that a handler failed. */
export function handlerFailed(
  context: VenContext,
  { handler, event, error }: { readonly handler: EventHandlerName; readonly event: OadrEvent; readonly error: unknown },
): void {
  const { eventId } = event.eventDescriptor;
  context.options.logger.error({ handler, eventId, error }, "handler failed");
  context.tell({ type: "handlerFailed", handler, eventId, error: errorOf(error) });
}
