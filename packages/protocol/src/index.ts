export { decode, encode, fromJson, toJson } from "./envelope.ts";
export type { Decoded, DecodeOptions, EncodeOptions, Envelope } from "./envelope.ts";
export type { CalendarProperties } from "./messages/calendar.ts";
export type { EiResponse } from "./messages/common.ts";
export type {
  ActivePeriod,
  EventBaseline,
  EventDescriptor,
  EventResponse,
  EventSignal,
  OadrCreatedEvent,
  OadrDistributeEvent,
  OadrEvent,
  OadrRequestEvent,
} from "./messages/event.ts";
export { isMessageName, messages } from "./messages/index.ts";
export type { Message, MessageName, Payload } from "./messages/index.ts";
export type { OadrCanceledOpt, OadrCancelOpt, OadrCreatedOpt, OadrCreateOpt } from "./messages/opt.ts";
export type { OadrPoll, OadrResponse } from "./messages/poll.ts";
export type {
  OadrCanceledPartyRegistration,
  OadrCancelPartyRegistration,
  OadrCreatedPartyRegistration,
  OadrCreatePartyRegistration,
  OadrQueryRegistration,
  OadrRequestReregistration,
  Profile,
} from "./messages/registration.ts";
export type {
  OadrCanceledReport,
  OadrCancelReport,
  OadrCreatedReport,
  OadrCreateReport,
  OadrRegisteredReport,
  OadrRegisterReport,
  OadrReport,
  OadrUpdatedReport,
  OadrUpdateReport,
  ReportDescription,
  ReportRequest,
  ReportSpecifier,
  SamplingRate,
} from "./messages/report.ts";
export type {
  LoadControlValue,
  ReportInterval,
  ResourceStatus,
  SignalInterval,
  StreamPayload,
} from "./messages/stream.ts";
export type { FeatureCollection, Target } from "./messages/target.ts";
export type { Measurement, PowerAttributes } from "./messages/units.ts";
export { isOperationName, operations } from "./operations.ts";
export type { AnswerName, Operation, OperationName, Party, Service, TakenName } from "./operations.ts";
export { refusalOf, requestIdOf, venIdOf } from "./refusal.ts";
export type { Refuser } from "./refusal.ts";
export {
  ComplianceError,
  DeploymentError,
  InvalidDataError,
  InvalidIdError,
  isSuccess,
  NotAllowedError,
  NotRecognizedError,
  NotRegisteredOrAuthorizedError,
  OutOfSequenceError,
  RejectedError,
  rejection,
  ReportNotSupportedError,
  RESPONSE_CODES,
  responseCodeName,
  responseFor,
  SignalNotSupportedError,
  TargetMismatchError,
} from "./response-codes.ts";
export type { ResponseCode } from "./response-codes.ts";
export {
  describe,
  HttpStatusError,
  MalformedMessageError,
  OpenAdrError,
  RuleViolationError,
  ServerCertificateError,
  SignatureError,
  TransportError,
  UnexpectedAnswerError,
} from "./errors.ts";
export type { Deviation, MalformedMessageCode, OpenAdrErrorCode, RuleViolation, SignatureErrorCode } from "./errors.ts";
export { CONFORMANCE_RULES, ruleByNumber } from "./rules/catalogue.ts";
export type { ConformanceRule } from "./rules/catalogue/rule.ts";
export type { Correction } from "./rules/corrections/correction.ts";
export type { EventDraft, OadrDistributeEventDraft } from "./rules/corrections/event.ts";
export type {
  MeasurementDraft,
  OadrRegisterReportDraft,
  ReportDescriptionDraft,
  ReportDraft,
} from "./rules/corrections/report.ts";
export { checkRules } from "./rules/index.ts";
export { preflight } from "./rules/preflight.ts";
export type { DraftMessage, PreflightResult } from "./rules/preflight.ts";
export type { RuleContext } from "./rules/rule.ts";
export {
  EVENT_STATUS,
  SIGNAL_TYPE,
  SIGNAL_NAME,
  SI_SCALE_CODE,
  OPT,
  OPT_REASON,
  READING_TYPE,
  REPORT_TYPE,
  REPORT_NAME,
  DATA_QUALITY,
  RESPONSE_REQUIRED,
  PROFILE_NAME,
  SCHEMA_VERSION,
  TRANSPORT_NAME,
  SERVICE_NAME,
  TEMPERATURE_UNIT,
  CURRENCY_DESCRIPTION,
  SIGNAL_TARGET_MRID,
  STATUS_CODES,
  SECURITY_LEVEL,
  CURRENCY,
} from "./enumerations.ts";
export type {
  EventStatus,
  SignalType,
  SignalName,
  SiScaleCode,
  Opt,
  OptReason,
  ReadingType,
  ReportType,
  ReportName,
  DataQuality,
  ResponseRequired,
  ProfileName,
  SchemaVersion,
  TransportName,
  ServiceName,
  TemperatureUnit,
  CurrencyDescription,
  SignalTargetMrid,
  StatusCode,
  SecurityLevel,
  Currency,
} from "./enumerations.ts";
export {
  currency,
  currencyPerKW,
  currencyPerKWh,
  currencyPerThm,
  current,
  customUnit,
  energyApparent,
  energyReactive,
  energyReal,
  frequency,
  MEASUREMENTS,
  powerApparent,
  powerReactive,
  powerReal,
  pulseCount,
  temperature,
  therm,
  voltage,
} from "./measurements.ts";
export type { PowerOptions, ScaleOptions } from "./measurements.ts";
export { duration, formatDuration, hours, milliseconds, minutes, parseDuration, seconds, systemClock } from "./time.ts";
export type { Clock, Duration } from "./time.ts";
export { activePeriodFromIntervals } from "./event/active-period.ts";
export type { TimedInterval } from "./event/active-period.ts";
export { eventStatus } from "./event/event-status.ts";
export type { StatusTimes } from "./event/event-status.ts";
export { orderEvents } from "./event/event-order.ts";
export type { OrderedEvent } from "./event/event-order.ts";
export { historySpan, METADATA, requireReportFit } from "./report/report-fit.ts";
export type { ReportLimits } from "./report/report-fit.ts";
export { timedIntervals } from "./report/report-intervals.ts";
export { reportReadings } from "./report/report-readings.ts";
export type { ReportReading } from "./report/report-readings.ts";
export type { TimedInterval as TimedReportInterval } from "./report/report-intervals.ts";
export {
  firstReport,
  firstSample,
  lastSample,
  nextReport,
  nextSample,
  reportScheduleOf,
} from "./report/report-schedule.ts";
export type { ReportSchedule } from "./report/report-schedule.ts";
export { groupTargets, resolveTargets, TARGET_LISTS, targetsAgree, ungroupTargets } from "./targets.ts";
export type { TargetOptions, TargetsByType, TargetType } from "./targets.ts";
export { certificateFingerprint, parseFingerprint } from "./certificate/fingerprint.ts";
export type { RevocationListDates } from "./certificate/revocation-list.ts";
export type { SignatureAlgorithm, SignatureHash } from "./signature/algorithms.ts";
export { expiryOf, expiryWarningDays, watchedCertificate, watchExpiries } from "./certificate/expiry.ts";
export type {
  ExpiriesWatchOptions,
  Expiring,
  Expiry,
  ExpiryWarning,
  WatchedCertificate,
} from "./certificate/expiry.ts";
export { sign } from "./signature/sign.ts";
export type { SignOptions } from "./signature/sign.ts";
export { createSigner } from "./signature/signer.ts";
export type { Signer, SignerOptions } from "./signature/signer.ts";
export { RevocationLists } from "./certificate/revocation-lists.ts";
export type { RevocationListInput, Standing as RevocationStanding } from "./certificate/revocation-lists.ts";
export type { Trust } from "./signature/trust.ts";
export type { VerifiedSigner } from "./signature/verified-signer.ts";
export { SignatureVerifier } from "./signature/verifier.ts";
export type { SignatureVerifierOptions, Verified } from "./signature/verifier.ts";
export type { Json } from "./schema/place.ts";
export type { Extension } from "./schema/scalar.ts";
export type { Infer, Schema } from "./schema/schema.ts";
export { parseXmlTree } from "./schema/tree.ts";
export type { XmlTree, XmlTreeAttribute, XmlTreeNode } from "./schema/tree.ts";
export { isSameUri } from "./uri.ts";
export type { Limits, ResolvedLimits } from "./xml/limits.ts";
