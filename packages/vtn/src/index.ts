export { MemoryStore } from "./store/memory-store.ts";
export type { MemoryStoreOptions } from "./store/memory-store-options.ts";
export { Vtn } from "./vtn.ts";
export type { Availability, AvailabilitySpan, AvailabilitySubject } from "./opt/availability.ts";
export type { AllowedHosts } from "./delivery/allowed-hosts.ts";
export type { DeliveryOptions } from "./delivery/delivery-options.ts";
export type { Mailboxes } from "./delivery/mailboxes.ts";
export type { PolledMessage } from "./delivery/poll.ts";
export type { PushOptions, ServerCertificate } from "./delivery/push-options.ts";
export type { ListedDelivery } from "./event/event-delivery.ts";
export type { Events } from "./event/event.ts";
export type { EventOptState } from "./event/event-opt-state.ts";
export type { EventDelivery, EventListener } from "./event/event-listeners.ts";
export type { EventPatch } from "./event/event-modification.ts";
export type { Overlap } from "./event/event-overlap.ts";
export type { NewEvent, NewSignal } from "./event/new-event.ts";
export type { OneSignalEvent } from "./event/one-signal-event.ts";
export type { AvailabilityQuery, AvailabilitySpansQuery, OptCancellation, Opts } from "./opt/opt.ts";
export type { EventOpt, OptRecord, OptSchedule } from "./opt/opt-record.ts";
export type { ListedOptSchedule, OptScheduleState } from "./opt/opt-schedule-state.ts";
export type { OptSubject } from "./opt/opt-scope.ts";
export type { OwnReports } from "./own-report/own-report.ts";
export type {
  AskedHistory,
  AskedValue,
  OwnDataPoint,
  OwnHistoryReport,
  OwnReading,
  OwnReport,
  OwnTelemetryReport,
  OwnValue,
  QualifiedValue,
} from "./own-report/own-report-offer.ts";
export type { DataPointSelection, OfferedDataPoint } from "./report/data-point-selection.ts";
export type { DataPoint, DataReportName, OfferedReport } from "./report/offered-report.ts";
export type { Reading, ReportUpdate } from "./report/reading.ts";
export type { CancelReportOptions } from "./report/report-requests.ts";
export type { ReportRule } from "./report/report-rules.ts";
export type { ReadingsHandler, ReportOrder, ReportSelection } from "./report/report-selection.ts";
export type { ReportCancellation, RequestedReport, ReportState } from "./report/requested-report.ts";
export type { Reports } from "./report/reports.ts";
export type { AcceptedVen, Admission, VenSubject } from "./registration/admission.ts";
export type { KnownVen, VenLookup } from "./registration/identity.ts";
export type { PendingVen } from "./registration/pending-ven.ts";
export type { PresenceHandler, VenContact, VenPresence } from "./registration/presence.ts";
export type { RegistrationInfos } from "./registration/registration-infos.ts";
export type { RemoveOptions, Ven, Vens } from "./registration/vens.ts";
export type { RegistrationDecision, RegistrationTerms, RequestContext, VtnOptions } from "./options.ts";
export type { CertificateTrait } from "./registration/certificate-traits.ts";
export type { FailureLimit } from "./security/failure-limits.ts";
export type { LimitedFailure, ReducingOption, SecurityEvent, SecurityOrigin } from "./security/security-event.ts";
export type { SignaturePolicy, VenSignatures, VtnSignatureOptions } from "./security/signature-options.ts";
export type { VtnStatus } from "./status.ts";
export type { Addressed, Audience } from "./targeting/audience.ts";
export type { Enrolment, VenEnrolment } from "./targeting/enrolment.ts";
export type { Enrolments, ResolveTargets, TargetsContext } from "./targeting/targeting.ts";
export type { Store } from "./store/store.ts";
export type { DueOwnReports, OwnReportRequest } from "./store/own-report-store.ts";
export type { BesideReportRequests, ReadingsQuery } from "./store/report-store.ts";
export type { Registration, RegistrationKey } from "./store/registration-store.ts";
export type {
  Delivery,
  DeliveryOutcome,
  EventAnswer,
  EventRecord,
  EventVen,
  Sending,
  VenEvent,
} from "./store/event-store.ts";
export type { EventWord, Letter, MailboxEntry } from "./store/mailbox-store.ts";
// What one needs to write events and handlers, so that one package is enough.
export { currencyPerKWh, duration, hours, minutes, powerReal, RejectedError, seconds } from "@openleadr/protocol";
export type { Duration, OadrEvent, Target } from "@openleadr/protocol";
export type { ExchangeVerdict, WireExchange } from "@openleadr/transport";
