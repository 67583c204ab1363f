import type { Target } from "@openleadr/protocol";
import { byKey, mapping, required } from "./mapping.ts";
import type { Reader } from "./place.ts";
import { text } from "./readers.ts";

/** The kinds of targets that are plain text. */
const kinds = [
  "resourceId",
  "groupId",
  "groupName",
  "venId",
  "partyId",
  "endDeviceAsset",
  "meterAsset",
  "pnode",
  "aggregatedPnode",
  "serviceDeliveryPoint",
] as const;

/** Whom or what something is for, or of: a mapping with one key. */
export const target: Reader<Target> = byKey<Target>(
  Object.fromEntries(kinds.map((kind) => [kind, mapping({ [kind]: required(text) }) as unknown as Reader<Target>])),
);
