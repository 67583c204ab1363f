import { isDeepStrictEqual } from "node:util";
import type {
  ActivePeriod,
  EventBaseline,
  EventDescriptor,
  OadrEvent,
  ResponseRequired,
  Target,
} from "@openleadr/protocol";
import { completeSignal, durationOf, type NewSignal } from "./new-event.ts";

/**
 * What is to be different about an event: what is left out stays, and `null` takes away what may be absent.
 *
 * Lists are replaced whole.
 */
export interface EventPatch {
  readonly eventDescriptor?: DescriptorPatch | undefined;
  readonly activePeriod?: Patch<ActivePeriod> | undefined;
  /** All signals anew. Without a duration in `activePeriod`, the event lasts as long as the first of them (rule 8). */
  readonly signals?: readonly NewSignal[] | undefined;
  readonly baseline?: EventBaseline | null | undefined;
  /** All targets anew. A VEN that is no longer among them gets its events without this one (rule 61). */
  readonly targets?: readonly Target[] | undefined;
  readonly responseRequired?: ResponseRequired | undefined;
}

/** What may change in an event's descriptor; the reason for one change is gone with the next. */
type DescriptorPatch = Patch<
  Pick<EventDescriptor, "priority" | "marketContext" | "testEvent" | "vtnComment" | "modificationReason">
>;

type Patch<T> = {
  readonly [Name in keyof T]?: T[Name] | undefined | (object extends Pick<T, Name> ? null : never);
};

/** An event as a patch makes it, in its next version; undefined if that changes nothing (rule 5). */
export function modifyEvent(event: OadrEvent, patch: EventPatch, now: Date): OadrEvent | undefined {
  const changed = applyPatch(event, patch);
  if (isDeepStrictEqual(changed, event)) return undefined;
  return nextVersion(changed, now, patch.eventDescriptor?.modificationReason);
}

/**
 * An event with the marks of a change: of its number, of its time, and of the reason, if there is one.
 *
 * @see OpenADR 2.0b, rules 5, 115
 */
export function nextVersion(event: OadrEvent, now: Date, reason?: string | null): OadrEvent {
  const { modificationReason: _, ...descriptor } = event.eventDescriptor;
  const modificationNumber = descriptor.modificationNumber + 1;
  const marks = { modificationNumber, modificationDateTime: now, createdDateTime: now };
  const modificationReason = typeof reason === "string" ? { modificationReason: reason } : {};
  return { ...event, eventDescriptor: { ...descriptor, ...marks, ...modificationReason } };
}

function applyPatch(event: OadrEvent, patch: EventPatch): OadrEvent {
  const { signals, targets, responseRequired, baseline } = patch;
  const duration = signals === undefined ? undefined : durationOf(signals);
  // What makes it this event, in this version, is none of a patch's, though one from JSON may say so.
  const { eventId, modificationNumber, createdDateTime, eventStatus } = event.eventDescriptor;
  const identity = { eventId, modificationNumber, createdDateTime, eventStatus };
  return patched(event, {
    eventDescriptor: { ...patched<EventDescriptor>(event.eventDescriptor, patch.eventDescriptor), ...identity },
    activePeriod: patched(patched(event.activePeriod, { duration }), patch.activePeriod),
    signals: signals?.map(completeSignal),
    targets,
    responseRequired,
    baseline,
  });
}

/** An object with what a patch says of its properties. */
function patched<T extends object>(object: T, patch: Patch<T> = {}): T {
  const said = Object.entries(patch).filter(([, value]) => value !== undefined);
  const entries = Object.entries({ ...object, ...Object.fromEntries(said) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as T;
}
