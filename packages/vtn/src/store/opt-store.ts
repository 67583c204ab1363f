import type { EventOpt, OptRecord, OptSchedule } from "../opt/opt-record.ts";

/** The part of a store that holds the opts of VENs. */
export interface OptStore {
  /** The opt schedules of a VEN, or of all VENs, cancelled ones too, each VEN's in the order in which they came. */
  optSchedules(venId?: string): Promise<readonly OptSchedule[]>;
  /** The opts for an event, of one VEN or of all, each VEN's in the order in which they came. */
  eventOpts(eventId: string, venId?: string): Promise<readonly EventOpt[]>;
  /** Keeps an opt of a VEN as its newest, and erases those of its opts that have the recordIDs `forgotten`. */
  putOpt(opt: OptRecord, forgotten: readonly string[]): Promise<void>;
  /** Marks the schedules of a VEN that have that optID as cancelled (rule 204), unless they are marked already. */
  cancelOptSchedules(venId: string, optId: string, cancelledAt: Date): Promise<void>;
}
