import type { Expiry } from "@openleadr/pki";
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
