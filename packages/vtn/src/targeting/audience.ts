import type { OadrEvent, Target, TargetType } from "@openleadr/protocol";
import { isEnrolledIn, targetKey, type VenEnrolment } from "./enrolment.ts";

/** Whom an event is for: every VEN of its market context, or those that one of the targets means. */
export type Audience = "everyone" | readonly Target[];

/** What of an event decides whom it is for. */
export interface Addressed {
  readonly event: Pick<OadrEvent, "eventDescriptor">;
  readonly audience: Audience;
}

/** The kinds of target that are a part of a VEN. */
const partTypes: readonly TargetType[] = ["resourceId", "endDeviceAsset", "meterAsset", "serviceDeliveryPoint"];

/**
 * Whom an event is for by its targets.
 *
 * Any of the targets will do (rule 22): a venID means that VEN, and every other target the VENs that are enrolled with
 * it. Beside a venID, though, what is a part of a VEN (a resource, a device class, a meter, a delivery point) says which
 * part of that VEN, and means no others. Without targets it is for all VENs. The device classes of its signals only
 * narrow what acts within a VEN (rule 111).
 */
export function audienceOf({ targets }: Pick<OadrEvent, "targets">): Audience {
  if (targets.length === 0) return "everyone";
  return targets.some((target) => "venId" in target) ? targets.filter((target) => !isPart(target)) : targets;
}

/**
 * Whether an event is for a VEN: one that it names in any case, and another one that its targets mean only if that is
 * enrolled in its market context.
 */
export function isFor(venId: string, { event, audience }: Addressed, enrolment: VenEnrolment | undefined): boolean {
  if (audience !== "everyone" && audience.some((target) => "venId" in target && target.venId === venId)) return true;
  if (!isEnrolledIn(event.eventDescriptor.marketContext, enrolment)) return false;
  const keys = new Set(enrolment?.targets.map(targetKey));
  return audience === "everyone" || audience.some((target) => keys.has(targetKey(target)));
}

/**
 * The targets of an event that a VEN is to see. Of the VENs it finds itself alone (rule 63); of the kinds of parts that
 * it is enrolled with, its own; of all others, all, since any that is its own will do (rule 22).
 *
 * What would be left with none, and so mean the whole VEN, keeps the parts.
 */
export function targetsSeenBy(
  venId: string,
  { venIds, others }: SplitTargets,
  enrolment?: VenEnrolment,
): readonly Target[] {
  const withoutOthers = venIds.has(venId) ? [...others, { venId }] : others;
  if (enrolment === undefined) return withoutOthers;
  const own = new Set(enrolment.targets.map(targetKey));
  const types = new Set(enrolment.targets.map(typeOf));
  const seen = withoutOthers.filter(
    (target) => !isPart(target) || !types.has(typeOf(target)) || own.has(targetKey(target)),
  );
  return seen.length === 0 ? withoutOthers : seen;
}

/** The targets of an event, apart: there may be many venIDs, of which each VEN sees one at most. */
export interface SplitTargets {
  readonly venIds: ReadonlySet<string>;
  readonly others: readonly Target[];
}

export function splitTargets(targets: readonly Target[]): SplitTargets {
  const venIds = new Set(targets.flatMap((target) => ("venId" in target ? [target.venId] : [])));
  return { venIds, others: targets.filter((target) => !("venId" in target)) };
}

function isPart(target: Target): boolean {
  return partTypes.includes(typeOf(target));
}

function typeOf(target: Target): TargetType {
  return Object.keys(target)[0] as TargetType;
}
