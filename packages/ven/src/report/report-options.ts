import type {
  Duration,
  Extension,
  Measurement,
  MEASUREMENTS,
  PowerAttributes,
  ReadingType,
  ReportType,
  ResourceStatus,
  SignalTargetMrid,
  SiScaleCode,
  Target,
  XmlTree,
} from "@openleadr/protocol";
import type { HandlerContext } from "../handler-context.ts";
import type { WaitOptions } from "../wait-options.ts";
import type { DataValue, QualifiedValue, TimedValue, ValueQuality } from "./value.ts";

type Awaitable<T> = T | Promise<T>;

/** Which value is asked for. */
export interface AskedValue extends HandlerContext {
  readonly reportSpecifierId: string;
  readonly rId: string;
  /** The instant, or the start of the span, that the value is to belong to. */
  readonly dtstart: Date;
  /** The length of the span; undefined for a value at an instant. */
  readonly duration: Duration | undefined;
}

/** Which values are asked for: those that begin at `from` or later, and before `to`. */
export interface AskedSpan extends HandlerContext {
  readonly reportSpecifierId: string;
  readonly rId: string;
  readonly from: Date;
  readonly to: Date;
  /** The spacing that is wanted; undefined for changes, or for all there is. */
  readonly granularity: Duration | undefined;
}

/** A value, or several with their times; undefined where there is none. */
export type Collected<Value extends DataValue> =
  Value | QualifiedValue<Value> | readonly TimedValue<Value>[] | undefined;

/** Where values come from: asked for one by one, asked for a span at once, or recorded by the application. */
type Source<Value extends DataValue> =
  | {
      /**
       * Called when a value is due: at its instant, or at the end of its span. Where it has none, throws, or takes longer
       * than `handlerTimeout` or until the next value is due, the VTN gets a placeholder of bad quality (rule 318).
       */
      readonly collect: (asked: AskedValue) => Awaitable<Collected<Value>>;
      readonly collectSpan?: undefined;
    }
  | {
      /**
       * Called when a report is due, for all values since the last one; fails as `collect` does. Where it is requested by
       * itself, it has all of `handlerTimeout`.
       */
      readonly collectSpan: (asked: AskedSpan) => Awaitable<readonly TimedValue<Value>[]>;
      readonly collect?: undefined;
    }
  /** The application records values: {@link OfferedDataPoint.record}. */
  | { readonly collect?: undefined; readonly collectSpan?: undefined };

interface DataPointOptions {
  /** The resource that the data are of, as the VTN is to know it. */
  readonly resourceId?: string | undefined;
  /**
   * What the data are of beside, or instead of, `resourceId`: the report is of all that is named, together (rule 302).
   * @default all resources of the VEN, where there is no `resourceId`, `reportSubject` or `marketContext` (rule 343)
   */
  readonly reportDataSource?: readonly Target[] | undefined;
  /** Of these, the devices of these classes only (rule 307). @default of all classes */
  readonly reportSubject?: readonly (SignalTargetMrid | Extension)[] | undefined;
  /** Of these, what belongs to that programme only (rule 302). @default of all programmes */
  readonly marketContext?: string | undefined;
  /**
   * The data point's ID, unique in its report (rule 308); any text. @default what it is of, such as `meter-powerReal`, and
   * `meter-powerReal-2` for the next one alike; the same at each start, if the same is offered
   */
  readonly rId?: string | undefined;
  /** The report it belongs to; data points of one ID are one report. @default one report per name, with that name */
  readonly reportSpecifierId?: string | undefined;
  /**
   * How much data is kept (rule 312), in whole seconds: at least `maxPeriod`. How far back the VTN may ask for history.
   * @default hours(1), or `maxPeriod` if that is longer; 24 hours of history
   */
  readonly duration?: Duration | undefined;
}

interface SampledOptions {
  /**
   * How often it can be sampled, in whole seconds, at least one; or the one period there is. `onChange` tells the VTN
   * that it may ask for changes. @default every 1 s to 1 h, not on change
   */
  readonly samplingRate?:
    | Duration
    | {
        readonly minPeriod?: Duration | undefined;
        readonly maxPeriod?: Duration | undefined;
        readonly onChange?: boolean | undefined;
      }
    | undefined;
}

interface MeasuredOptions<Unit> {
  /** What is measured, and in which unit: one of `powerReal({ scale: "k" })` and its siblings, or the name of a preset. */
  readonly measurement: Unit;
  /** In place of the measurement's; not for pulses. */
  readonly scale?: SiScaleCode | undefined;
  /** In place of the measurement's, where that is a power. */
  readonly powerAttributes?: Partial<PowerAttributes> | undefined;
}

/** What TELEMETRY_USAGE and HISTORY_USAGE may measure (rule 331). */
export type UsageMeasurement = Extract<Measurement, { readonly name: "powerReal" | "energyReal" | "pulseCount" }>;
/** Names of presets for {@link UsageMeasurement}. */
export type UsagePreset =
  "POWER_REAL" | "REAL_POWER" | "ACTIVE_POWER" | "ENERGY_REAL" | "REAL_ENERGY" | "ACTIVE_ENERGY" | "PULSE_COUNT";

/** A data point of a meter: power, energy or pulses, over spans of time. */
export type UsageReportOptions = DataPointOptions &
  SampledOptions &
  MeasuredOptions<UsageMeasurement | UsagePreset> &
  Source<number> & {
    /** @default "TELEMETRY_USAGE" */
    readonly reportName?: "TELEMETRY_USAGE" | undefined;
    /** Fixed by rule 331; others take an `x-` name. */
    readonly reportType?: "usage" | undefined;
    /** Fixed by rule 331; others take an `x-` name. */
    readonly readingType?: "Direct Read" | undefined;
  };

/** A data point that tells the state of a resource, at instants: online, manual override, load control (rule 334). */
export type StatusReportOptions = DataPointOptions &
  SampledOptions &
  Source<ResourceStatus> & {
    readonly reportName: "TELEMETRY_STATUS";
    readonly measurement?: undefined;
    readonly reportType?: "x-resourceStatus" | undefined;
    readonly readingType?: "x-notApplicable" | undefined;
  };

/** A data point of which the VTN may ask the past: what `collectSpan` answers, or else what was recorded and is kept. */
export type HistoryReportOptions = DataPointOptions &
  MeasuredOptions<UsageMeasurement | UsagePreset> &
  Exclude<Source<number>, { readonly collect: unknown }> & {
    readonly reportName: "HISTORY_USAGE";
    readonly samplingRate?: undefined;
    readonly reportType?: "usage" | undefined;
    readonly readingType?: "Direct Read" | undefined;
  };

/** Green Button (ESPI) content of the past. */
export type GreenButtonReportOptions = DataPointOptions & {
  readonly reportName: "HISTORY_GREENBUTTON";
  /** Called when the VTN asks; its answer is an Atom feed, as a tree or as text. A throw, or nothing, sends nothing. */
  readonly collectSpan: (asked: AskedSpan) => Awaitable<XmlTree | string | undefined>;
  readonly collect?: undefined;
  /** An Atom feed that describes the data, as a tree or as text. @default none */
  readonly dataDescription?: XmlTree | string | undefined;
  /** @default "usage" */
  readonly reportType?: ReportType | Extension | undefined;
  /** @default "Direct Read" */
  readonly readingType?: ReadingType | Extension | undefined;
  readonly measurement?: undefined;
  readonly samplingRate?: undefined;
};

/** A data point of a report of one's own, with any unit and type: `x-` and a name that VEN and VTN agree on. */
export type CustomReportOptions = DataPointOptions &
  SampledOptions &
  Partial<MeasuredOptions<Measurement | keyof typeof MEASUREMENTS>> &
  Source<DataValue> & {
    readonly reportName: Extension;
    /** @default "reading" */
    readonly reportType?: ReportType | Extension | undefined;
    /** @default "Direct Read" */
    readonly readingType?: ReadingType | Extension | undefined;
    /** Whether its values belong to instants; to spans otherwise. The same for all data points of a report. @default false */
    readonly isPoint?: boolean | undefined;
  };

/** A data point that the VEN can report. */
export type ReportOptions =
  UsageReportOptions | StatusReportOptions | HistoryReportOptions | GreenButtonReportOptions | CustomReportOptions;

/** How a data point is known to the VTN. */
export interface ReportIds {
  readonly reportSpecifierId: string;
  readonly rId: string;
}

/** What is known of a value that is recorded. */
export interface RecordOptions extends ValueQuality {
  /** The instant, or the start of the span, that it belongs to; not in the future. @default now */
  readonly at?: Date | undefined;
  /** The length of the span, for history. @default none */
  readonly duration?: Duration | undefined;
}

/** A data point on offer. */
export interface OfferedDataPoint extends ReportIds {
  /**
   * Takes a value that the application has of itself. A report of telemetry takes the latest one at each of its instants,
   * or the ends of its spans, and says so where that is not new (rule 317); history has them all.
   *
   * At least 100 are kept, and as many as the data point's `duration` holds at its shortest period. Throws `RangeError` for
   * a value that cannot be sent, and `TypeError` for a data point that is collected.
   */
  record(value: DataValue, options?: RecordOptions): void;
  /**
   * Has what was recorded so far written at once, and resolves when it is in the VEN's store; without this it is written
   * within `unsentReports.storeWithin`. Rejects with the reason where the VEN has not been started, or stops before,
   * and where the signal aborts; it is written then all the same.
   */
  stored(options?: WaitOptions): Promise<void>;
}
