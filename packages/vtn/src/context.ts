import type { RequestContext, ResolvedVtnOptions } from "./options.ts";
import type { SecurityEvent } from "./security/security-event.ts";
import type { VtnStatus } from "./status.ts";

/** What the services of a VTN share. */
export type VtnContext = ResolvedVtnOptions & {
  tell(status: VtnStatus): void;
  tellSecurity(event: SecurityEvent): void;
};

/** A request of a VEN that is registered. */
export interface VenRequest extends RequestContext {
  readonly venId: string;
}
