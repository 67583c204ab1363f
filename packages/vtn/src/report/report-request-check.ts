import {
  checkRules,
  formatDuration,
  RuleViolationError,
  toJson,
  type ReportRequest,
  type ReportSpecifier,
  type RuleViolation,
} from "@openleadr/protocol";
import { isHistory, type DataPoint, type OfferedReport } from "./offered-report.ts";
import { METADATA } from "./report-selection.ts";

/** When a request is made. */
export interface RequestTime {
  readonly now: Date;
  /** When the VEN made the offer that is answered; what it kept then may be asked for. */
  readonly offeredAt: Date;
}

/**
 * Throws {@link RuleViolationError} for a request that the VEN would have to refuse, or that may not be sent, and
 * {@link MalformedMessageError} for one that cannot be written.
 *
 * @see OpenADR 2.0b, rules 300, 308, 312, 317, 324, 325, 338, 340
 */
export function requireAllowed(request: ReportRequest, offer: OfferedReport | undefined, time: RequestTime): void {
  const message = { name: "oadrCreateReport", payload: { requestId: "", reportRequests: [request] } } as const;
  const [first, ...rest] = [
    ...checkSpecifier(request.reportSpecifier, offer, time),
    ...checkRules(message, { sender: "vtn", now: time.now }),
  ];
  if (first !== undefined) throw new RuleViolationError("oadrCreateReport", [first, ...rest]);
  toJson(message);
}

function* checkSpecifier(
  specifier: ReportSpecifier,
  offer: OfferedReport | undefined,
  time: RequestTime,
): Iterable<RuleViolation> {
  yield* checkSpans(specifier);
  if (specifier.reportSpecifierId === METADATA) return;
  if (offer === undefined) {
    yield breach(300, "reportSpecifierId", `expected a report that the VEN offers, got ${show(specifier)}`);
    return;
  }
  yield* checkDataPoints(specifier, offer);
  if (isHistory(offer)) yield* checkHistory(specifier, offer, time);
  else yield* checkTelemetry(specifier, offer, time.now);
}

function show({ reportSpecifierId }: ReportSpecifier): string {
  return JSON.stringify(reportSpecifierId);
}

/** Rules 317, 324, 325: no span runs backwards. */
function* checkSpans({ granularity, reportBackDuration, reportInterval }: ReportSpecifier): Iterable<RuleViolation> {
  if (!(granularity >= 0)) yield breach(317, "granularity", `expected 0 or more, got ${sayMs(granularity)}`);
  if (!(reportBackDuration >= 0))
    yield breach(324, "reportBackDuration", `expected 0 or more, got ${sayMs(reportBackDuration)}`);
  if (reportInterval !== undefined && !(reportInterval.duration >= 0))
    yield breach(325, "reportInterval.duration", `expected 0 or more, got ${sayMs(reportInterval.duration)}`);
}

/** Rules 300, 308: data points that are offered, at least one of them, each once. */
function* checkDataPoints({ specifierPayloads }: ReportSpecifier, { dataPoints }: OfferedReport) {
  const rIds: readonly string[] = specifierPayloads.map(({ rId }) => rId);
  if (rIds.length === 0) yield breach(300, "specifierPayloads", "expected at least one data point, got none");
  const offered = new Set(dataPoints.map(({ rId }) => rId));
  const seen = new Set<string>();
  for (const [index, rId] of rIds.entries()) {
    const at = `specifierPayloads[${index}].rId`;
    const got = JSON.stringify(rId);
    if (!offered.has(rId)) yield breach(300, at, `expected a data point that the VEN offers, got ${got}`);
    if (seen.has(rId)) yield breach(308, at, `expected each data point once, got ${got} again`);
    seen.add(rId);
  }
}

/** Rules 317, 324, 325, 340: history is asked for once, of a past that is kept. */
function* checkHistory(
  specifier: ReportSpecifier,
  { duration }: OfferedReport,
  { now, offeredAt }: RequestTime,
): Iterable<RuleViolation> {
  const { granularity, reportBackDuration, reportInterval } = specifier;
  if (granularity > 0) yield breach(317, "granularity", `expected 0 for history, got ${sayMs(granularity)}`);
  if (reportBackDuration > 0)
    yield breach(324, "reportBackDuration", `expected 0 for history, got ${sayMs(reportBackDuration)}`);
  if (reportInterval === undefined) {
    yield breach(324, "reportInterval", "expected the period that is wanted of history, got none");
    return;
  }
  const { dtstart } = reportInterval;
  const end = dtstart.getTime() + reportInterval.duration;
  if (dtstart > now || end > now.getTime())
    yield breach(325, "reportInterval", `expected a period in the past, got one until ${new Date(end).toISOString()}`);
  if (duration === undefined || dtstart.getTime() >= offeredAt.getTime() - duration) return;
  const earliest = new Date(offeredAt.getTime() - duration).toISOString();
  yield breach(340, "reportInterval.dtstart", `expected at or after ${earliest}, got ${dtstart.toISOString()}`);
}

/** Rules 312, 317, 325, 340: telemetry as dense as it is offered, no more of it than is kept, and not of the past. */
function* checkTelemetry(specifier: ReportSpecifier, offer: OfferedReport, now: Date): Iterable<RuleViolation> {
  const { granularity, reportBackDuration, reportInterval } = specifier;
  if (reportBackDuration <= 0) return;
  if (granularity > reportBackDuration)
    yield breach(317, "granularity", `expected at most ${sayMs(reportBackDuration)}, got ${sayMs(granularity)}`);
  const minPeriod = Math.max(0, ...wanted(specifier, offer).map(({ samplingRate }) => samplingRate?.minPeriod ?? 0));
  if (granularity > 0 && granularity < minPeriod)
    yield breach(317, "granularity", `expected at least ${sayMs(minPeriod)}, got ${sayMs(granularity)}`);
  if (reportBackDuration < minPeriod)
    yield breach(317, "reportBackDuration", `expected at least ${sayMs(minPeriod)}, got ${sayMs(reportBackDuration)}`);
  if (offer.duration !== undefined && granularity > 0 && minPeriod > 0) {
    const [most, got] = [Math.max(1, offer.duration / minPeriod), reportBackDuration / granularity];
    if (got > most)
      yield breach(340, "reportBackDuration", `expected at most ${most} intervals in a report (rule 312), got ${got}`);
  }
  const end = reportInterval === undefined ? 0 : reportInterval.dtstart.getTime() + reportInterval.duration;
  if (reportInterval !== undefined && reportInterval.duration > 0 && end <= now.getTime())
    yield breach(325, "reportInterval", `expected an end to come, got ${new Date(end).toISOString()}`);
}

function wanted({ specifierPayloads }: ReportSpecifier, { dataPoints }: OfferedReport): readonly DataPoint[] {
  const rIds = new Set(specifierPayloads.map(({ rId }) => rId));
  return dataPoints.filter(({ rId }) => rIds.has(rId));
}

function breach(rule: number, path: string, message: string): RuleViolation {
  return { rule, path: `reportRequests[0].reportSpecifier.${path}`, message };
}

function sayMs(span: number): string {
  return formatDuration(span) ?? `${span} ms`;
}
