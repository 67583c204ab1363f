import type { EventOpt, OptSchedule } from "../opt/opt-record.ts";
import type { OfferedReport } from "../report/offered-report.ts";
import type { RequestedReport } from "../report/requested-report.ts";
import type { Delivery } from "./event-store.ts";
import { MemoryMailbox } from "./memory-mailbox.ts";
import type { OwnReportRequest } from "./own-report-store.ts";
import type { ReadingsInMemory } from "./readings-in-memory.ts";
import type { Registration } from "./registration-store.ts";

/** What a memory store knows of a VEN. */
export interface VenState {
  registration: Registration;
  readonly mailbox: MemoryMailbox;
  /** All that is about reports; undefined until there is something, as most VENs are idle. */
  reporting: Reporting | undefined;
  /** By eventID. */
  readonly deliveries: Map<string, Delivery>;
  /** By recordID. */
  readonly ownReportRequests: Map<string, OwnReportRequest>;
  optSchedules: readonly OptSchedule[];
  /** By eventID. */
  readonly eventOpts: Map<string, readonly EventOpt[]>;
}

/** What it knows of the reports of a VEN. */
export interface Reporting {
  offers: readonly OfferedReport[];
  /** By reportRequestID. */
  requests: Map<string, RequestedReport>;
  readonly readings: ReadingsInMemory;
}

/** What is known of a VEN that has just registered. */
export function newVenState(registration: Registration, newLetterId: () => string): VenState {
  return {
    registration,
    mailbox: new MemoryMailbox(registration.venId, newLetterId),
    reporting: undefined,
    deliveries: new Map(),
    ownReportRequests: new Map(),
    optSchedules: [],
    eventOpts: new Map(),
  };
}
