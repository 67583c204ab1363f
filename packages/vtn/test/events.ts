import { minutes, type Duration } from "@openleadr/protocol";
import type { NewEvent } from "../src/index.ts";
import { noon } from "./open-vtn.ts";

/** An instant of the day on which all tests play. */
export function afterNoon(span: Duration): Date {
  return new Date(noon.getTime() + span);
}

/** An event in words that a test needs to say; the rest has fixed values. */
export interface EventInWords {
  readonly eventId?: string;
  readonly venIds?: readonly string[];
  /** From noon. @default one hour */
  readonly startsIn?: Duration;
  /** The intervals' values, each for 30 minutes. @default 1 */
  readonly values?: readonly number[];
  readonly priority?: number;
  readonly period?: Partial<NewEvent["activePeriod"]>;
  readonly responseRequired?: "always" | "never";
}

/** A SIMPLE event, called "event-1" unless it has a name of its own. */
export function anEvent({ eventId = "event-1", venIds = [], ...words }: EventInWords = {}): NewEvent {
  const { startsIn = minutes(60), values = [1], priority, period, responseRequired } = words;
  return {
    eventDescriptor: { eventId, priority },
    activePeriod: { dtstart: afterNoon(startsIn), ...period },
    signals: [{ intervals: values.map((value) => ({ duration: minutes(30), value })) }],
    targets: venIds.map((venId) => ({ venId })),
    responseRequired,
  };
}
