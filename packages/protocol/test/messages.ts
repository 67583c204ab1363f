import type { EventSignal, OadrEvent } from "../src/messages/event.ts";
import type { Message, Payload } from "../src/messages/index.ts";
import type { OadrReport, ReportDescription, ReportSpecifier } from "../src/messages/report.ts";
import type { ReportInterval, SignalInterval } from "../src/messages/stream.ts";
import { hours, minutes } from "../src/time.ts";

/** Noon of a day; every message built here is sent then. */
export const noon = new Date("2026-06-01T12:00:00Z");
/** The instant that many minutes after noon. */
export const after = (count: number): Date => new Date(noon.getTime() + minutes(count));

/** An object without some of its properties. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

/** Intervals of 30 minutes with these values. */
export function intervals(...values: readonly number[]): SignalInterval[] {
  return values.map((value, index) => ({ duration: minutes(30), uid: String(index), value }));
}

/** A SIMPLE signal of two intervals, 30 minutes each, with the levels 1 and 2. */
export function aSignal(changes: Partial<EventSignal> = {}): EventSignal {
  return { signalId: "s-1", signalName: "SIMPLE", signalType: "level", intervals: intervals(1, 2), ...changes };
}

/** An event of one hour that starts in an hour, with one SIMPLE signal. */
export function anEvent(changes: Partial<OadrEvent> = {}): OadrEvent {
  return {
    eventDescriptor: descriptor("far"),
    activePeriod: { dtstart: after(60), duration: hours(1), notification: hours(1) },
    signals: [aSignal()],
    targets: [{ venId: "ven-1" }],
    responseRequired: "always",
    ...changes,
  };
}

/** The event, ten minutes after its start. */
export function anActiveEvent(changes: Partial<OadrEvent> = {}): OadrEvent {
  return anEvent({
    eventDescriptor: descriptor("active"),
    activePeriod: { dtstart: after(-10), duration: hours(1), notification: hours(1) },
    ...changes,
  });
}

/** A descriptor of that status. */
export function descriptor(eventStatus: OadrEvent["eventDescriptor"]["eventStatus"]): OadrEvent["eventDescriptor"] {
  return {
    eventId: "event-1",
    modificationNumber: 0,
    marketContext: "http://market.example",
    createdDateTime: noon,
    eventStatus,
  };
}

/** A VTN's events for a VEN. */
export function distribute(...events: readonly OadrEvent[]): Message<"oadrDistributeEvent"> {
  return { name: "oadrDistributeEvent", payload: { requestId: "d-1", vtnId: "vtn-1", events } };
}

/** A baseline of one hour, in two intervals. */
export function aBaseline(
  changes: Partial<NonNullable<OadrEvent["baseline"]>> = {},
): NonNullable<OadrEvent["baseline"]> {
  return {
    baselineId: "b-1",
    baselineName: "yesterday",
    dtstart: after(60),
    duration: hours(1),
    resourceIds: ["r-1"],
    intervals: intervals(3, 4),
    ...changes,
  };
}

/** A data point of TELEMETRY_USAGE. */
export function aDescription(changes: Partial<ReportDescription> = {}): ReportDescription {
  return {
    rId: "energy",
    reportType: "usage",
    readingType: "Direct Read",
    measurement: { name: "energyReal", description: "RealEnergy", unit: "Wh", scale: "k" },
    samplingRate: { minPeriod: minutes(1), maxPeriod: hours(1), onChange: false },
    ...changes,
  };
}

/** A metadata report of TELEMETRY_USAGE with one data point. */
export function aMetadataReport(changes: Partial<OadrReport> = {}): OadrReport {
  return {
    duration: hours(2),
    reportDescriptions: [aDescription()],
    reportRequestId: "0",
    reportSpecifierId: "usage",
    reportName: "METADATA_TELEMETRY_USAGE",
    createdDateTime: noon,
    ...changes,
  };
}

/** A VEN's offer of reports. */
export function register(...reports: readonly OadrReport[]): Message<"oadrRegisterReport"> {
  return { name: "oadrRegisterReport", payload: { requestId: "q-1", venId: "ven-1", reports } };
}

/** An interval of 30 minutes from that many minutes after noon on, with one number. */
export function dataInterval(start: number, changes: Partial<ReportInterval> = {}): ReportInterval {
  return {
    dtstart: after(start),
    duration: minutes(30),
    payloads: [{ kind: "reportPayload", rId: "energy", value: 5 }],
    ...changes,
  };
}

/** A data report of TELEMETRY_USAGE with two intervals of 30 minutes. */
export function aDataReport(changes: Partial<OadrReport> = {}): OadrReport {
  return {
    dtstart: noon,
    intervals: [dataInterval(0), dataInterval(30)],
    reportDescriptions: [],
    reportRequestId: "rr-1",
    reportSpecifierId: "usage",
    reportName: "TELEMETRY_USAGE",
    createdDateTime: noon,
    ...changes,
  };
}

/** A VEN's data. */
export function update(...reports: readonly OadrReport[]): Message<"oadrUpdateReport"> {
  return { name: "oadrUpdateReport", payload: { requestId: "q-1", venId: "ven-1", reports } };
}

/** A specifier that asks for TELEMETRY_USAGE every hour. */
export function aSpecifier(changes: Partial<ReportSpecifier> = {}): ReportSpecifier {
  return {
    reportSpecifierId: "usage",
    granularity: minutes(30),
    reportBackDuration: hours(1),
    reportInterval: { dtstart: noon, duration: hours(24) },
    specifierPayloads: [{ rId: "energy", readingType: "x-notApplicable" }],
    ...changes,
  };
}

/** A VTN's request for reports, with the IDs rr-0, rr-1 and so on. */
export function request(...specifiers: readonly ReportSpecifier[]): Message<"oadrCreateReport"> {
  const reportRequests = specifiers.map((reportSpecifier, index) => ({
    reportRequestId: `rr-${index}`,
    reportSpecifier,
  }));
  return { name: "oadrCreateReport", payload: { requestId: "q-1", reportRequests } };
}

/** A VEN's opt schedule of four hours. */
export function anOpt(changes: Partial<Payload<"oadrCreateOpt">> = {}): Message<"oadrCreateOpt"> {
  return {
    name: "oadrCreateOpt",
    payload: {
      optId: "opt-1",
      optType: "optOut",
      optReason: "x-schedule",
      venId: "ven-1",
      vavailability: [{ dtstart: noon, duration: hours(4) }],
      createdDateTime: noon,
      requestId: "q-1",
      targets: [{ venId: "ven-1" }],
      ...changes,
    },
  };
}

/** A VEN's first registration, over HTTP, pulling. */
export function aRegistration(
  changes: Partial<Payload<"oadrCreatePartyRegistration">> = {},
): Message<"oadrCreatePartyRegistration"> {
  return {
    name: "oadrCreatePartyRegistration",
    payload: {
      requestId: "q-1",
      profileName: "2.0b",
      transportName: "simpleHttp",
      reportOnly: false,
      xmlSignature: false,
      httpPullModel: true,
      ...changes,
    },
  };
}
