import type { AdmissionStore } from "./admission-store.ts";
import type { EnrolmentStore } from "./enrolment-store.ts";
import type { EventStore } from "./event-store.ts";
import type { MailboxStore } from "./mailbox-store.ts";
import type { OptStore } from "./opt-store.ts";
import type { OwnReportStore } from "./own-report-store.ts";
import type { RegistrationStore } from "./registration-store.ts";
import type { ReportStore } from "./report-store.ts";

/**
 * The state of a VTN: a few operations, each of which happens whole or not at all. What one has resolved is kept, so
 * that nothing is acknowledged that is not stored.
 *
 * What changes the state of one VEN rejects with `RangeError`, and changes nothing, if that VEN is not registered.
 */
export interface Store
  extends
    RegistrationStore,
    AdmissionStore,
    EnrolmentStore,
    EventStore,
    ReportStore,
    OwnReportStore,
    OptStore,
    MailboxStore {}
