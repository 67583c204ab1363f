import type { RuleViolation } from "../errors.ts";
import type { CalendarProperties } from "../messages/calendar.ts";
import { violation } from "./rule.ts";

/** The breaches of a rule that lets a span in time have a start and a duration, and nothing else. */
export function* checkPlainSpan(rule: number, path: string, span: CalendarProperties): Iterable<RuleViolation> {
  for (const name of extras) {
    const gotSpan = span[name];
    if (gotSpan !== undefined) yield violation(rule, `${path}.${name}`, { expected: "nothing", gotSpan });
  }
}

const extras = ["startAfter", "notification", "rampUp", "recovery"] as const;
