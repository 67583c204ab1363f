export { MemoryStore } from "./memory-store.ts";
export { Vtn } from "./vtn.ts";
export type { Events } from "./event.ts";
export type { NewEvent, NewSignal } from "./new-event.ts";
export type { RegistrationDecision, RequestContext, VtnOptions } from "./options.ts";
export type { Reading, ReportSelection, ReportUpdate } from "./report.ts";
export type { VtnStatus } from "./status.ts";
export type { Audience } from "./audience.ts";
export type { Delivery, EventAnswer, EventRecord, MailboxEntry, Registration, Store, VenEvent } from "./store.ts";
// What one needs to write events and handlers, so that one package is enough.
export { currencyPerKWh, duration, hours, minutes, powerReal, RejectedError, seconds } from "@openleadr/protocol";
export type { Duration, OadrEvent, Target } from "@openleadr/protocol";
