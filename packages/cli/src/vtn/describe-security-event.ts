import type { ReducingOption, SecurityEvent } from "@openleadr/vtn";
import type { Line } from "../journal/journal.ts";
import { sayExpiring, sayListExpiring } from "../journal/say-expiry.ts";

const reductions: Readonly<Record<ReducingOption, string>> = {
  "listen.tls": "plain HTTP, and nobody must sign: whoever reaches the VTN may speak for any VEN",
  "listen.tls.clientCertificate": "VENs may come without a certificate",
  "listen.proxy.clientCertificate": "VENs may come through the proxy without a certificate",
  "signatures.sha1": "signatures with SHA-1 count",
  "push.tls.checkHostName": "servers that are pushed to may show a certificate for any host",
  "push.plainHttp": "VENs with a certificate may be pushed to in plain HTTP",
  "push.serverCertificate": "servers that are pushed to may show any certificate of the CAs",
};

/** A security event in words; those are left out that the VTN tells as status too. */
export function describeSecurityEvent(event: SecurityEvent): Line | undefined {
  switch (event.type) {
    case "registrationAttempt":
    case "signatureRejected":
      return undefined;
    case "identityMismatch":
      return { what: "not that VEN", about: `${event.message} for ${event.venId ?? "no VEN"} from ${event.address}` };
    case "certificateRefused":
    case "serverRefused":
      return undefined;
    case "securityReduced":
      return { what: "security reduced", about: reductions[event.option] };
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
