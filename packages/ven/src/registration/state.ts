import type { Duration } from "@openleadr/protocol";

/** What the VTN gave a VEN when it registered. */
export interface Registration {
  readonly registrationId: string;
  readonly venId: string;
  readonly vtnId: string;
  /** Time between two polls: the VTN's, which counts as 24 h at the most, or the option's where it named none. */
  readonly pollInterval: Duration;
}

/**
 * Where a VEN is in its life.
 *
 * @see OpenADR 2.0b, §8.4, rules 401, 405–407
 */
export type VenState =
  /** Not started, or no longer registered and not about to be. */
  | { readonly state: "unregistered" }
  /** Asks the VTN for a registration, or waits to ask again. */
  | { readonly state: "registering" }
  | ({ readonly state: "registered" } & Registration)
  /** For good. */
  | { readonly state: "stopped" };
