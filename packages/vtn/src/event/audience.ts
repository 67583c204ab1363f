import type { OadrEvent } from "@openleadr/protocol";

/** The VENs an event is for: a list of venIDs, or all that are registered. */
export type Audience = readonly string[] | "everyone";

/** An event is for the VENs that it names, or else for all of them; what else it targets is within these. */
export function audienceOf({ targets }: Pick<OadrEvent, "targets">): Audience {
  const venIds = targets.flatMap((target) => ("venId" in target ? [target.venId] : []));
  return venIds.length === 0 ? "everyone" : venIds;
}

/** Whether a VEN is among those an event is for. */
export function isFor(venId: string, audience: Audience): boolean {
  return audience === "everyone" || audience.includes(venId);
}

/** Whether some VEN is in both of two audiences. */
export function shareVen(one: Audience, other: Audience): boolean {
  if (one === "everyone") return other === "everyone" || other.length > 0;
  const venIds = new Set(one);
  return other === "everyone" ? venIds.size > 0 : other.some((venId) => venIds.has(venId));
}
