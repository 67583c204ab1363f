import type { SecurityEvent } from "@openleadr/vtn";
import type { Line } from "./journal.ts";
import { sayExpiring, sayListExpiring } from "./say-expiry.ts";

/** A security event in words; those are left out that the VTN tells as status too. */
export function describeSecurityEvent(event: SecurityEvent): Line | undefined {
  switch (event.type) {
    case "registrationAttempt":
      return undefined;
    case "signatureRejected":
      return { what: "signature rejected", about: `${event.message} from ${event.address}: ${event.reason}` };
    case "identityMismatch":
      return { what: "not that VEN", about: `${event.message} for ${event.venId ?? "no VEN"} from ${event.address}` };
    case "certificateRefused":
    case "serverRefused":
      return undefined;
    case "securityReduced":
      return { what: "security reduced", about: `by ${event.option}` };
    case "certificateChanged":
      return { what: "new certificate", about: `${event.venId}: ${event.fingerprint ?? "none"}` };
    case "certificateExpiring":
      return sayExpiring(event);
    case "revocationListExpiring":
      return sayListExpiring(event);
    case "rateLimited":
      return { what: "limited", about: `${event.address}, too many failures: ${event.failure}` };
  }
}
