import { milliseconds, type Duration, type OadrEvent } from "@openleadr/protocol";
import type { EventRecord } from "./record.ts";

/** The delay of an event's start: the one it has, or a new one if the span has changed (rule 30). */
export function startOffsetOf(
  { activePeriod: { startAfter = milliseconds(0) } }: OadrEvent,
  held: EventRecord | undefined,
  random: () => number,
): Duration {
  const isKept = held !== undefined && (held.event.activePeriod.startAfter ?? 0) === startAfter;
  return isKept ? held.startOffset : draw(startAfter, random);
}

/** A span of time at random, from none to all of it. */
export function draw(span: Duration, random: () => number): Duration {
  return milliseconds(Math.min(span, Math.floor(random() * (span + 1))));
}

/** Whether an event has ended, wherever in the start-after span it began (rule 66); open-ended ones never do. */
export function isOver({ activePeriod: { dtstart, duration, startAfter } }: OadrEvent, now: Date): boolean {
  return duration > 0 && dtstart.getTime() + duration + (startAfter ?? 0) <= now.getTime();
}

/** A version that is known, with what may change without making it another (rule 5). */
export function refreshed(held: OadrEvent, { eventDescriptor, signals }: OadrEvent): OadrEvent {
  const { createdDateTime, eventStatus } = eventDescriptor;
  const values = new Map(signals.map(({ signalId, currentValue }) => [signalId, currentValue]));
  const renew = ({ currentValue: _old, ...signal }: OadrEvent["signals"][number]): OadrEvent["signals"][number] => {
    const currentValue = values.get(signal.signalId);
    return currentValue === undefined ? signal : { ...signal, currentValue };
  };
  return {
    ...held,
    eventDescriptor: { ...held.eventDescriptor, createdDateTime, eventStatus },
    signals: held.signals.map(renew),
  };
}
