import type { Duration, Extension, Opt, OptReason, Target } from "@openleadr/protocol";

/** What every opt says, whatever it is about. */
interface OptStatement {
  readonly optType: Opt;
  /** @default "notParticipating" for optOut, "participating" for optIn */
  readonly optReason?: OptReason | Extension | undefined;
  /** The parts of the VEN that are meant, such as `{ resourceId: "boiler" }`, any of them (rule 202). @default all of it */
  readonly targets?: readonly Target[] | undefined;
  /** The classes of devices that are meant, such as `Thermostat`, any of them (rule 209). @default all of them */
  readonly deviceClasses?: readonly string[] | undefined;
  /** Several opts may share one, to be cancelled together (rule 204). @default made anew */
  readonly optId?: string | undefined;
}

/** When a VEN takes part in events, or does not, whatever events there are. */
export interface NewOptSchedule extends OptStatement {
  /** The spans, one at least. A duration of 0 has no end (rule 210). */
  readonly availability: readonly OptSpan[];
  /** The schedule counts only for events of this programme (rule 205). @default all of them */
  readonly marketContext?: string | undefined;
  readonly eventId?: never;
}

/** One span of a schedule. */
export interface OptSpan {
  readonly dtstart: Date;
  readonly duration: Duration;
}

/** Whether parts of a VEN take part in one event, or all of it does (rule 206). */
export interface NewEventOpt extends OptStatement {
  /** One of the VEN's events, which asks for an answer. */
  readonly eventId: string;
  readonly availability?: never;
  readonly marketContext?: never;
}

/** An opt as the VTN has taken it, with everything filled in. */
export type VenOpt = TakenSchedule | TakenEventOpt;

interface Taken {
  readonly optId: string;
  readonly optReason: OptReason | Extension;
  /** All of the VEN, or of the event, when empty. */
  readonly targets: readonly Target[];
  /** All when empty. */
  readonly deviceClasses: readonly string[];
  readonly createdDateTime: Date;
}

/** A schedule that the VTN has taken. */
export interface TakenSchedule extends Omit<NewOptSchedule, keyof Taken | "eventId">, Taken {
  readonly kind: "schedule";
}

/** An opt for an event that the VTN has taken. */
export interface TakenEventOpt extends Omit<NewEventOpt, keyof Taken | "availability" | "marketContext">, Taken {
  readonly kind: "event";
  readonly modificationNumber: number;
}
