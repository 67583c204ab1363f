import { many, one, optional } from "../schema/field.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { dateTime, durationText } from "../schema/times.ts";
import { only } from "../schema/wrapper.ts";
import type { Duration } from "../time.ts";

/** `xcal:dtstart`, an instant in an element of its own. */
export const dtstart: Schema<Date> = only(one("xcal:date-time", dateTime));

/** `xcal:DurationPropType`, a span in an element of its own. */
export const durationProp: Schema<Duration> = only(one("xcal:duration", durationText));

/** `xcal:uid`, a text in an element of its own. */
export const uid: Schema<string> = only(one("xcal:text", text));

const tolerance: Schema<Duration | undefined> = only(
  one("xcal:tolerate", only(optional("xcal:startafter", durationText))),
);

/** `xcal:properties`: a span in time, and what goes before and after it. */
export const calendarProperties = sequence({
  /** When it starts. */
  dtstart: one("xcal:dtstart", dtstart),
  /** How long it lasts; 0 is open-ended. */
  duration: one("xcal:duration", durationProp),
  /** The real start is drawn from this span after `dtstart` (rule 30). */
  startAfter: optional("xcal:tolerance", tolerance),
  /** How long before the start people want to be told. */
  notification: optional("ei:x-eiNotification", durationProp),
  /** Before the start, or inside the span when negative. */
  rampUp: optional("ei:x-eiRampUp", durationProp),
  /** After the end, or inside the span when negative. */
  recovery: optional("ei:x-eiRecovery", durationProp),
});
/** A span in time, and what goes before and after it. */
export interface CalendarProperties extends Infer<typeof calendarProperties> {}

/** `xcal:vavailability`: the spans of an opt schedule. */
export const vavailability: Schema<readonly CalendarProperties[]> = only(
  one("xcal:components", only(many("xcal:available", only(one("xcal:properties", calendarProperties))))),
);
