import { OPT, type Duration, type Opt } from "@openleadr/protocol";
import { mapping, optional, required } from "./mapping.ts";
import type { Reader } from "./place.ts";
import { flag, number, oneOf, oneOrMore, refine, span, text } from "./readers.ts";

export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** A stretch of a day in minutes since midnight; one that ends before it begins goes on over midnight. */
export interface HoursOfDay {
  readonly from: number;
  readonly until: number;
}

/** What an event must be like for a rule to apply: all that is given must hold. */
export interface OptCondition {
  /** One of the event's signals has one of these names. */
  readonly signal: readonly string[] | undefined;
  /** A value of such a signal, or of any, is at least this. */
  readonly valueAtLeast: number | undefined;
  /** A value of such a signal, or of any, is at most this. */
  readonly valueAtMost: number | undefined;
  readonly marketContext: readonly string[] | undefined;
  /** Which resources the event is for, one of them being enough. */
  readonly resourceId: readonly string[] | undefined;
  readonly testEvent: boolean | undefined;
  /** When the event begins, by the clock on the wall. */
  readonly hours: HoursOfDay | undefined;
  readonly days: readonly (typeof WEEKDAYS)[number][] | undefined;
  /** It lasts longer, or has no end. */
  readonly longerThan: Duration | undefined;
  /** The zone of `hours` and `days`; the machine's if there is none. */
  readonly timeZone: string | undefined;
}

/** An answer for the events of a kind. */
export interface OptRule {
  readonly when: OptCondition;
  readonly opt: Opt;
}

const hours: Reader<HoursOfDay> = refine(text, (value, place) => {
  const [from, until] = value.split("-").map(minutesOf);
  if (from !== undefined && until !== undefined && from !== until && value.split("-").length === 2)
    return { from, until };
  return place.mistake("hours such as 22:00-06:30");
});

function minutesOf(time: string): number | undefined {
  const [, hour, minute] = /^\s*([01]?\d|2[0-4]):([0-5]\d)\s*$/.exec(time) ?? [];
  const total = Number(hour) * 60 + Number(minute);
  return total <= 24 * 60 ? total : undefined;
}

const timeZone: Reader<string> = refine(text, (value, place) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return place.mistake("a time zone such as Europe/Berlin");
  }
});

const condition: Reader<OptCondition> = refine(
  mapping({
    signal: optional(oneOrMore(text)),
    valueAtLeast: optional(number()),
    valueAtMost: optional(number()),
    marketContext: optional(oneOrMore(text)),
    resourceId: optional(oneOrMore(text)),
    testEvent: optional(flag),
    hours: optional(hours),
    days: optional(oneOrMore(oneOf(...WEEKDAYS))),
    longerThan: optional(span()),
    timeZone: optional(timeZone),
  }),
  (value, place) =>
    Object.entries(value).some(([name, each]) => name !== "timeZone" && each !== undefined)
      ? value
      : place.complain("expected a condition, got none"),
);

export const rule: Reader<OptRule> = mapping({
  when: required(condition),
  opt: required(oneOf(OPT.OPT_IN, OPT.OPT_OUT)),
});
