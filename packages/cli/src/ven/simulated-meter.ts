import { eventStatus, type OadrEvent } from "@openleadr/protocol";

/**
 * What the meter of a small building shows, in kW: about 4 kW that swing a little, and less while an event that the
 * building takes part in asks for it with a SIMPLE signal.
 */
export function simulatedPower(now: Date, events: readonly OadrEvent[]): number {
  const swing = 0.4 * Math.sin(now.getTime() / 60_000) + 0.1 * Math.sin(now.getTime() / 7_000);
  const level = Math.max(0, ...events.map((event) => levelInForce(event, now)));
  return Math.round((4 + swing) * (remaining[level] ?? 1) * 100) / 100;
}

/** The part of the load that goes on at each level of SIMPLE: normal, moderate, high, special. */
const remaining: readonly number[] = [1, 0.7, 0.4, 0.1];

function levelInForce({ activePeriod, signals, eventDescriptor }: OadrEvent, now: Date): number {
  const cancelled = eventDescriptor.eventStatus === "cancelled";
  if (eventStatus(activePeriod, { now, cancelled }) !== "active") return 0;
  const simple = signals.find(({ signalName }) => signalName.toUpperCase() === "SIMPLE");
  let end = activePeriod.dtstart.getTime();
  for (const { duration = 0, value } of simple?.intervals ?? []) {
    end += duration;
    if (now.getTime() < end || duration === 0) return value;
  }
  return 0;
}
