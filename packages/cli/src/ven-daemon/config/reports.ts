import {
  hours,
  OpenAdrError,
  parseXmlTree,
  READING_TYPE,
  REPORT_TYPE,
  SIGNAL_TARGET_MRID,
  type Duration,
  type Extension,
  type Measurement,
  type ReadingType,
  type ReportType,
  type SignalTargetMrid,
  type Target,
} from "@openleadr/protocol";
import { fileText } from "./files.ts";
import { defaulted, mapping, optional, required } from "./mapping.ts";
import { measurement, measurementKeys, usageMeasurement } from "./measurement.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { flag, list, number, oneOfOrExtension, oneOrMore, refine, span, text } from "./readers.ts";
import { source, type SourceConfig } from "./sources.ts";
import { target } from "./targets.ts";

/** A data point as the VTN hears of it: the library's options, without where its values come from. */
export interface OfferConfig {
  readonly reportName: ReportNameConfig;
  readonly reportSpecifierId: string;
  readonly rId: string;
  readonly resourceId: string | undefined;
  readonly reportDataSource: readonly Target[] | undefined;
  readonly reportSubject: readonly (SignalTargetMrid | Extension)[] | undefined;
  readonly marketContext: string | undefined;
  readonly measurement: Measurement | undefined;
  readonly reportType: ReportType | Extension | undefined;
  readonly readingType: ReadingType | Extension | undefined;
  readonly isPoint: boolean | undefined;
  /** A Green Button feed, as text. */
  readonly dataDescription: string | undefined;
  readonly samplingRate: SamplingRateConfig | Duration | undefined;
  readonly duration: Duration | undefined;
}

interface SamplingRateConfig {
  readonly minPeriod: Duration | undefined;
  readonly maxPeriod: Duration | undefined;
  readonly onChange: boolean | undefined;
}

type ReportNameConfig = (typeof REPORT_NAMES)[number] | Extension;

const REPORT_NAMES = ["TELEMETRY_USAGE", "TELEMETRY_STATUS", "HISTORY_USAGE", "HISTORY_GREENBUTTON"] as const;

/** A data point, and where its readings come from. */
export interface ReportConfig {
  readonly offer: OfferConfig;
  readonly source: SourceConfig;
  /** What each value is multiplied by. */
  readonly factor: number;
  /** How often the daemon takes a reading by itself, to keep it as history; undefined where it does not. */
  readonly sampleEvery: Duration | undefined;
  /** What a reading of the past covers that does not say so itself. */
  readonly readingDuration: Duration | undefined;
}

/** A Green Button feed in a file. */
const feed: Reader<string> = refine(fileText, (content, place) => {
  try {
    const { name, namespace } = parseXmlTree(content);
    const isFeed = namespace === "http://www.w3.org/2005/Atom" && /^(?:.*:)?feed$/.test(name);
    return isFeed ? content : place.complain(`expected a file with an Atom feed, got <${name}>`);
  } catch (error) {
    if (!(error instanceof OpenAdrError)) throw error;
    return place.complain(`expected a file with an Atom feed: ${error.message}`);
  }
});

const rates = mapping({
  minPeriod: optional(span()),
  maxPeriod: optional(span()),
  onChange: optional(flag),
});

const reportName = oneOfOrExtension(...REPORT_NAMES);

/** The keys of a measurement are read by {@link measurement}. */
const measurementPlaces = Object.fromEntries(measurementKeys.map((key) => [key, optional(() => undefined)]));

const dataPoint = mapping({
  reportName: defaulted<ReportNameConfig>(reportName, "TELEMETRY_USAGE"),
  reportSpecifierId: optional(text),
  rId: optional(text),
  resourceId: optional(text),
  reportDataSource: optional(list(target)),
  reportSubject: optional(oneOrMore(oneOfOrExtension(...Object.values(SIGNAL_TARGET_MRID)))),
  marketContext: optional(text),
  ...measurementPlaces,
  factor: defaulted(number(), 1),
  reportType: optional(oneOfOrExtension(...Object.values(REPORT_TYPE))),
  readingType: optional(oneOfOrExtension(...Object.values(READING_TYPE))),
  isPoint: optional(flag),
  dataDescription: optional(feed),
  samplingRate: optional<SamplingRateConfig | Duration>((place) =>
    place.entries === undefined ? span()(place) : rates(place),
  ),
  duration: optional(span()),
  sampleEvery: optional(span(60)),
  readingDuration: optional(span()),
  source: required(source),
});

type DataPointConfig = Exclude<ReturnType<typeof dataPoint>, Invalid>;

const types = ["reportType", "readingType"];
const ofHistory = ["sampleEvery", "readingDuration"];

/** The keys that do not go with a report; `x-`: with one of one's own. */
// prettier-ignore
const strangers: Readonly<Record<(typeof REPORT_NAMES)[number] | "x-", readonly string[]>> = {
  TELEMETRY_USAGE:     [...types, "isPoint", "dataDescription", ...ofHistory],
  TELEMETRY_STATUS:    [...types, "isPoint", "dataDescription", ...ofHistory, ...measurementKeys, "factor"],
  HISTORY_USAGE:       [...types, "isPoint", "dataDescription", "samplingRate"],
  HISTORY_GREENBUTTON: ["isPoint", "samplingRate", ...ofHistory, ...measurementKeys, "factor"],
  "x-":                ["dataDescription", ...ofHistory],
};

/** A data point that the VEN can report. */
export const report: Reader<ReportConfig> = (place) => {
  const isUsage = ["TELEMETRY_USAGE", "HISTORY_USAGE"].includes(nameAt(place));
  const isFitting = !hasStrangers(place);
  const given = dataPoint(place);
  const measured = isFitting ? (isUsage ? usageMeasurement : measurement)(place) : invalid;
  if (given === invalid || measured === invalid || !isKeepable(place, given)) return invalid;
  return reportOf(given, measured);
};

/** Whether what the daemon is to sample fits into what it can keep. */
function isKeepable(place: Place, { sampleEvery, duration = hours(24) }: DataPointConfig): boolean {
  if (sampleEvery === undefined) return true;
  const count = Math.floor(duration / sampleEvery);
  if (count >= 1 && count <= mostSamples) return true;
  place.child("sampleEvery")?.mistake(`1 to ${mostSamples} readings within duration`, String(count));
  return false;
}

/** As many as the VEN keeps of a data point. */
const mostSamples = 10_000;

function nameAt(place: Place): string {
  const name = place.child("reportName")?.scalar;
  return typeof name === "string" ? name : "TELEMETRY_USAGE";
}

/** Whether there are keys that do not go with the report; they are told of. */
function hasStrangers(place: Place): boolean {
  const name = nameAt(place);
  const standard = REPORT_NAMES.find((each) => each === name);
  if (standard === undefined && !name.startsWith("x-")) return false;
  const found = strangers[standard ?? "x-"].flatMap((key) => place.child(key) ?? []);
  const pointer = place.child("source")?.child("pointer");
  if (name === "HISTORY_GREENBUTTON" && pointer !== undefined) found.push(pointer);
  for (const each of found) each.complain(`does not go with ${name}`);
  const past = place.child("sampleEvery") && place.child("readingDuration");
  past?.complain("does not go with sampleEvery, which is what each reading covers");
  return found.length > 0 || past !== undefined;
}

function reportOf(given: DataPointConfig, measured: Measurement | undefined): ReportConfig {
  const { reportName: name, resourceId, reportDataSource, reportSubject, marketContext } = given;
  const { reportType, readingType, isPoint, dataDescription, samplingRate, duration } = given;
  const { source: from, factor, sampleEvery, readingDuration } = given;
  // The IDs do not change from one start to the next, so that the VTN knows the data points again.
  const { specifierId, pointName } = namesOf(name, measured);
  const offer = {
    reportName: name,
    reportSpecifierId: given.reportSpecifierId ?? specifierId,
    rId: given.rId ?? (resourceId === undefined ? pointName : `${resourceId}-${pointName}`),
    measurement: measured,
    resourceId,
    reportDataSource,
    reportSubject,
    marketContext,
    reportType,
    readingType,
    isPoint,
    dataDescription,
    samplingRate,
    duration,
  };
  return { offer, source: from, factor, sampleEvery, readingDuration };
}

/** What a report and its data points go by where the file does not say. */
function namesOf(
  name: ReportNameConfig,
  measured: Measurement | undefined,
): { readonly specifierId: string; readonly pointName: string } {
  switch (name) {
    case "TELEMETRY_USAGE":
      return { specifierId: "usage", pointName: measured?.name ?? "usage" };
    case "TELEMETRY_STATUS":
      return { specifierId: "status", pointName: "status" };
    case "HISTORY_USAGE":
      return { specifierId: "history", pointName: measured?.name ?? "history" };
    case "HISTORY_GREENBUTTON":
      return { specifierId: "greenbutton", pointName: "greenbutton" };
    default:
      return { specifierId: name, pointName: measured?.name ?? name };
  }
}
