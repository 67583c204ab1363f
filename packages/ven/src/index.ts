export { Ven } from "./ven.ts";
export type { WaitOptions } from "./wait-options.ts";
export type { HandlerContext, VenOptions, VtnAddress } from "./options.ts";
export type {
  AskedSpan,
  AskedValue,
  Collected,
  CustomReportOptions,
  GreenButtonReportOptions,
  HistoryReportOptions,
  OfferedDataPoint,
  RecordOptions,
  ReportIds,
  ReportOptions,
  StatusReportOptions,
  UsageMeasurement,
  UsagePreset,
  UsageReportOptions,
} from "./report/report-options.ts";
export type { KeptReading } from "./report/kept-readings.ts";
export type { ReportRequestRecord, UnsentInterval } from "./report/request-record.ts";
export type { UnsentReportOptions } from "./report/unsent.ts";
export type { DataValue, QualifiedValue, TimedValue, ValueQuality } from "./report/value.ts";
export type {
  ReportSelection,
  VtnReading,
  VtnReportOptions,
  VtnReportRequest,
  VtnReportUpdate,
} from "./vtn-report/vtn-report-options.ts";
export type { EventOptions } from "./event/event-options.ts";
export type {
  EventAnswer,
  EventChangeContext,
  EventContext,
  EventEndContext,
  EventEndReason,
  EventHandlerName,
  InForce,
  IntervalContext,
  SignalInForce,
  TransitionContext,
} from "./event/handlers.ts";
export type { ActiveEvent, SignalQuery } from "./event/records.ts";
export type { TargetMembership, VenResource } from "./event/resources.ts";
export { STANDARD_SIGNALS } from "./event/supported-signal.ts";
export type { SupportedSignal } from "./event/supported-signal.ts";
export type { Registration, VenState } from "./registration/state.ts";
export type { ReportHandlerName, VenStatus } from "./status.ts";
// What one needs to write handlers and reports, so that one package is enough.
export {
  customUnit,
  duration,
  energyReal,
  hours,
  minutes,
  powerReal,
  pulseCount,
  RejectedError,
  seconds,
  temperature,
} from "@openleadr/protocol";
export type { Duration, OadrEvent, Opt, ResourceStatus } from "@openleadr/protocol";
export type { ExchangeVerdict, WireExchange } from "@openleadr/transport";
export type { NewEventOpt, NewOptSchedule, OptSpan, TakenEventOpt, TakenSchedule, VenOpt } from "./opt/opt-record.ts";
export type { VenSignatureOptions } from "./signatures.ts";
export type { PushOptions } from "./push/options.ts";
export { MemoryVenStore } from "./store/memory-ven-store.ts";
export { VenStoreError } from "./store/ven-store-error.ts";
export type { VenStoreErrorCode } from "./store/ven-store-error.ts";
export type { StoreChange, StoredEntry, StoredVen, VenKey, VenStore } from "./store/ven-store.ts";
export { VenClient } from "./client/ven-client.ts";
export type { ClientRegistration, Given, StepOptions, VenClientOptions } from "./client/ven-client.ts";
