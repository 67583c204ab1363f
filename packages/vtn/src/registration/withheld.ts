import { isCurrent } from "../event/event-state.ts";
import type { VenEvent } from "../store/event-store.ts";
import type { Registration } from "../store/registration-store.ts";
import type { Store } from "../store/store.ts";

/**
 * The events that a VEN does not get any more once this registration of it is kept, since it only reports: those that it was
 * sent, and those that name it. None for one that took no events before either.
 */
export async function withheldBy(
  { venId, reportOnly, registeredAt }: Registration,
  store: Pick<Store, "eventsFor">,
): Promise<readonly VenEvent[]> {
  if (!reportOnly) return [];
  const events = (await store.eventsFor(venId, registeredAt)).filter((venEvent) => isCurrent(registeredAt, venEvent));
  return events.filter((venEvent) => isSent(venEvent) || names(venEvent, venId));
}

/** Whether a VEN was sent an event. */
export function isSent({ delivery }: VenEvent): boolean {
  return delivery !== undefined;
}

export function eventIdOf({ event }: VenEvent): string {
  return event.eventDescriptor.eventId;
}

function names({ audience }: VenEvent, venId: string): boolean {
  return audience !== "everyone" && audience.some((target) => "venId" in target && target.venId === venId);
}
