import { randomUUID } from "node:crypto";
import type { OadrEvent } from "@openleadr/protocol";
import type { EventContext, InForce, SignalInForce } from "@openleadr/ven";
import { unitOf } from "../journal/say.ts";
import { eventFact } from "../journal/say-event.ts";
import type { Step } from "./config/events.ts";

/** What webhooks, commands and MQTT topics hear, as JSON; docs/ven-daemon.md describes it. */
export type StepMessage = EventMessage | InForceMessage;

interface Told {
  /** Of this message; the same in each attempt to deliver it. */
  readonly id: string;
  readonly time: Date;
  readonly venName: string;
  readonly venId: string | undefined;
  readonly resources: readonly string[];
}

/** A step of an event. */
export interface EventMessage extends Told {
  readonly step: EventStep;
  readonly eventId: string;
  readonly modificationNumber: number;
  readonly marketContext: string;
  readonly testEvent: boolean;
  readonly start: Date;
  readonly end: Date | undefined;
  /** What is in force, at an interval. */
  readonly signals?: readonly object[];
  readonly from?: Date;
  readonly until?: Date | undefined;
  readonly reason?: string;
  /** The event as docs/representations.md shows it. */
  readonly event: unknown;
}

/** What is in force for a resource, or for the VEN as one. */
export interface InForceMessage extends Told {
  readonly step: "inForce";
  readonly signals: readonly object[];
  /** When the first of them ceases to be. */
  readonly until?: Date;
}

/** A moment of one event. */
export type EventStep = Exclude<Step, "inForce">;

/** What the VEN says of a step, beside the event. */
export type StepContext = EventContext & {
  readonly signals?: readonly SignalInForce[];
  readonly from?: Date;
  readonly until?: Date | undefined;
  readonly reason?: string;
};

/** Whose event it is, and when it is told. */
export interface StepTeller {
  readonly venName: string;
  readonly venId: string | undefined;
  readonly time: Date;
}

export function stepMessage(step: EventStep, event: OadrEvent, told: StepTeller & StepContext): EventMessage {
  const { venName, venId, time, resources, start, end, signals, from, until, reason } = told;
  const { eventId, modificationNumber, marketContext, testEvent = false } = event.eventDescriptor;
  return {
    id: randomUUID(),
    time,
    step,
    venName,
    venId,
    eventId,
    modificationNumber,
    marketContext,
    testEvent,
    resources,
    start,
    end,
    ...(signals !== undefined && { signals: signals.map(signalFact) }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
    event: eventFact(event)["event"],
  };
}

export function inForceMessage({ resourceId, signals }: InForce, told: StepTeller): InForceMessage {
  const ends = signals.flatMap(({ until }) => (until === undefined ? [] : [until.getTime()]));
  return {
    id: randomUUID(),
    time: told.time,
    step: "inForce",
    venName: told.venName,
    venId: told.venId,
    resources: resourceId === undefined ? [] : [resourceId],
    signals: signals.map((signal) => ({ eventId: signal.eventId, ...signalFact(signal) })),
    ...(ends.length > 0 && { until: new Date(Math.min(...ends)) }),
  };
}

function signalFact({ signalId, signalName, signalType, value, measurement, ...rest }: SignalInForce): object {
  const { from, until, resources } = rest;
  return { signalId, signalName, signalType, value, unit: unitOf(measurement), from, until, resources };
}

/** The same for a program, in variables of the environment; what does not apply is empty. */
export function stepVariables(message: StepMessage): Readonly<Record<string, string>> {
  const { step, venName, venId = "", resources, signals = [], until } = message;
  const first = (signals[0] ?? {}) as Partial<SignalInForce>;
  const event: Partial<EventMessage> = message.step === "inForce" ? { eventId: first.eventId ?? "" } : message;
  return {
    OPENLEADR_STEP: step,
    OPENLEADR_VEN_NAME: venName,
    OPENLEADR_VEN_ID: venId,
    OPENLEADR_EVENT_ID: event.eventId ?? "",
    OPENLEADR_TEST_EVENT: String(event.testEvent ?? ""),
    OPENLEADR_RESOURCES: resources.join(","),
    OPENLEADR_START: event.start?.toISOString() ?? "",
    OPENLEADR_END: event.end?.toISOString() ?? "",
    OPENLEADR_SIGNAL: first.signalName ?? "",
    OPENLEADR_VALUE: String(first.value ?? ""),
    OPENLEADR_UNTIL: until?.toISOString() ?? "",
    OPENLEADR_REASON: event.reason ?? "",
  };
}
