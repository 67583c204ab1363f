import type { EventBaseline, EventSignal, OadrEvent } from "../messages/event.ts";
import type { Message } from "../messages/index.ts";

/** An event of an oadrDistributeEvent, and where it stands. */
export interface EventAt {
  readonly event: OadrEvent;
  readonly path: string;
}

/** A signal of an oadrDistributeEvent, where it stands, and its event. */
export interface SignalAt {
  readonly signal: EventSignal;
  readonly path: string;
  readonly event: OadrEvent;
}

/** What has numbered intervals: a signal or a baseline. */
export interface SeriesAt {
  readonly series: EventSignal | EventBaseline;
  readonly path: string;
  readonly isBaseline: boolean;
}

type OadrDistributeEventMessage = Message<"oadrDistributeEvent">;

/** Every event of the message. */
export function* eventsOf({ payload }: OadrDistributeEventMessage): Iterable<EventAt> {
  for (const [index, event] of payload.events.entries()) yield { event, path: `events[${index}]` };
}

/** Every signal of every event of the message. */
export function* signalsOf(message: OadrDistributeEventMessage): Iterable<SignalAt> {
  for (const { event, path } of eventsOf(message)) {
    for (const [index, signal] of event.signals.entries()) yield { signal, path: `${path}.signals[${index}]`, event };
  }
}

/** Every signal and every baseline of the message. */
export function* seriesOf(message: OadrDistributeEventMessage): Iterable<SeriesAt> {
  for (const { signal, path } of signalsOf(message)) yield { series: signal, path, isBaseline: false };
  for (const { event, path } of eventsOf(message)) {
    if (event.baseline !== undefined) yield { series: event.baseline, path: `${path}.baseline`, isBaseline: true };
  }
}

/** Whether a signal is SIMPLE; 2.0a allows any case, and the schema of 2.0b two. */
export function isSimple({ signalName }: Pick<EventSignal, "signalName">): boolean {
  return signalName === "SIMPLE" || signalName === "simple";
}
