import { seconds, type Duration, type ReportRequest, type ReportSpecifier } from "@openleadr/protocol";
import type { OfferedReport } from "./offered-report.ts";
import type { Reading, ReportUpdate } from "./reading.ts";

/** The reportSpecifierID that asks for metadata (rule 327). */
export const METADATA = "METADATA";

/**
 * Which data of an offered report are wanted, how dense and how often. With nothing said, all its data points once, at
 * once.
 *
 * @see OpenADR 2.0b, rules 317, 324, 325
 */
export interface ReportSelection {
  /**
   * Spacing of the readings. 0, beside a `reportBackDuration`, for changes only; history has none (rule 317).
   * @default seconds(0)
   */
  readonly granularity?: Duration | undefined;
  /**
   * Time between two reports; 0 for one report at once, the only one there is of history (rule 324).
   * @default granularity
   */
  readonly reportBackDuration?: Duration | undefined;
  /** The data points wanted, of those that are offered (rule 300). @default all */
  readonly rIds?: readonly string[] | undefined;
  /**
   * Telemetry: when the first report period begins, and for how long to go on, 0 for ever. History, which must have it:
   * the past that is wanted, 0 for all since its start (rule 325).
   * @default from now, for ever
   */
  readonly reportInterval?: { readonly dtstart: Date; readonly duration: Duration } | undefined;
  /**
   * Called with the data of this request as they come, before they are acknowledged: if it fails, the VEN sends them
   * again. Lives in this process only; a report rule, or `onUpdateReport`, outlives it.
   */
  readonly onReadings?: ReadingsHandler | undefined;
}

/** Takes the readings of one report, in the order of time. */
export type ReadingsHandler = (readings: readonly Reading[], update: ReportUpdate) => void | Promise<void>;

/** A selection of a report, by the ID that the VEN gave it. */
export interface ReportOrder extends ReportSelection {
  /** One that the VEN offers; `METADATA` to have it offer all of them again (rule 327). */
  readonly reportSpecifierId: string;
}

/** A request as it goes over the wire, all defaults filled in. */
export function requestFor(
  order: ReportOrder,
  { offer, reportRequestId, now }: { offer: OfferedReport | undefined; reportRequestId: string; now: Date },
): ReportRequest {
  const { reportSpecifierId, granularity = seconds(0), reportBackDuration = granularity } = order;
  const offered = offer?.dataPoints.map(({ rId }) => rId) ?? [];
  // Rule 308: the data point 0, whatever was named.
  const rIds = reportSpecifierId === METADATA ? ["0"] : (order.rIds ?? offered);
  const always = { dtstart: now, duration: seconds(0) };
  const { reportInterval = reportBackDuration > 0 ? always : undefined } = order;
  return {
    reportRequestId,
    reportSpecifier: {
      reportSpecifierId,
      granularity,
      reportBackDuration,
      ...(reportInterval !== undefined && { reportInterval }),
      // Without a data point it would not be a request; the check says so.
      specifierPayloads: rIds.map((rId) => ({ rId, readingType: "x-notApplicable" })) as unknown as Payloads,
    },
  };
}

type Payloads = ReportSpecifier["specifierPayloads"];
