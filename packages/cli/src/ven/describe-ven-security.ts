import type { VenStatus } from "@openleadr/ven";
import type { Line } from "../journal/journal.ts";
import { sayExpiring, sayListExpiring } from "../journal/say-expiry.ts";

type SecurityStatus = Extract<
  VenStatus,
  { readonly type: "pushRefused" | "securityReduced" | "certificateExpiring" | "revocationListExpiring" }
>;

type ReducingOption = Extract<SecurityStatus, { readonly type: "securityReduced" }>["option"];

const reductions: Readonly<Record<ReducingOption, string>> = {
  "tls.checkHostName": "the VTN may show a certificate for any host",
  "push.vtnFingerprint": "whoever shows a certificate of the CAs may push as the VTN",
  "push.listen.tls": "plain HTTP: whoever reaches the VEN may push as the VTN",
  "signatures.authorities": "whoever has a certificate of the CAs may sign as the VTN",
};

/** What concerns the security of a VEN, in words. */
export function describeVenSecurity(status: SecurityStatus): Line {
  switch (status.type) {
    case "pushRefused":
      return { what: "push refused", about: `from ${status.address}: ${status.reason}` };
    case "securityReduced":
      return { what: "security reduced", about: reductions[status.option] };
    case "certificateExpiring":
      return sayExpiring(status);
    case "revocationListExpiring":
      return sayListExpiring(status);
  }
}
