import type { ServiceName } from "../../enumerations.ts";
import type { Party } from "../../operations.ts";

/** One numbered conformance rule of the 2.0b profile specification, in our own words. */
export interface ConformanceRule {
  /** The rule's number in §11.2. Not every number is in use. */
  readonly number: number;
  /** What it is about, in a few words. */
  readonly title: string;
  /** Who has to keep it. */
  readonly binds: readonly Party[];
  /** The service it belongs to; `general` for those that hold in all of them. */
  readonly service: Exclude<ServiceName, "OadrPoll"> | "general";
  /** Only there for rules that matter in exchanges with a 2.0a party only. */
  readonly profile?: "2.0a";
  /** Only there for rules of one transport. */
  readonly transport?: "http" | "xmpp";
  /** What it demands. */
  readonly demands: string;
}

export const both: readonly Party[] = ["ven", "vtn"];
export const ven: readonly Party[] = ["ven"];
export const vtn: readonly Party[] = ["vtn"];
