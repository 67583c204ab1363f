import type { VenStatus } from "@openleadr/ven";
import type { VtnStatus } from "@openleadr/vtn";

/** What is the same whichever way messages go. */
const telling = [
  "eventId",
  "eventIds",
  "modificationNumber",
  "eventStatus",
  "optType",
  "responseCode",
  "implied",
  "reason",
  "resources",
  "reportSpecifierId",
  "reports",
  "requested",
  "intervals",
  "readings",
  "again",
] as const;

/** A status in words, without IDs that are made anew each time; undefined for one of the way, or of another VEN. */
export function inWords(status: VenStatus | VtnStatus): string | undefined {
  const { type } = status;
  if (ofTheWay.has(type) || ("venId" in status && status.venId !== "kitchen")) return undefined;
  const facts: Readonly<Partial<Record<string, unknown>>> = { ...status };
  const said = telling.flatMap((name) => (facts[name] === undefined ? [] : [`${name} ${JSON.stringify(facts[name])}`]));
  return [type, ...said].join(" ");
}

/** How messages get there, and whom they find. */
const ofTheWay: ReadonlySet<string> = new Set<VenStatus["type"] | VtnStatus["type"]>([
  "polled",
  "pushed",
  "delivered",
  "deliveryRetried",
  "eventsSent",
  "certificateExpiring",
]);
