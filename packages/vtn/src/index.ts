export { MemoryStore } from "./memory-store.ts";
export { Vtn } from "./vtn.ts";
export type { Availability, AvailabilitySpan, AvailabilitySubject } from "./availability.ts";
export type { Events } from "./event.ts";
export type { EventOptState } from "./event-opt-state.ts";
export type { EventDelivery, EventListener } from "./event-listeners.ts";
export type { EventPatch } from "./event-modification.ts";
export type { Overlap } from "./event-overlap.ts";
export type { NewEvent, NewSignal } from "./new-event.ts";
export type { OneSignalEvent } from "./one-signal-event.ts";
export type { AvailabilityQuery, AvailabilitySpansQuery, OptCancellation, Opts } from "./opt.ts";
export type { EventOpt, OptRecord, OptSchedule } from "./opt-record.ts";
export type { ListedOptSchedule, OptScheduleState } from "./opt-schedule-state.ts";
export type { OptSubject } from "./opt-scope.ts";
export type { RegistrationDecision, RequestContext, VtnOptions } from "./options.ts";
export type { Reading, ReportSelection, ReportUpdate } from "./report.ts";
export type { VtnStatus } from "./status.ts";
export type { Audience } from "./audience.ts";
export type {
  Delivery,
  EventAnswer,
  EventRecord,
  EventWord,
  MailboxEntry,
  Registration,
  Store,
  VenEvent,
} from "./store.ts";
// What one needs to write events and handlers, so that one package is enough.
export { currencyPerKWh, duration, hours, minutes, powerReal, RejectedError, seconds } from "@openleadr/protocol";
export type { Duration, OadrEvent, Target } from "@openleadr/protocol";
