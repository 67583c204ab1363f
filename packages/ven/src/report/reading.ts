import {
  checkRules,
  encode,
  RuleViolationError,
  type Message,
  type ReportInterval,
  type StreamPayload,
} from "@openleadr/protocol";
import type { DataPoint } from "./data-point.ts";
import type { KeptReading } from "./kept-readings.ts";
import type { DataValue, QualifiedValue, TimedValue } from "./value.ts";

/** One value of one data point, as an interval carries it. */
export type Reading = Extract<StreamPayload, { readonly kind: "reportPayload" }>;

/** A value, and when it is of. */
export function isQualified(value: unknown): value is QualifiedValue {
  return typeof value === "object" && value !== null && "value" in value;
}

/** A reading as it is kept. Throws for a value that cannot be sent, so that it fails here and not in a whole report. */
export function readingOf(point: DataPoint, timed: TimedValue): KeptReading {
  const { dtstart, duration, value, confidence, accuracy, dataQuality } = timed;
  if (!(dtstart instanceof Date) || Number.isNaN(dtstart.getTime()))
    throw new RangeError(`dtstart: expected an instant, got ${String(dtstart)}`);
  requireValue(point, value);
  const reading = {
    rId: point.rId,
    dtstart,
    ...(duration !== undefined && { duration }),
    ...(confidence !== undefined && { confidence }),
    ...(accuracy !== undefined && { accuracy }),
    value,
    ...(dataQuality !== undefined && { dataQuality }),
  };
  requireSendable(point, { dtstart, ...(duration !== undefined && { duration }), payloads: [payloadOf(reading)] });
  return reading;
}

/** Where there is no value: a placeholder that says so (rule 318). */
export function placeholder(
  { rId, reportName }: Pick<DataPoint, "rId" | "reportName">,
  time: Pick<KeptReading, "dtstart" | "duration">,
): KeptReading {
  const value = reportName === "TELEMETRY_STATUS" ? { online: false, manualOverride: false } : 0;
  return { rId, ...time, value, dataQuality: "Quality Bad - Non Specific" };
}

export function payloadOf({ dtstart: _, duration: __, ...reading }: KeptReading): Reading {
  return { kind: "reportPayload", ...reading };
}

function requireValue({ reportName }: DataPoint, value: DataValue): void {
  const expected = expectations[reportName] ?? "a number, or the status of a resource";
  const isNumber = typeof value === "number" && !Number.isNaN(value);
  const fits = expected.includes("number") && isNumber;
  if (fits || (expected.includes("status") && isResourceStatus(value))) return;
  throw new TypeError(`expected ${expected}, got ${typeof value === "number" ? value : JSON.stringify(value)}`);
}

const expectations: Readonly<Partial<Record<string, string>>> = {
  TELEMETRY_USAGE: "a number",
  HISTORY_USAGE: "a number",
  TELEMETRY_STATUS: "the status of a resource",
};

function isResourceStatus(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { online, manualOverride } = value as Partial<Record<string, unknown>>;
  return typeof online === "boolean" && typeof manualOverride === "boolean";
}

/** Throws for an interval that breaks a rule or the schema. */
export function requireSendable({ reportName }: Pick<DataPoint, "reportName">, interval: ReportInterval): void {
  const { dtstart = epoch } = interval;
  const report = {
    dtstart,
    intervals: [{ ...interval, uid: "0" }],
    reportDescriptions: [],
    reportRequestId: "0",
    reportSpecifierId: "0",
    reportName,
    createdDateTime: epoch,
  };
  const message: Message = { name: "oadrUpdateReport", payload: { requestId: "0", reports: [report], venId: "0" } };
  encode(message);
  const [first, ...rest] = checkRules(message, { sender: "ven", now: epoch });
  if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
}

const epoch = new Date(0);
