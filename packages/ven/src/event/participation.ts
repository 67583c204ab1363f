import type { Opt } from "@openleadr/protocol";
import type { TakenEventOpt } from "../opt/opt-record.ts";
import { actedOnBy, type EventPlan } from "./plan.ts";
import { resolveResources, resourcesOfClasses, type Addressees, type ResourceIds } from "./resources.ts";

/** Who of a VEN takes part in an event. */
export interface Participation {
  /** Whether anybody does. */
  readonly takesPart: boolean;
  /** What the event asks of those who do; of all it is for, where nobody does. */
  readonly plan: EventPlan;
  /** Whether opts made for the event decide on all of it, so that the VEN's answer decides on nothing. */
  readonly isDecidedByOpts: boolean;
}

/**
 * Who takes part in an event: each resource as the newest opt says that was made for it with oadrCreateOpt, and the others
 * as the VEN has answered in oadrCreatedEvent. `opts` are those for the event, oldest first.
 *
 * Opts for parts of a VEN that does not know its resources are the application's to heed.
 *
 * @see OpenADR 2.0b, rules 202, 206, 209
 */
export function participationOf(
  whole: EventPlan,
  { answer, opts, ven }: { readonly answer: Opt; readonly opts: readonly TakenEventOpt[]; readonly ven: Addressees },
): Participation {
  if (opts.length === 0) return { takesPart: answer === "optIn", plan: whole, isDecidedByOpts: false };
  const { resources } = whole;
  if (resources === undefined) {
    const decided = opts.findLast(isForAll)?.optType;
    return { takesPart: (decided ?? answer) === "optIn", plan: whole, isDecidedByOpts: decided !== undefined };
  }
  const scopes = opts.map((opt) => ({ optType: opt.optType, resources: scopeOf(opt, resources, ven) }));
  const decisions = resources.map((id) => scopes.findLast((scope) => scope.resources.includes(id))?.optType);
  const acting = resources.filter((_id, index) => (decisions[index] ?? answer) === "optIn");
  return {
    takesPart: acting.length > 0,
    plan: acting.length === 0 || acting.length === resources.length ? whole : actedOnBy(whole, acting),
    isDecidedByOpts: !decisions.includes(undefined),
  };
}

function isForAll({ targets, deviceClasses }: TakenEventOpt): boolean {
  return targets.length === 0 && deviceClasses.length === 0;
}

/** The resources of an event that an opt is for. */
function scopeOf(opt: TakenEventOpt, resources: readonly string[], ven: Addressees): readonly string[] {
  if (isForAll(opt)) return resources;
  if (opt.deviceClasses.length > 0 && ven.resources === undefined) return [];
  const classes = opt.deviceClasses.map((endDeviceAsset) => ({ endDeviceAsset }));
  const named: ResourceIds = resourcesOfClasses(resolveResources(opt, ven), classes, ven);
  return resources.filter((id) => named?.includes(id) ?? false);
}
