import type {
  Duration,
  Extension,
  Measurement,
  OadrReport,
  ReportDescription,
  ReportName,
  SamplingRate,
  SiScaleCode,
  Target,
} from "@openleadr/protocol";

/** The name of a report with data: one of the standard's without `METADATA_`, or one of your own with `x-`. */
export type DataReportName = Exclude<ReportName, `METADATA_${string}`> | Extension;

/** A report that a VEN can send, as it says in its metadata. */
export interface OfferedReport {
  /** Unique at the VEN (rule 308). */
  readonly reportSpecifierId: string;
  /** Which report of the standard it is, without the `METADATA_` of metadata. */
  readonly reportName?: DataReportName;
  /** How much data is kept, at the fastest sampling rate (rule 312). */
  readonly duration?: Duration;
  readonly createdDateTime: Date;
  readonly dataPoints: readonly DataPoint[];
}

/** One data point of a report: what is measured, where, in which unit, and how often. */
export interface DataPoint {
  /** Unique in its report (rule 308). */
  readonly rId: string;
  readonly reportType: ReportDescription["reportType"];
  readonly readingType: ReportDescription["readingType"];
  /** What is measured; absent in TELEMETRY_STATUS. `gbDataDescription` describes Green Button data. */
  readonly measurement?: Measurement;
  /** The unit of the measurement, such as `W`, if it has one. */
  readonly unit?: string;
  /** The power of ten before the unit, such as `k`, if the measurement has one. */
  readonly scale?: SiScaleCode;
  /** The first resource among the data sources; absent where data are about all resources of the VEN (rule 343). */
  readonly resourceId?: string;
  /** Where the data come from: their sum (rule 302). Empty for all resources of the VEN (rule 343). */
  readonly dataSources: readonly Target[];
  /** Classes of devices (rule 307). Empty for all. */
  readonly deviceClasses: readonly string[];
  readonly marketContext?: string;
  /** How often it can be sampled; telemetry has it (rule 333). */
  readonly samplingRate?: SamplingRate;
}

/** A metadata report as what it offers. */
export function offeredReport(report: OadrReport): OfferedReport {
  const { reportSpecifierId, reportName, duration, createdDateTime, reportDescriptions } = report;
  return {
    reportSpecifierId,
    ...(reportName !== undefined && { reportName: dataName(reportName) }),
    ...(duration !== undefined && { duration }),
    createdDateTime,
    dataPoints: reportDescriptions.map(dataPoint),
  };
}

/** Whether a report is of the past: asked for once, and not by granularity (rules 317, 324). */
export function isHistory({ reportName }: Pick<OfferedReport, "reportName">): boolean {
  return reportName?.startsWith("HISTORY_") === true;
}

function dataName(name: NonNullable<OadrReport["reportName"]>): DataReportName {
  return name.replace(/^METADATA_/, "") as DataReportName;
}

function dataPoint(description: ReportDescription): DataPoint {
  const { rId, reportType, readingType, measurement, marketContext, samplingRate } = description;
  const { reportDataSource: dataSources = [], reportSubject = [] } = description;
  const resourceId = dataSources.flatMap((target) => ("resourceId" in target ? [target.resourceId] : []))[0];
  return {
    rId,
    reportType,
    readingType,
    ...(measurement !== undefined && { measurement, ...unitOf(measurement) }),
    ...(resourceId !== undefined && { resourceId }),
    dataSources,
    deviceClasses: reportSubject.flatMap((target) => ("endDeviceAsset" in target ? [target.endDeviceAsset] : [])),
    ...(marketContext !== undefined && { marketContext }),
    ...(samplingRate !== undefined && { samplingRate }),
  };
}

function unitOf(measurement: Measurement): Pick<DataPoint, "unit" | "scale"> {
  return {
    ...("unit" in measurement && { unit: measurement.unit }),
    ...("scale" in measurement && { scale: measurement.scale }),
  };
}
