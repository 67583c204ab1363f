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

/** The warning that a certificate of ours is about to end. */
export function sayExpiring({ subject, expiry }: { readonly subject: string; readonly expiry: Expiry }): Line {
  return { what: "certificate expires", about: `${subject}: ${sayExpiry(expiry)}` };
}
