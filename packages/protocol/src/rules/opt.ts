import { checkPlainSpan } from "./plain-span.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 200: the spans of a schedule have a start and a duration, and nothing else. */
export const plainSpans: Rule<"oadrCreateOpt"> = function* ({ payload }) {
  for (const [index, span] of (payload.vavailability ?? []).entries()) {
    yield* checkPlainSpan(200, `vavailability[${index}]`, span);
  }
};

/** Rule 206, as far as the form goes: an opt is for one event, or has a schedule. */
export const eventOrSchedule: Rule<"oadrCreateOpt"> = function* ({ payload }) {
  const { eventId, vavailability, marketContext } = payload;
  if (eventId === undefined) {
    const expected = "at least one span, as no event is named";
    if (isEmpty(vavailability)) yield violation(206, "vavailability", { expected, got: vavailability });
    return;
  }
  const expected = "nothing, as an event is named";
  if (!isEmpty(vavailability)) yield violation(206, "vavailability", { expected, got: vavailability });
  if (!isEmpty(marketContext)) yield violation(206, "marketContext", { expected, got: marketContext });
};

/** Absent, or empty, which is as good (rule 46). */
function isEmpty(value: { readonly length: number } | undefined): boolean {
  return value === undefined || value.length === 0;
}
