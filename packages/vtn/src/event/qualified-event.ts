import { InvalidIdError, OutOfSequenceError, type RejectedError } from "@openleadr/protocol";
import type { Store } from "../store/store.ts";
import type { EventRecord } from "../store/event-store.ts";

/** What a VEN calls an event by. */
export interface QualifiedEvent {
  readonly venId: string;
  readonly eventId: string;
  readonly modificationNumber: number;
}

/** The event that a VEN means, or why it can mean none: not one of its own, or not as it is now (rule 48). */
export async function eventMeant(
  { venId, eventId, modificationNumber }: QualifiedEvent,
  store: Pick<Store, "venEvent">,
): Promise<EventRecord | RejectedError> {
  const record = await store.venEvent(eventId, venId);
  if (record === undefined) return new InvalidIdError(`no event ${eventId}`);
  const current = record.event.eventDescriptor.modificationNumber;
  if (modificationNumber === current) return record;
  return new OutOfSequenceError(
    `expected modificationNumber ${current} of event ${eventId}, got ${modificationNumber}`,
  );
}
