import { isDeepStrictEqual } from "node:util";
import { TARGET_LISTS, type OadrEvent, type Target, type TargetsByType, type TargetType } from "@openleadr/protocol";

/** What a VEN or a resource goes by, beside its ID: the groups, parties, meters, places it belongs to. */
export type TargetMembership = Omit<TargetsByType, "venIds" | "resourceIds" | "endDeviceAssets">;

/** A device or load behind a VEN, and the targets it answers to. */
export interface VenResource extends TargetMembership {
  readonly resourceId: string;
  /** Its kinds, such as `Thermostat`, for targets and signals that name device classes (rule 111). */
  readonly deviceClasses?: readonly string[] | undefined;
}

/** Whom a VEN can be addressed as. */
export interface Addressees {
  readonly venId: string;
  /** Undefined where only the application knows them. */
  readonly resources?: readonly VenResource[] | undefined;
  readonly memberOf?: TargetMembership | undefined;
}

/** The IDs of resources; undefined for whatever there is, where the VEN does not know its resources. */
export type ResourceIds = readonly string[] | undefined;

/**
 * The resources that an event is for: all of them without a target, or with one that is the VEN itself, else those that
 * any of the targets names. Empty if none of the targets is ours.
 *
 * Where the VEN does not know its resources, a target of a kind it knows nothing about may be ours, and is taken for it.
 *
 * @see OpenADR 2.0b, rule 22
 */
export function resolveResources(event: Pick<OadrEvent, "targets">, ven: Addressees): ResourceIds {
  if (isForAllOf(event, ven)) return ven.resources?.map(idOf);
  const { targets } = event;
  if (ven.resources !== undefined) return ven.resources.filter((each) => isMeant(each, targets)).map(idOf);
  const possible = targets.filter((target) => mayBeOurs(target, ven));
  const named = possible.flatMap((target) => ("resourceId" in target ? [target.resourceId] : []));
  return named.length === possible.length ? named : undefined;
}

/** Whether an event is for all of a VEN: without a target, or with one that is the VEN itself. */
export function isForAllOf({ targets }: Pick<OadrEvent, "targets">, ven: Addressees): boolean {
  return targets.length === 0 || targets.some((target) => isVenItself(target, ven));
}

/** Those of an event's resources that a signal is for, by the device classes it names. */
export function resourcesOfClasses(
  resources: ResourceIds,
  deviceClasses: readonly Target[] | undefined,
  ven: Pick<Addressees, "resources">,
): ResourceIds {
  if (deviceClasses === undefined || deviceClasses.length === 0 || ven.resources === undefined) return resources;
  return ven.resources
    .filter((each) => resources?.includes(each.resourceId) !== false && isMeant(each, deviceClasses))
    .map(idOf);
}

function idOf({ resourceId }: VenResource): string {
  return resourceId;
}

function isMeant(resource: VenResource, targets: readonly Target[]): boolean {
  return targets.some((target) => {
    if ("resourceId" in target) return target.resourceId === resource.resourceId;
    if ("endDeviceAsset" in target) return resource.deviceClasses?.includes(target.endDeviceAsset) === true;
    return belongs(resource, target);
  });
}

function isVenItself(target: Target, { venId, memberOf = {} }: Addressees): boolean {
  return "venId" in target ? target.venId === venId : belongs(memberOf, target);
}

function mayBeOurs(target: Target, { memberOf = {} }: Addressees): boolean {
  return !("venId" in target) && listOf(memberOf, target) === undefined;
}

function belongs(member: TargetMembership, target: Target): boolean {
  const [value] = Object.values(target);
  return listOf(member, target)?.some((each) => isDeepStrictEqual(each, value)) === true;
}

function listOf(member: TargetMembership, target: Target): readonly unknown[] | undefined {
  const [type] = Object.keys(target) as [TargetType];
  return (member as Readonly<Partial<Record<string, readonly unknown[]>>>)[TARGET_LISTS[type]];
}
