import type { OptSchedule } from "./opt-record.ts";
import { coveredOf } from "./opt-scope.ts";

/**
 * What became of a schedule: it counts; the VEN took it back; newer ones took its place; or its last span is over. Where
 * more than one is true, the first of them.
 *
 * @see OpenADR 2.0b, rules 203, 204, 210
 */
export type OptScheduleState = "active" | "cancelled" | "superseded" | "expired";

/** A schedule, and what became of it. */
export interface ListedOptSchedule extends OptSchedule {
  readonly state: OptScheduleState;
}

/** The schedules of one VEN, given in the order in which they came, with their states. */
export function withStates(schedules: readonly OptSchedule[], now: Date): readonly ListedOptSchedule[] {
  const superseded = supersededOf(schedules);
  return schedules.map((schedule) => ({ ...schedule, state: stateOf(schedule, superseded, now) }));
}

/**
 * The oldest of a VEN's schedules without which its availability is the same from now on: one that is superseded, or
 * that counts no more and supersedes none. Undefined if there is none.
 */
export function toForget(schedules: readonly OptSchedule[], now: Date): OptSchedule | undefined {
  const superseded = supersededOf(schedules);
  const oldest = (["optIn", "optOut"] as const).map((type) => schedules.find(({ optType }) => optType === type));
  return schedules.find(
    (schedule) =>
      superseded.has(schedule) || (oldest.includes(schedule) && stateOf(schedule, superseded, now) !== "active"),
  );
}

/** OptIn and optOut schedules are kept apart (rule 203). */
function supersededOf(schedules: readonly OptSchedule[]): ReadonlySet<OptSchedule> {
  const [ins, outs] = (["optIn", "optOut"] as const).map((type) =>
    coveredOf(schedules.filter(({ optType }) => optType === type)),
  );
  return new Set([...(ins ?? []), ...(outs ?? [])]);
}

function stateOf(schedule: OptSchedule, superseded: ReadonlySet<OptSchedule>, now: Date): OptScheduleState {
  if (schedule.cancelledAt !== undefined) return "cancelled";
  if (superseded.has(schedule)) return "superseded";
  return isOver(schedule, now) ? "expired" : "active";
}

function isOver({ vavailability }: OptSchedule, now: Date): boolean {
  return vavailability.every(({ dtstart, duration }) => duration > 0 && dtstart.getTime() + duration <= now.getTime());
}
