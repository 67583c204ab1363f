import type { Limits } from "@openleadr/protocol";
import type { UnsentReportOptions, VenKey } from "@openleadr/ven";
import { mapping, optional } from "./mapping.ts";
import type { Reader } from "./place.ts";
import { integer, refine, span, text } from "./readers.ts";

/** What the state is known by in its file. */
export const storeKey: Reader<Partial<VenKey>> = refine(
  mapping({ vtn: optional(text), ven: optional(text) }),
  // The library takes what is undefined as given.
  ({ vtn, ven }) => ({ ...(vtn !== undefined && { vtn }), ...(ven !== undefined && { ven }) }),
);

/** How much data is kept for a VTN that is away. */
export const unsentReports: Reader<UnsentReportOptions> = mapping({
  keepFor: optional(span()),
  maxReadings: optional(integer(100, Number.MAX_SAFE_INTEGER)),
  storeWithin: optional(span(0)),
});

const count = optional(integer(1, Number.MAX_SAFE_INTEGER));

/** How much of a document is read before it is refused. */
export const limits: Reader<Limits> = mapping({
  maxBytes: count,
  maxDepth: optional(integer(1, 1_000)),
  maxElements: count,
  maxAttributes: count,
});
