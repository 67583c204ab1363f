import type { Logger } from "@openleadr/transport";
import type { VenStatus } from "./status.ts";

/** Whom news is told to. */
export interface TellOptions {
  readonly onStatus: (status: VenStatus) => void;
  readonly logger: Logger;
}

/** Tells an application news; what it throws is its own affair. */
export function tell(status: VenStatus, { onStatus, logger }: TellOptions): void {
  try {
    onStatus(status);
  } catch (error) {
    logger.error({ status: status.type, error }, "status listener failed");
  }
}
