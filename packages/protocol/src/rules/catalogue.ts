import { eventRules } from "./catalogue/event.ts";
import { eventRulesOfB } from "./catalogue/event-b.ts";
import { generalRules } from "./catalogue/general.ts";
import { optRules } from "./catalogue/opt.ts";
import { registrationRules } from "./catalogue/registration.ts";
import { reportRules } from "./catalogue/report.ts";
import type { ConformanceRule } from "./catalogue/rule.ts";

/**
 * All conformance rules of the profile, in our own words and in the order of their numbers.
 *
 * @see OpenADR 2.0b, §11.2
 */
export const CONFORMANCE_RULES: readonly ConformanceRule[] = [
  ...eventRules,
  ...eventRulesOfB,
  ...optRules,
  ...reportRules,
  ...registrationRules,
  ...generalRules,
];

/** The rule of a number; undefined for a number that the profile does not use. */
export function ruleByNumber(number: number): ConformanceRule | undefined {
  return CONFORMANCE_RULES.find((rule) => rule.number === number);
}
