import { eventStatus, type EventSignal, type OadrEvent, type SignalInterval } from "@openleadr/protocol";
import type { EventRecord, VenEvent } from "../store/event-store.ts";

/**
 * An event as it is at an instant, with its status and the values in force, which nobody stores.
 *
 * @see OpenADR 2.0b, rules 13, 14, 29
 */
export function eventAt(now: Date, { event, cancelled }: Pick<EventRecord, "event" | "cancelled">): OadrEvent {
  const status = eventStatus(event.activePeriod, { now, cancelled });
  const elapsed = status === "active" ? now.getTime() - event.activePeriod.dtstart.getTime() : undefined;
  const signals = event.signals.map((signal) => withCurrentValue(signal, elapsed, event));
  return { ...event, eventDescriptor: { ...event.eventDescriptor, eventStatus: status }, signals };
}

/** Whether nothing more can come of an event: its end has passed, the random delay of its start included (rule 66). */
export function isOver(now: Date, { activePeriod }: Pick<OadrEvent, "activePeriod">): boolean {
  const { dtstart, duration, startAfter = 0 } = activePeriod;
  return duration > 0 && now.getTime() >= dtstart.getTime() + duration + startAfter;
}

/** Whether a VEN is sent an event: until it is over, or until it has acknowledged that it is off (50, 52, 66). */
export function isCurrent(now: Date, venEvent: VenEvent): boolean {
  if (isOver(now, venEvent.event)) return false;
  if (!venEvent.cancelled) return true;
  // A VEN that never saw the event need not hear that it is off.
  return venEvent.delivery !== undefined && isOpen(venEvent);
}

/** Whether a VEN has yet to hear of an event as it is, or to answer it, and the VTN has not given up. */
export function isOpen(venEvent: VenEvent): boolean {
  const { event, delivery } = venEvent;
  if (delivery?.sent !== event.eventDescriptor.modificationNumber) return true;
  return (!delivery.arrived && delivery.failedAt === undefined) || isAnswerDue(venEvent);
}

/** Whether a VEN must answer an event and has not, or has answered another version only (rule 12); not if the VTN gave up. */
export function isAnswerDue({ event, delivery }: VenEvent): boolean {
  const { eventDescriptor, responseRequired } = event;
  const { modificationNumber } = eventDescriptor;
  if (responseRequired !== "always" || delivery?.answer?.modificationNumber === modificationNumber) return false;
  return delivery?.sent !== modificationNumber || delivery.failedAt === undefined;
}

function withCurrentValue(signal: EventSignal, elapsed: number | undefined, event: OadrEvent): EventSignal {
  const { currentValue: _, ...rest } = signal;
  if (elapsed === undefined) return signal.signalName.toUpperCase() === "SIMPLE" ? { ...rest, currentValue: 0 } : rest;
  const interval = intervalAt(elapsed, signal.intervals, event);
  return interval === undefined ? rest : { ...rest, currentValue: interval.value };
}

function intervalAt(
  elapsed: number,
  intervals: readonly SignalInterval[],
  { activePeriod }: OadrEvent,
): SignalInterval | undefined {
  // The last interval of an event without an end has none either (rule 47).
  if (activePeriod.duration === 0) return intervals.at(-1);
  let end = 0;
  return intervals.find(({ duration = 0 }) => {
    end += duration;
    return elapsed < end;
  });
}
