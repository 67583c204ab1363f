import { randomUUID } from "node:crypto";
import type { OadrEvent } from "@openleadr/protocol";
import type { EventContext, SignalInForce } from "@openleadr/ven";
import { unitOf } from "../say.ts";
import { eventFact } from "../say-event.ts";
import type { Step } from "./config/events.ts";

/** What webhooks, commands and MQTT topics hear of a step of an event, as JSON; docs/ven-daemon.md describes it. */
export interface StepMessage {
  /** Of this message; the same in each attempt to deliver it. */
  readonly id: string;
  readonly time: Date;
  readonly step: Step;
  readonly venName: string;
  readonly venId: string | undefined;
  readonly eventId: string;
  readonly modificationNumber: number;
  readonly marketContext: string;
  readonly testEvent: boolean;
  readonly resources: readonly string[];
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

export function stepMessage(step: Step, event: OadrEvent, told: StepTeller & StepContext): StepMessage {
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

function signalFact({ signalId, signalName, signalType, value, measurement, ...rest }: SignalInForce): object {
  const { from, until, resources } = rest;
  return { signalId, signalName, signalType, value, unit: unitOf(measurement), from, until, resources };
}

/** The same for a program, in variables of the environment. */
export function stepVariables(message: StepMessage): Readonly<Record<string, string>> {
  const { step, venName, venId = "", eventId, resources, start, end, signals = [], until, reason = "" } = message;
  const { signalName = "", value = "" } = (signals[0] ?? {}) as Partial<SignalInForce>;
  return {
    OPENLEADR_STEP: step,
    OPENLEADR_VEN_NAME: venName,
    OPENLEADR_VEN_ID: venId,
    OPENLEADR_EVENT_ID: eventId,
    OPENLEADR_TEST_EVENT: String(message.testEvent),
    OPENLEADR_RESOURCES: resources.join(","),
    OPENLEADR_START: start.toISOString(),
    OPENLEADR_END: end?.toISOString() ?? "",
    OPENLEADR_SIGNAL: signalName,
    OPENLEADR_VALUE: String(value),
    OPENLEADR_UNTIL: until?.toISOString() ?? "",
    OPENLEADR_REASON: reason,
  };
}
