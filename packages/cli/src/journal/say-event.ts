import { toJson, type EventSignal, type Json, type OadrEvent } from "@openleadr/protocol";
import type { Fact, Line } from "./journal.ts";
import { sayDuration, unitOf } from "./say.ts";

/** What an event asks for. */
export function sayEvent({ activePeriod, signals }: OadrEvent): Line {
  const { dtstart, duration } = activePeriod;
  const span = duration === 0 ? "without an end" : `for ${sayDuration(duration)}`;
  const start = dtstart.toISOString().replace(/\.\d+Z$/, "Z");
  return { what: "event asks", about: `${signals.map(saySignal).join("; ")}; from ${start} ${span}` };
}

/** An event as data: as docs/representations.md shows it. */
export function eventFact(event: OadrEvent): Fact {
  const payload = { requestId: "0", vtnId: "0", events: [event] };
  const { events } = toJson({ name: "oadrDistributeEvent", payload }).payload as { readonly events: readonly Json[] };
  return { type: "event", event: events[0] };
}

function saySignal({ signalName, signalType, intervals, measurement }: EventSignal): string {
  const unit = unitOf(measurement);
  const values = intervals.map(({ value, duration = 0 }) => {
    const quantity = unit === undefined ? String(value) : `${value} ${unit}`;
    return duration === 0 ? quantity : `${quantity} for ${sayDuration(duration)}`;
  });
  const shown = values.length > most ? [...values.slice(0, most), `${values.length - most} more`] : values;
  return `${signalName} ${signalType} ${shown.join(", ")}`;
}

const most = 6;
