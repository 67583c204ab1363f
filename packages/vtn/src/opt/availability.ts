import { isSameUri, type Opt } from "@openleadr/protocol";
import type { OptSchedule } from "./opt-record.ts";
import { concerns, type OptSubject } from "./opt-scope.ts";

/** What a question about availability is about. */
export interface AvailabilitySubject extends OptSubject {
  /** The programme. @default none, so that schedules for one programme do not count (rule 205) */
  readonly marketContext?: string | undefined;
  /**
   * Which schedule counts where a VEN is both in and out, which the standard leaves to the programme (rule 201).
   * @default "newest"
   */
  readonly precedence?: Opt | "newest" | undefined;
}

/** Whether a VEN, or a part of it, takes part. */
export interface Availability {
  /** True in an optIn schedule, false in an optOut schedule; undefined where neither says anything. */
  readonly isAvailable: boolean | undefined;
  /** The schedule that says so. */
  readonly schedule: OptSchedule | undefined;
}

/** A span in which availability does not change. */
export interface AvailabilitySpan extends Availability {
  readonly from: Date;
  /** The end, which is no longer part of it; undefined if there is none. */
  readonly until: Date | undefined;
}

/** The availability at an instant, by the schedules of one VEN in the order in which they came. */
export function availabilityAt(
  at: Date,
  schedules: readonly OptSchedule[],
  subject: AvailabilitySubject,
): Availability {
  const open = inForce(schedules, subject).filter(({ vavailability }) =>
    vavailability.some((span) => startOf(span) <= at.getTime() && at.getTime() < endOf(span)),
  );
  return availabilityOf(open, subject);
}

/** The availability from an instant on, as spans that follow one another without a gap. */
export function availabilitySpans(
  { from, until }: Pick<AvailabilitySpan, "from" | "until">,
  schedules: readonly OptSchedule[],
  subject: AvailabilitySubject,
): readonly AvailabilitySpan[] {
  const counting = inForce(schedules, subject);
  const changes = counting.flatMap(changesOf).sort((a, b) => a.at - b.at);
  const end = until?.getTime() ?? Infinity;
  const openSpans = new Map(counting.map((schedule) => [schedule, 0]));
  const spans: AvailabilitySpan[] = [];
  let next = 0;
  for (let start = from.getTime(); start < end; start = changes[next]?.at ?? end) {
    for (let change = changes[next]; change !== undefined && change.at <= start; change = changes[(next += 1)])
      openSpans.set(change.schedule, (openSpans.get(change.schedule) ?? 0) + change.by);
    const open = counting.filter((schedule) => (openSpans.get(schedule) ?? 0) > 0);
    appendSpan(spans, { from: new Date(start), until: undefined, ...availabilityOf(open, subject) });
  }
  return spans.map((span, index) => ({ ...span, until: spans[index + 1]?.from ?? until }));
}

/**
 * The newest optIn and the newest optOut schedule that concern the subject, in that order of age. Older ones are
 * superseded, for good: when the newest is cancelled, they do not come back.
 *
 * @see OpenADR 2.0b, rule 203
 */
function inForce(
  schedules: readonly OptSchedule[],
  { marketContext, ...subject }: AvailabilitySubject,
): readonly OptSchedule[] {
  const matching = schedules.filter((schedule) => isForContext(schedule, marketContext) && concerns(schedule, subject));
  const newest = (["optIn", "optOut"] as const).map((type) => matching.findLast(({ optType }) => optType === type));
  return matching.filter((schedule) => newest.includes(schedule) && schedule.cancelledAt === undefined);
}

/** Rules 205, 512: a schedule for a programme says nothing of any other. */
function isForContext({ marketContext }: OptSchedule, asked: string | undefined): boolean {
  return marketContext === undefined || (asked !== undefined && isSameUri(marketContext, asked));
}

function availabilityOf(open: readonly OptSchedule[], { precedence = "newest" }: AvailabilitySubject): Availability {
  const schedule = open.find(({ optType }) => optType === precedence) ?? open.at(-1);
  return { isAvailable: schedule === undefined ? undefined : schedule.optType === "optIn", schedule };
}

interface Change {
  readonly at: number;
  readonly schedule: OptSchedule;
  /** How many more of the schedule's spans are open. */
  readonly by: 1 | -1;
}

function changesOf(schedule: OptSchedule): readonly Change[] {
  return schedule.vavailability.flatMap((span) => [
    { at: startOf(span), schedule, by: 1 },
    { at: endOf(span), schedule, by: -1 },
  ]);
}

/** Spans that differ in nothing are one. */
function appendSpan(spans: AvailabilitySpan[], span: AvailabilitySpan): void {
  if (spans.length === 0 || spans.at(-1)?.schedule !== span.schedule) spans.push(span);
}

type Span = OptSchedule["vavailability"][number];

function startOf({ dtstart }: Span): number {
  return dtstart.getTime();
}

function endOf({ dtstart, duration }: Span): number {
  return duration === 0 ? Infinity : dtstart.getTime() + duration;
}
