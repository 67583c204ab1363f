import { READING_TYPE, REPORT_NAME, REPORT_TYPE } from "../enumerations.ts";
import { many, one, oneOrMore, optional } from "../schema/field.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { anyUri, boolean, oneOfOrExtension, text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { dateTime, durationText } from "../schema/times.ts";
import { only } from "../schema/wrapper.ts";
import { calendarProperties, dtstart, durationProp, type CalendarProperties } from "./calendar.ts";
import { payloadAttributes, response } from "./common.ts";
import { reportIntervals } from "./stream.ts";
import { targets } from "./target.ts";
import { measurement } from "./units.ts";

const readingType = oneOfOrExtension(Object.values(READING_TYPE));

const samplingRateFields = sequence({
  /** Data are sampled no more often than this. */
  minPeriod: one("oadr:oadrMinPeriod", durationText),
  /** Data are sampled no less often than this. */
  maxPeriod: one("oadr:oadrMaxPeriod", durationText),
  /** Data can be sampled whenever they change. */
  onChange: one("oadr:oadrOnChange", boolean),
});
/** How often a data point can be sampled. */
export interface SamplingRate extends Infer<typeof samplingRateFields> {}
const samplingRate: Schema<SamplingRate> = samplingRateFields;

const reportDescriptionFields = sequence({
  /** The data point; unique in its report (rule 308). */
  rId: one("ei:rID", text),
  /** Classes of devices (rule 307). */
  reportSubject: optional("ei:reportSubject", targets),
  /** Where the data come from; all resources of the sender when left out (rule 343). */
  reportDataSource: optional("ei:reportDataSource", targets),
  reportType: one("ei:reportType", oneOfOrExtension(Object.values(REPORT_TYPE))),
  measurement: optional(measurement),
  readingType: one("ei:readingType", readingType),
  marketContext: optional("emix:marketContext", anyUri),
  /** Required for telemetry (rule 333). */
  samplingRate: optional("oadr:oadrSamplingRate", samplingRate),
});
/** A data point that a report offers. */
export interface ReportDescription extends Infer<typeof reportDescriptionFields> {}
const reportDescription: Schema<ReportDescription> = reportDescriptionFields;

const oadrReportFields = sequence({
  /** Start of a data report (rule 314). */
  dtstart: optional("xcal:dtstart", dtstart),
  /** In metadata, how much data is kept (rule 312); in data, the span they cover (rule 315). */
  duration: optional("xcal:duration", durationProp),
  /** The data; none in metadata (rules 305, 313). */
  intervals: optional("strm:intervals", reportIntervals),
  /** Means nothing (rule 339). */
  reportId: optional("ei:eiReportID", text),
  /** The data points of metadata; none in data (rules 305, 313). */
  reportDescriptions: many("oadr:oadrReportDescription", reportDescription),
  /** `0` in metadata (rule 311). */
  reportRequestId: one("ei:reportRequestID", text),
  reportSpecifierId: one("ei:reportSpecifierID", text),
  reportName: optional("ei:reportName", oneOfOrExtension(Object.values(REPORT_NAME))),
  createdDateTime: one("ei:createdDateTime", dateTime),
});
/** A report: what can be reported (metadata), or data. */
export interface OadrReport extends Infer<typeof oadrReportFields> {}
const oadrReport: Schema<OadrReport> = oadrReportFields;

const reportInterval: Schema<CalendarProperties> = only(one("xcal:properties", calendarProperties));

const specifierPayload = sequence({
  rId: one("ei:rID", text),
  /** Never sent by a party that keeps rule 321. */
  measurement: optional(measurement),
  readingType: one("ei:readingType", readingType),
});

const reportSpecifierFields = sequence({
  /** `METADATA` asks for the metadata (rule 327). */
  reportSpecifierId: one("ei:reportSpecifierID", text),
  /** Spacing of the intervals; 0 for changes only (rule 317). */
  granularity: one("xcal:granularity", durationProp),
  /** Time between two reports; 0 for one report at once (rule 324). */
  reportBackDuration: one("ei:reportBackDuration", durationProp),
  /** From when, and for how long; 0 is for ever (rule 325). */
  reportInterval: optional("ei:reportInterval", reportInterval),
  /** The data points wanted. */
  specifierPayloads: oneOrMore("ei:specifierPayload", specifierPayload),
});
/** Which data are wanted, how dense and how often. */
export interface ReportSpecifier extends Infer<typeof reportSpecifierFields> {}
const reportSpecifier: Schema<ReportSpecifier> = reportSpecifierFields;

const reportRequestFields = sequence({
  reportRequestId: one("ei:reportRequestID", text),
  reportSpecifier: one("ei:reportSpecifier", reportSpecifier),
});
/** A request for one report. */
export interface ReportRequest extends Infer<typeof reportRequestFields> {}
const reportRequest: Schema<ReportRequest> = reportRequestFields;

/** `oadr:oadrPendingReports`: the reportRequestIDs still to be delivered (rule 329). */
const pendingReports: Schema<readonly string[]> = only(many("ei:reportRequestID", text));

const oadrRegisterReportFields = sequence(
  {
    requestId: one("pyld:requestID", text),
    /** Everything on offer (rule 306). */
    reports: many("oadr:oadrReport", oadrReport),
    venId: optional("ei:venID", text),
    /** Only where it answers a request for metadata (rule 311). */
    reportRequestId: optional("ei:reportRequestID", text),
  },
  payloadAttributes,
);
/**
 * What a party can report.
 *
 * @see OpenADR 2.0b, §8.3, rules 301, 305–312
 */
export interface OadrRegisterReport extends Infer<typeof oadrRegisterReportFields> {}
export const oadrRegisterReport: Schema<OadrRegisterReport> = oadrRegisterReportFields;

const oadrRegisteredReportFields = sequence(
  {
    response: one("ei:eiResponse", response),
    /** Reports asked for at once (rule 344). */
    reportRequests: many("oadr:oadrReportRequest", reportRequest),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * The offer was heard; requests may come with it.
 *
 * @see OpenADR 2.0b, §8.3, rule 344
 */
export interface OadrRegisteredReport extends Infer<typeof oadrRegisteredReportFields> {}
export const oadrRegisteredReport: Schema<OadrRegisteredReport> = oadrRegisteredReportFields;

const oadrCreateReportFields = sequence(
  {
    requestId: one("pyld:requestID", text),
    reportRequests: oneOrMore("oadr:oadrReportRequest", reportRequest),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * A party asks for reports.
 *
 * @see OpenADR 2.0b, §8.3, rules 317–327
 */
export interface OadrCreateReport extends Infer<typeof oadrCreateReportFields> {}
export const oadrCreateReport: Schema<OadrCreateReport> = oadrCreateReportFields;

const oadrCreatedReportFields = sequence(
  {
    response: one("ei:eiResponse", response),
    pendingReports: one("oadr:oadrPendingReports", pendingReports),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * The requests were taken, or why they were not.
 *
 * @see OpenADR 2.0b, §8.3, rule 329
 */
export interface OadrCreatedReport extends Infer<typeof oadrCreatedReportFields> {}
export const oadrCreatedReport: Schema<OadrCreatedReport> = oadrCreatedReportFields;

const oadrUpdateReportFields = sequence(
  {
    requestId: one("pyld:requestID", text),
    reports: many("oadr:oadrReport", oadrReport),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * A party delivers the data of reports.
 *
 * @see OpenADR 2.0b, §8.3, rules 313–319, 342, 346
 */
export interface OadrUpdateReport extends Infer<typeof oadrUpdateReportFields> {}
export const oadrUpdateReport: Schema<OadrUpdateReport> = oadrUpdateReportFields;

const oadrCancelReportFields = sequence(
  {
    requestId: one("pyld:requestID", text),
    reportRequestIds: oneOrMore("ei:reportRequestID", text),
    /** One more report is wanted (rule 345). */
    reportToFollow: one("pyld:reportToFollow", boolean),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * A party wants reports no longer.
 *
 * @see OpenADR 2.0b, §8.3, rules 328, 335, 336, 345
 */
export interface OadrCancelReport extends Infer<typeof oadrCancelReportFields> {}
export const oadrCancelReport: Schema<OadrCancelReport> = oadrCancelReportFields;

const oadrUpdatedReportFields = sequence(
  {
    response: one("ei:eiResponse", response),
    /** Reports wanted no longer (rule 328). */
    cancelReport: optional("oadr:oadrCancelReport", oadrCancelReportFields),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * The data arrived.
 *
 * @see OpenADR 2.0b, §8.3, rule 328
 */
export interface OadrUpdatedReport extends Infer<typeof oadrUpdatedReportFields> {}
export const oadrUpdatedReport: Schema<OadrUpdatedReport> = oadrUpdatedReportFields;

const oadrCanceledReportFields = sequence(
  {
    response: one("ei:eiResponse", response),
    pendingReports: one("oadr:oadrPendingReports", pendingReports),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * The reports have ended, or why they have not.
 *
 * @see OpenADR 2.0b, §8.3, rules 329, 336
 */
export interface OadrCanceledReport extends Infer<typeof oadrCanceledReportFields> {}
export const oadrCanceledReport: Schema<OadrCanceledReport> = oadrCanceledReportFields;
