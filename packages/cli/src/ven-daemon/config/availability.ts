import {
  OPT,
  OPT_REASON,
  type Duration,
  type Extension,
  type Opt,
  type OptReason,
  type Target,
} from "@openleadr/protocol";
import { normalizeUri } from "@openleadr/protocol/internal";
import { defaulted, mapping, optional, required } from "./mapping.ts";
import type { Reader } from "./place.ts";
import { distinct, list, oneOf, oneOfOrExtension, refine, span, text } from "./readers.ts";
import { target } from "./targets.ts";

/** When the VEN, or a part of it, takes part in events or does not, under an ID that stays the same. */
export interface AvailabilityConfig {
  readonly optId: string;
  readonly opt: Opt;
  readonly optReason: OptReason | Extension | undefined;
  readonly marketContext: string | undefined;
  /** All of the VEN when empty. */
  readonly targets: readonly Target[];
  /** All of them when empty. */
  readonly deviceClasses: readonly string[];
  readonly spans: readonly { readonly dtstart: Date; readonly duration: Duration }[];
}

/** An instant with its zone, so that it is the same wherever the file is read. */
const instant: Reader<Date> = refine(text, (value, place) => {
  const read = new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : Number.NaN);
  return Number.isNaN(read.getTime()) ? place.mistake("an instant such as 2026-07-04T08:00:00Z") : read;
});

const entry: Reader<AvailabilityConfig> = mapping({
  optId: required(text),
  opt: required(oneOf(OPT.OPT_IN, OPT.OPT_OUT)),
  optReason: optional(oneOfOrExtension(...Object.values(OPT_REASON))),
  marketContext: optional(text),
  targets: defaulted(list(target), []),
  deviceClasses: defaulted(list(text), []),
  spans: required(list(mapping({ dtstart: required(instant), duration: required(span()) }))),
});

export const availability: Reader<readonly AvailabilityConfig[]> = refine(
  distinct(entry, ({ optId }) => optId),
  (entries, place) => {
    const subjects = entries.map(subjectOf);
    const second = subjects.findIndex((subject, index) => subjects.indexOf(subject) < index);
    if (second === -1) return entries;
    const reason =
      "expected one entry for all spans of the same opt and parts, as a later one takes its place (rule 203)";
    return (place.items?.[second] ?? place).complain(`${reason}, got another`);
  },
);

function subjectOf({ opt, marketContext = "", targets, deviceClasses }: AvailabilityConfig): string {
  const parts = targets.map((each) => JSON.stringify(each)).sort();
  return JSON.stringify([opt, normalizeUri(marketContext), parts, [...deviceClasses].sort()]);
}
