import type { Expiry } from "@openleadr/pki";
import type { Line } from "./journal.ts";
import { count } from "./say.ts";

/** How a certificate stands to time, in words. */
export function sayExpiry(expiry: Expiry): string {
  switch (expiry.state) {
    case "valid":
    case "expiresSoon":
      return `${count(expiry.daysLeft, "day")} left`;
    case "expired":
      return "expired";
    case "notYetValid":
      return "not valid yet";
  }
}

/** The warning that a certificate is about to end. */
export function sayExpiring({ role, venId, subject, expiry }: Expiring): Line {
  return { what: "certificate expires", about: `${venId ?? owners[role]}, ${subject}: ${sayExpiry(expiry)}` };
}

interface Expiring {
  readonly role: keyof typeof owners;
  /** The VEN whose it is. */
  readonly venId?: string | undefined;
  readonly subject: string;
  readonly expiry: Expiry;
}

const owners = { own: "own", vtn: "the VTN's", ven: "a VEN's", authority: "a CA's" } as const;

/** The warning that a revocation list is about to be over. */
export function sayListExpiring({ issuer, expiry }: { readonly issuer: string; readonly expiry: Expiry }): Line {
  return { what: "revocation list ends", about: `that of ${issuer}: ${sayExpiry(expiry)}` };
}
