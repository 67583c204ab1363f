export { MemoryStore } from "./memory-store.ts";
export { Vtn } from "./vtn.ts";
export type { Events } from "./event.ts";
export type { NewEvent, NewSignal } from "./new-event.ts";
export type { RegistrationDecision, RequestContext, VtnOptions } from "./options.ts";
export type { Reading, ReportSelection, ReportUpdate } from "./report.ts";
export type { VtnStatus } from "./status.ts";
export type { Delivery, EventAnswer, EventRecord, MailboxEntry, Registration, Store } from "./store.ts";
// What one needs to write events, so that one package is enough.
export { duration, hours, minutes, seconds } from "@openleadr/protocol";
export type { Duration, OadrEvent, Target } from "@openleadr/protocol";
