import type { VenStatus } from "@openleadr/ven";
import type { Line } from "./journal.ts";
import { sayExpiring, sayListExpiring } from "./say-expiry.ts";

type SecurityStatus = Extract<
  VenStatus,
  { readonly type: "pushRefused" | "securityReduced" | "certificateExpiring" | "revocationListExpiring" }
>;

/** What concerns the security of a VEN, in words. */
export function describeVenSecurity(status: SecurityStatus): Line {
  switch (status.type) {
    case "pushRefused":
      return { what: "push refused", about: `from ${status.address}: ${status.reason}` };
    case "securityReduced":
      return { what: "security reduced", about: `by ${status.option}` };
    case "certificateExpiring":
      return sayExpiring(status);
    case "revocationListExpiring":
      return sayListExpiring(status);
  }
}
