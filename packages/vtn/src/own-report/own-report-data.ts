import { once } from "node:events";
import {
  checkRules,
  encode,
  milliseconds,
  RuleViolationError,
  type Duration,
  type Message,
  type ReportInterval,
  type StreamPayload,
} from "@openleadr/protocol";
import type { Logger } from "@openleadr/transport";
import type { AskedHistory, AskedValue, OwnReading, OwnReport, OwnValue, QualifiedValue } from "./own-report-offer.ts";
import type { RequestedReport, RequestedTelemetry } from "./own-report-request.ts";

type Value = Extract<StreamPayload, { readonly kind: "reportPayload" }>;

/** Who asks, and until when there is time for an answer. */
export interface Asking {
  readonly venId: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Asks the application for the values of one interval, or of one instant where `duration` is undefined. */
export async function sample(
  { report, points }: RequestedTelemetry,
  { dtstart, duration }: { readonly dtstart: Date; readonly duration: Duration | undefined },
  asking: Asking,
): Promise<ReportInterval> {
  const { reportSpecifierId } = report;
  const values = points.map(async (point) => {
    const asked = { venId: asking.venId, reportSpecifierId, rId: point.rId, dtstart, duration, signal: asking.signal };
    const value = await ask(async () => checkedValue(await point.collect(asked), asked, report), asked, asking);
    return value ?? placeholder(point.rId, report);
  });
  const [first, ...rest] = await Promise.all(values);
  if (first === undefined) throw new Error("a report without data points");
  return {
    dtstart,
    ...(duration !== undefined && { duration }),
    payloads: [first, ...rest],
  };
}

/**
 * Asks the application for history. Each interval has a value for each data point (rule 300), a placeholder where there
 * is none; so has the whole span where there are no intervals (rule 318).
 */
export async function history(
  { report, points }: Extract<RequestedReport, { readonly kind: "history" }>,
  { from, to }: { readonly from: Date; readonly to: Date },
  asking: Asking,
): Promise<readonly ReportInterval[]> {
  const { reportSpecifierId } = report;
  const duration = milliseconds(to.getTime() - from.getTime());
  const readings = await Promise.all(
    points.map(async ({ rId, collect }) => {
      const asked = { venId: asking.venId, reportSpecifierId, rId, dtstart: from, duration, signal: asking.signal };
      return (await ask(async () => checkedReadings(await collect(asked), asked, report), asked, asking)) ?? [];
    }),
  );
  const values = readings.flat();
  const isMixed = values.some(({ duration: span }) => (span === undefined) !== (values[0]?.duration === undefined));
  if (isMixed) asking.logger.error({ reportSpecifierId }, "history with and without durations");
  const intervals = isMixed ? [] : intervalsOf(values, { rIds: points.map(({ rId }) => rId), report });
  if (intervals.length > 0) return intervals;
  const [first, ...rest] = points.map(({ rId }) => placeholder(rId, report));
  return first === undefined ? [] : [{ dtstart: from, payloads: [first, ...rest] }];
}

/** A report's data as oadrUpdateReport carries them: intervals with uids from 0 on (rule 316). */
export function numbered(intervals: readonly ReportInterval[]): readonly ReportInterval[] {
  return intervals.map((interval, index) => ({ ...interval, uid: String(index) }));
}

/** The handler's answer; undefined where it failed, which is logged. Rejects with the signal's reason if it aborts. */
async function ask<T>(
  handler: () => Promise<T>,
  asked: AskedValue,
  { signal, logger }: Asking,
): Promise<T | undefined> {
  try {
    return await unlessAborted(handler(), signal);
  } catch (error) {
    signal.throwIfAborted();
    const { venId, reportSpecifierId, rId } = asked;
    logger.error({ handler: "collect", venId, reportSpecifierId, rId, error }, "handler failed");
    return undefined;
  }
}

/** The promise, or the signal's reason as soon as it aborts; the handler may not heed the signal. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([promise, abortOf(signal, over.signal)]);
  } finally {
    over.abort();
  }
}

async function abortOf(signal: AbortSignal, over: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  await once(signal, "abort", { signal: over });
  throw signal.reason;
}

function checkedValue(value: OwnValue | undefined, { rId }: AskedValue, report: OwnReport): Value | undefined {
  if (value === undefined) return undefined;
  const isQualified = typeof value === "object" && value !== null && "value" in value;
  const checked = valueOf(rId, isQualified ? value : { value });
  requireSendable({ dtstart: epoch, payloads: [checked] }, report);
  return checked;
}

/** A value that belongs to a span of time, of one data point. */
interface HistoricValue {
  readonly dtstart: Date;
  readonly duration: Duration | undefined;
  readonly payload: Value;
}

function checkedReadings(
  readings: readonly OwnReading[],
  { rId, dtstart: from, duration: span }: AskedHistory,
  report: OwnReport,
): readonly HistoricValue[] {
  const to = from.getTime() + span;
  return readings.map(({ dtstart, duration, ...value }) => {
    if (!(dtstart >= from && dtstart.getTime() < to))
      throw new RangeError(
        `dtstart: expected one from ${from.toISOString()} on and in the span asked for, got ${dtstart.toISOString()}`,
      );
    if ((duration === undefined) !== (readings[0]?.duration === undefined))
      throw new RangeError("duration: expected one in all readings or in none (rule 315)");
    const payload = valueOf(rId, value);
    requireSendable({ dtstart, ...(duration !== undefined && { duration }), payloads: [payload] }, report);
    return { dtstart, duration, payload };
  });
}

function valueOf(rId: string, { value, confidence, accuracy, dataQuality }: QualifiedValue): Value {
  if (Number.isNaN(value)) throw new RangeError("collect: expected a number, got NaN");
  return {
    kind: "reportPayload",
    rId,
    ...(confidence !== undefined && { confidence }),
    ...(accuracy !== undefined && { accuracy }),
    value,
    ...(dataQuality !== undefined && { dataQuality }),
  };
}

/** What breaks a rule or the schema is found here, where it is one value, and not in the mailbox, where it is a message. */
function requireSendable(
  interval: ReportInterval,
  { reportSpecifierId, reportName = "TELEMETRY_USAGE" }: OwnReport,
): void {
  const { dtstart = epoch } = interval;
  const report = {
    dtstart,
    intervals: numbered([interval]),
    reportDescriptions: [],
    reportRequestId: "0",
    reportSpecifierId,
    reportName,
    createdDateTime: epoch,
  };
  const message: Message = { name: "oadrUpdateReport", payload: { requestId: "0", reports: [report] } };
  encode(message);
  const [first, ...rest] = checkRules(message, { sender: "vtn", now: epoch });
  if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
}

const epoch = new Date(0);

function placeholder(rId: string, { reportName }: OwnReport): Value {
  const value = reportName === "TELEMETRY_STATUS" ? { online: false, manualOverride: false } : 0;
  return { kind: "reportPayload", rId, value, dataQuality: "Quality Bad - Non Specific" };
}

/** Values that belong to the same span make one interval; intervals are in order of time (rule 314). */
function intervalsOf(
  values: readonly HistoricValue[],
  { rIds, report }: { readonly rIds: readonly string[]; readonly report: OwnReport },
): readonly ReportInterval[] {
  const spans = new Map<string, HistoricValue[]>();
  for (const value of values) {
    const key = `${value.dtstart.getTime()} ${value.duration ?? ""}`;
    spans.set(key, [...(spans.get(key) ?? []), value]);
  }
  const inOrder = [...spans.values()].sort(([a], [b]) => startOf(a) - startOf(b));
  return inOrder.flatMap((span) => {
    const [one] = span;
    const [first, ...rest] = rIds.map(
      (rId) => span.find(({ payload }) => payload.rId === rId)?.payload ?? placeholder(rId, report),
    );
    if (one === undefined || first === undefined) return [];
    const { dtstart, duration } = one;
    return [{ dtstart, ...(duration !== undefined && { duration }), payloads: [first, ...rest] as const }];
  });
}

function startOf(value: HistoricValue | undefined): number {
  return value?.dtstart.getTime() ?? 0;
}
