import { isDeepStrictEqual } from "node:util";
import type { OadrEvent, Target } from "@openleadr/protocol";
import { isForAllOf, resolveResources, type Addressees } from "../event/resources.ts";

/**
 * Throws `RangeError` unless all parts of an opt for an event are among those that the event is for (rule 206): all of a VEN
 * that is itself meant (rule 22), what the event names, and resources of what it names, such as a group. Where the VEN does
 * not know its resources, the VTN has to say whether one is of a group.
 */
export function requireWithin(event: OadrEvent, parts: readonly Target[], ven: Addressees): void {
  if (isForAllOf(event, ven)) return;
  const stranger = parts.find((part) => !isWithin(event, part, ven));
  if (stranger === undefined) return;
  const named = event.targets.map((target) => JSON.stringify(target)).join(", ");
  const { eventId } = event.eventDescriptor;
  throw new RangeError(`targets: expected parts of event ${eventId}: ${named}, got ${JSON.stringify(stranger)}`);
}

function isWithin(event: OadrEvent, part: Target, ven: Addressees): boolean {
  if (event.targets.some((target) => isDeepStrictEqual(target, part))) return true;
  if (!("resourceId" in part)) return false;
  return resolveResources(event, ven)?.includes(part.resourceId) ?? true;
}
