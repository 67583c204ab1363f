import { isDeepStrictEqual } from "node:util";

import type { Target } from "./messages/target.ts";

/** The kinds of target, in the order of the schema, each with the name its list has in {@link TargetsByType}. */
export const TARGET_LISTS = {
  aggregatedPnode: "aggregatedPnodes",
  endDeviceAsset: "endDeviceAssets",
  meterAsset: "meterAssets",
  pnode: "pnodes",
  serviceArea: "serviceAreas",
  serviceDeliveryPoint: "serviceDeliveryPoints",
  serviceLocation: "serviceLocations",
  transportInterface: "transportInterfaces",
  groupId: "groupIds",
  groupName: "groupNames",
  resourceId: "resourceIds",
  venId: "venIds",
  partyId: "partyIds",
} as const;

/** A kind of target, e.g. `"venId"`. */
export type TargetType = keyof typeof TARGET_LISTS;

/** Targets in lists by kind, e.g. `{ venIds: ["ven-1"], groupIds: ["north", "south"] }`. */
export type TargetsByType = {
  readonly [Type in TargetType as (typeof TARGET_LISTS)[Type]]?: readonly TargetValue<Type>[];
};

type TargetValue<Type extends TargetType> = Extract<Target, Readonly<Record<Type, unknown>>>[Type];

/** A list of targets in lists by kind; kinds that do not occur have no list. */
export function groupTargets(targets: readonly Target[]): TargetsByType {
  const lists: Partial<Record<string, unknown[]>> = {};
  for (const [type, value] of targets.flatMap((target) => Object.entries(target))) {
    (lists[listOf(type)] ??= []).push(value);
  }
  return lists;
}

/** Lists by kind as one list of targets, in the order of the schema. Throws `RangeError` for a list of unknown name. */
export function ungroupTargets(targetsByType: TargetsByType): readonly Target[] {
  const lists = targetsByType as Readonly<Partial<Record<string, readonly unknown[]>>>;
  const known: readonly string[] = Object.values(TARGET_LISTS);
  const stranger = Object.keys(lists).find((name) => !known.includes(name));
  if (stranger !== undefined) throw new RangeError(`expected one of ${known.join(", ")}, got "${stranger}"`);
  const types = Object.entries(TARGET_LISTS);
  return types.flatMap(([type, name]) => (lists[name] ?? []).map((value) => ({ [type]: value }) as unknown as Target));
}

/** Whether both forms name the same targets, in the same order within each kind. */
export function targetsAgree(targets: readonly Target[], targetsByType: TargetsByType): boolean {
  return isDeepStrictEqual(groupTargets(targets), groupTargets(ungroupTargets(targetsByType)));
}

/** The ways to say who is meant. Any of them will do; those given must agree. */
export interface TargetOptions {
  /** The only target. */
  readonly target?: Target | undefined;
  /** All targets. */
  readonly targets?: readonly Target[] | undefined;
  /** All targets, by kind. */
  readonly targetsByType?: TargetsByType | undefined;
}

/** The targets that the options mean; none if none is given. Throws `RangeError` when two of them disagree. */
export function resolveTargets({ target, targets, targetsByType }: TargetOptions): readonly Target[] {
  const single = target === undefined ? undefined : [target];
  const ungrouped = targetsByType === undefined ? undefined : ungroupTargets(targetsByType);
  const forms = [targets, single, ungrouped].filter((form) => form !== undefined);
  const [first = []] = forms;
  if (forms.every((form) => isDeepStrictEqual(groupTargets(form), groupTargets(first)))) return first;
  throw new RangeError("expected target, targets and targetsByType to mean the same targets, got different ones");
}

function listOf(type: string): string {
  if (Object.hasOwn(TARGET_LISTS, type)) return TARGET_LISTS[type as TargetType];
  throw new RangeError(`expected one of ${Object.keys(TARGET_LISTS).join(", ")}, got "${type}"`);
}
