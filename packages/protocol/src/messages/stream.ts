import { DATA_QUALITY } from "../enumerations.ts";
import { one, oneOrMore, optional } from "../schema/field.ts";
import { confidence, float } from "../schema/numbers.ts";
import { choice, either, type Particle } from "../schema/particle.ts";
import { isRecord } from "../schema/place.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { boolean, oneOfOrExtension, text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { viewed } from "../schema/view.ts";
import { only } from "../schema/wrapper.ts";
import type { Duration } from "../time.ts";
import { dtstart, durationProp, uid } from "./calendar.ts";
import { atomFeed } from "./green-button.ts";

/** `ei:payloadFloat`: a number in an element of its own. */
export const payloadFloat: Schema<number> = only(one("ei:value", float));

const loadControlValueFields = sequence({
  min: optional("oadr:oadrMin", float),
  max: optional("oadr:oadrMax", float),
  /** The value now. */
  current: one("oadr:oadrCurrent", float),
  /** The value when nothing is controlled. */
  normal: optional("oadr:oadrNormal", float),
});
/** One quantity under load control, and its bounds. */
export interface LoadControlValue extends Infer<typeof loadControlValueFields> {}
const loadControlValue: Schema<LoadControlValue> = loadControlValueFields;

const loadControlState = sequence({
  /** Fraction of the full capacity, 0 to 1. */
  capacity: optional("oadr:oadrCapacity", loadControlValue),
  /** Steps away from normal; higher is less load. */
  levelOffset: optional("oadr:oadrLevelOffset", loadControlValue),
  /** Percentage away from normal; lower is less load. */
  percentOffset: optional("oadr:oadrPercentOffset", loadControlValue),
  setPoint: optional("oadr:oadrSetPoint", loadControlValue),
});

/** `oadr:oadrPayloadResourceStatus`: the state of a resource. */
const resourceStatusFields = sequence({
  /** The resource can be reached. */
  online: one("oadr:oadrOnline", boolean),
  /** A person has taken over. */
  manualOverride: one("oadr:oadrManualOverride", boolean),
  loadControlState: optional("oadr:oadrLoadControlState", loadControlState),
});
/** The state of a resource. */
export interface ResourceStatus extends Infer<typeof resourceStatusFields> {}
export const resourceStatus: Schema<ResourceStatus> = resourceStatusFields;

/** `ei:payloadBase`: a number, or the state of a resource. */
const payloadBase = either<number, ResourceStatus>(
  {
    element: ["ei:payloadFloat", payloadFloat],
    expected: "a number",
    isObject: false,
    is: (value): value is number => typeof value === "number",
  },
  {
    element: ["oadr:oadrPayloadResourceStatus", resourceStatus],
    expected: "the status of a resource",
    isObject: true,
    is: (value): value is ResourceStatus => isRecord(value),
  },
);

const reportPayload = sequence({
  /** The data point. */
  rId: one("ei:rID", text),
  /** How sure the sender is, in percent. */
  confidence: optional("ei:confidence", confidence),
  /** In the unit of the value. */
  accuracy: optional("ei:accuracy", float),
  /** A number, or the state of a resource in TELEMETRY_STATUS. */
  value: one(payloadBase),
  dataQuality: optional("oadr:oadrDataQuality", oneOfOrExtension(Object.values(DATA_QUALITY))),
});

/** `strm:streamPayloadBase`: what an interval carries. */
const streamPayloadChoice = choice("kind", {
  reportPayload: ["oadr:oadrReportPayload", reportPayload],
  signalPayload: ["ei:signalPayload", sequence({ value: one(payloadBase) })],
  gbPayload: ["oadr:oadrGBPayload", sequence({ feed: one(atomFeed) })],
});
/** What an interval carries; told apart by `kind`. */
export type StreamPayload = ReturnType<(typeof streamPayloadChoice)["decode"]>;
const streamPayload: Particle<StreamPayload> = streamPayloadChoice;

const intervalFields = sequence({
  /** Start of the interval; a data report's first one has that of the report when it is left out. */
  dtstart: optional("xcal:dtstart", dtstart),
  /** Length; without it, the data belong to a point in time. */
  duration: optional("xcal:duration", durationProp),
  /** 0, 1, 2 … in order. */
  uid: optional("xcal:uid", uid),
  /** The values that belong to it. */
  payloads: oneOrMore(streamPayload),
});
/** An interval of a report, with the values that belong to it. */
export interface ReportInterval extends Infer<typeof intervalFields> {}
const interval: Schema<ReportInterval> = intervalFields;

/** `strm:intervals` of a report. */
export const reportIntervals: Schema<readonly ReportInterval[]> = only(oneOrMore("ei:interval", interval));

/** An interval of a signal or baseline, with the one value in force. */
export interface SignalInterval {
  /** Never sent by a VTN that keeps rule 103; some do. */
  readonly dtstart?: Date;
  /** Length; all of a signal's add up to the active period's (rules 8, 102). */
  readonly duration?: Duration;
  /** 0, 1, 2 … in order (rules 2, 101). */
  readonly uid?: string;
  /** The number of the interval's `signalPayload`. */
  readonly value: number;
  /**
   * What came where it is not exactly one `signalPayload` with a number, as rule 100 demands; `value` is then the first
   * number among them, or NaN.
   */
  readonly payloads?: readonly StreamPayload[];
}

const seenInterval = sequence({
  dtstart: optional("xcal:dtstart", dtstart),
  duration: optional("xcal:duration", durationProp),
  uid: optional("xcal:uid", uid),
  value: one("ei:value", float),
  payloads: optional("payloads", only(oneOrMore(streamPayload))),
}) as Schema<unknown> as Schema<SignalInterval>;

/** `ei:interval` of a signal or baseline. */
export const signalInterval: Schema<SignalInterval> = viewed<ReportInterval, SignalInterval>(interval, {
  name: "SignalInterval",
  seen: seenInterval,
  read({ dtstart: start, duration, uid: id, payloads }) {
    const span = {
      ...(start && { dtstart: start }),
      ...(duration !== undefined && { duration }),
      ...(id !== undefined && { uid: id }),
    };
    const [first, second] = payloads;
    if (second === undefined && first?.kind === "signalPayload" && typeof first.value === "number") {
      return { ...span, value: first.value };
    }
    return { ...span, value: firstNumber(payloads), payloads };
  },
  write({ value, payloads, ...rest }) {
    return { ...rest, payloads: payloads ?? [{ kind: "signalPayload", value }] };
  },
  fault({ value, payloads }) {
    if (payloads === undefined || Object.is(firstNumber(payloads), value)) return undefined;
    return { key: "value", expected: "the first number among payloads, or NaN where there is none" };
  },
});

function firstNumber(payloads: readonly StreamPayload[]): number {
  for (const payload of payloads) {
    if (payload.kind !== "gbPayload" && typeof payload.value === "number") return payload.value;
  }
  return NaN;
}

/** `strm:intervals` of a signal or baseline. */
export const signalIntervals: Schema<readonly SignalInterval[]> = only(oneOrMore("ei:interval", signalInterval));
