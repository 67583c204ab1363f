import { EVENT_STATUS, OPT, RESPONSE_REQUIRED, SIGNAL_NAME, SIGNAL_TYPE } from "../enumerations.ts";
import { ignored, many, one, oneOrMore, optional, spread } from "../schema/field.ts";
import { responseCode, unsignedInt } from "../schema/numbers.ts";
import { remembered } from "../schema/remembered.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { anyUri, oneOf, oneOfOrExtension, scalar, text, type Scalar } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { dateTime } from "../schema/times.ts";
import { anything } from "../schema/anything.ts";
import { only } from "../schema/wrapper.ts";
import { calendarProperties, dtstart, durationProp } from "./calendar.ts";
import { payloadAttributes, response } from "./common.ts";
import { payloadFloat, signalIntervals } from "./stream.ts";
import { targets } from "./target.ts";
import { measurement } from "./units.ts";

export const optType = oneOf(Object.values(OPT));

/** `ei:testEvent`: any text but `false` marks a test (rule 6); an empty one is as if it were not there (rule 46). */
const testEvent: Scalar<boolean> = scalar<boolean>({
  type: "boolean",
  expected: "true | false",
  collapses: false,
  escapes: false,
  parse: (raw) => raw !== "false" && raw !== "",
  format: (value) => (typeof value === "boolean" ? String(value) : undefined),
  json: { to: (value) => value, from: (json) => (typeof json === "boolean" ? json : undefined) },
});

const eventDescriptorFields = sequence({
  eventId: one("ei:eventID", text),
  /** 0 for a new event, 1 more for every change (rules 4, 5). */
  modificationNumber: one("ei:modificationNumber", unsignedInt),
  modificationDateTime: optional("ei:modificationDateTime", dateTime),
  modificationReason: optional("ei:modificationReason", text),
  /** 1 is the most important; 0, and none, the least (rule 3). */
  priority: optional("ei:priority", unsignedInt),
  /** The programme it belongs to. */
  marketContext: one("ei:eiMarketContext", only(one("emix:marketContext", anyUri))),
  /** When this content came to be; changes with it (rule 115). */
  createdDateTime: one("ei:createdDateTime", dateTime),
  eventStatus: one("ei:eventStatus", oneOf(Object.values(EVENT_STATUS))),
  /** A drill: nothing is to be actuated. */
  testEvent: optional("ei:testEvent", testEvent),
  /** For people. */
  vtnComment: optional("ei:vtnComment", text),
});
/** What identifies an event, and the state it is in. */
export interface EventDescriptor extends Infer<typeof eventDescriptorFields> {}
const eventDescriptor: Schema<EventDescriptor> = eventDescriptorFields;

const activePeriodFields = sequence({
  properties: spread("xcal:properties", calendarProperties),
  components: ignored("xcal:components", anything),
});
/** When an event is in force. */
export interface ActivePeriod extends Infer<typeof activePeriodFields> {}
const activePeriod: Schema<ActivePeriod> = activePeriodFields;

const eventSignalFields = sequence({
  intervals: one("strm:intervals", signalIntervals),
  /** Classes of devices that the signal is for (rule 111); all when left out. */
  deviceClasses: optional("ei:eiTarget", targets),
  signalName: one("ei:signalName", oneOfOrExtension(Object.values(SIGNAL_NAME))),
  signalType: one("ei:signalType", oneOf(Object.values(SIGNAL_TYPE))),
  /** Unique within the event (rule 107). */
  signalId: one("ei:signalID", text),
  /** What the values are measured in. */
  measurement: optional(measurement),
  /** The value in force now (rules 14, 29, 110). */
  currentValue: optional("ei:currentValue", only(one("ei:payloadFloat", payloadFloat))),
});
/** What is asked for, interval by interval. */
export interface EventSignal extends Infer<typeof eventSignalFields> {}
const eventSignal: Schema<EventSignal> = remembered(eventSignalFields);

const baselineFields = sequence({
  dtstart: one("xcal:dtstart", dtstart),
  duration: one("xcal:duration", durationProp),
  intervals: one("strm:intervals", signalIntervals),
  baselineId: one("ei:baselineID", text),
  /** The baseline is of all of them together (rule 108). */
  resourceIds: many("ei:resourceID", text),
  baselineName: one("ei:baselineName", text),
  measurement: optional(measurement),
});
/** What would have been without the event. */
export interface EventBaseline extends Infer<typeof baselineFields> {}
const baseline: Schema<EventBaseline> = baselineFields;

const eventSignals = sequence({
  signals: oneOrMore("ei:eiEventSignal", eventSignal),
  baseline: optional("ei:eiEventBaseline", baseline),
});

const eiEvent = sequence({
  eventDescriptor: one("ei:eventDescriptor", eventDescriptor),
  activePeriod: one("ei:eiActivePeriod", activePeriod),
  eventSignals: spread("ei:eiEventSignals", eventSignals),
  /** Whom it is for; none is everybody who gets it (rule 22). */
  targets: one("ei:eiTarget", targets),
});

const oadrEventFields = sequence({
  event: spread("ei:eiEvent", eiEvent),
  /** Whether the VEN must answer, or must not (rule 12). */
  responseRequired: one("oadr:oadrResponseRequired", oneOf(Object.values(RESPONSE_REQUIRED), "xs:string")),
});
/**
 * A demand response event.
 *
 * @see OpenADR 2.0b, §8.1, `oadr:oadrEvent`
 */
export interface OadrEvent extends Infer<typeof oadrEventFields> {}
export const oadrEvent: Schema<OadrEvent> = oadrEventFields;

const oadrDistributeEventFields = sequence(
  {
    /** In answers to oadrPoll and oadrRequestEvent (rule 40). */
    response: optional("ei:eiResponse", response),
    /** What the VEN's answers refer to (rules 41, 42). */
    requestId: one("pyld:requestID", text),
    vtnId: one("ei:vtnID", text),
    /** All of the VEN's events (rule 50), in the order of rule 15. */
    events: many("oadr:oadrEvent", oadrEvent),
  },
  payloadAttributes,
);
/**
 * All events of a VEN.
 *
 * @see OpenADR 2.0b, §8.1, rules 1–66, 100–116
 */
export interface OadrDistributeEvent extends Infer<typeof oadrDistributeEventFields> {}
export const oadrDistributeEvent: Schema<OadrDistributeEvent> = oadrDistributeEventFields;

const requestEvent = sequence({
  requestId: one("pyld:requestID", text),
  venId: one("ei:venID", text),
  /** No more events than this (rule 27). */
  replyLimit: optional("pyld:replyLimit", unsignedInt),
});
const oadrRequestEventFields = sequence(
  { requestEvent: spread("pyld:eiRequestEvent", requestEvent) },
  payloadAttributes,
);
/**
 * A VEN asks for its events.
 *
 * @see OpenADR 2.0b, §8.1, rules 23, 27
 */
export interface OadrRequestEvent extends Infer<typeof oadrRequestEventFields> {}
export const oadrRequestEvent: Schema<OadrRequestEvent> = oadrRequestEventFields;

/** `ei:qualifiedEventID`: an event in one of its versions. */
export const qualifiedEventId = sequence({
  eventId: one("ei:eventID", text),
  modificationNumber: one("ei:modificationNumber", unsignedInt),
});

const eventResponseFields = sequence({
  responseCode: one("ei:responseCode", responseCode),
  responseDescription: optional("ei:responseDescription", text),
  /** That of the oadrDistributeEvent that brought the event (rule 42). */
  requestId: one("pyld:requestID", text),
  qualifiedEventId: spread("ei:qualifiedEventID", qualifiedEventId),
  optType: one("ei:optType", optType),
});
/** A VEN's answer to one event. */
export interface EventResponse extends Infer<typeof eventResponseFields> {}
const eventResponse: Schema<EventResponse> = eventResponseFields;

const createdEvent = sequence({
  response: one("ei:eiResponse", response),
  /** Left out only where `response` tells an error (rule 35). */
  eventResponses: optional("ei:eventResponses", only(many("ei:eventResponse", eventResponse))),
  venId: one("ei:venID", text),
});
const oadrCreatedEventFields = sequence(
  { createdEvent: spread("pyld:eiCreatedEvent", createdEvent) },
  payloadAttributes,
);
/**
 * A VEN's answers to events.
 *
 * @see OpenADR 2.0b, §8.1, rules 12, 16, 17, 19, 35, 36, 42, 48
 */
export interface OadrCreatedEvent extends Infer<typeof oadrCreatedEventFields> {}
export const oadrCreatedEvent: Schema<OadrCreatedEvent> = oadrCreatedEventFields;
