import type { CalendarProperties, Extension, Opt, OptReason, Target } from "@openleadr/protocol";

/** When a VEN takes part, or does not, whatever events there are. */
export interface OptSchedule extends OptStatement {
  readonly kind: "schedule";
  /** Counts only for events of this programme; for all of them when absent (rule 205). */
  readonly marketContext?: string;
  /** The spans; a duration of 0 has no end (rule 210). */
  readonly vavailability: readonly Pick<CalendarProperties, "dtstart" | "duration">[];
  /** When the VEN took it back; absent for as long as it has not. */
  readonly cancelledAt?: Date;
}

/** Whether a VEN takes part in one event, said in an oadrCreateOpt (rule 206). */
export interface EventOpt extends OptStatement {
  readonly kind: "event";
  readonly eventId: string;
  /** That of the event as the VEN knew it; the opt holds for later versions too. */
  readonly modificationNumber: number;
}

/** What an oadrCreateOpt says, as the VTN keeps it. */
export type OptRecord = OptSchedule | EventOpt;

interface OptStatement {
  /** The VTN's own ID of it, which no other has. */
  readonly recordId: string;
  readonly venId: string;
  /** The VEN's ID of it, which others may have too (rule 204). */
  readonly optId: string;
  readonly optType: Opt;
  readonly optReason: OptReason | Extension;
  /** Which parts of the VEN, or of the event, any of them; all when empty (rule 202). */
  readonly targets: readonly Target[];
  /** Which classes of their devices, any of them; all when empty (rule 209). */
  readonly deviceClasses: readonly Target[];
  /** By the clock of the VEN. */
  readonly createdDateTime: Date;
  /** By the clock of the VTN. */
  readonly receivedAt: Date;
}
