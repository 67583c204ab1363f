import { isSuccess } from "@openleadr/protocol";
import type { VenStatus } from "@openleadr/ven";
import type { Line } from "../journal/journal.ts";
import { sayCode } from "../journal/say.ts";

type EventStatusType = Extract<VenStatus["type"], `event${string}`>;

/** What happened to an event of a VEN, in words. */
export function describeEvent(status: Extract<VenStatus, { readonly type: EventStatusType }>): Line {
  switch (status.type) {
    case "eventReceived": {
      const { eventId, modificationNumber, eventStatus } = status;
      const change = modificationNumber === 0 ? "" : `, change ${modificationNumber}`;
      return { what: "event received", about: `${eventId}, ${eventStatus}${change}` };
    }
    case "eventAnswered": {
      const { eventId, optType, responseCode } = status;
      const code = isSuccess(responseCode) ? "" : ` (${sayCode(responseCode)})`;
      return { what: "event answered", about: `${optType} for ${eventId}${code}` };
    }
    case "eventCancelled":
      return { what: "event cancelled", about: `${status.eventId}${status.implied ? ", sent no longer" : ""}` };
    case "eventRampUp":
      return { what: "event prepared", about: `${status.eventId}, until ${status.until.toISOString()}` };
    case "eventStarted":
      return { what: "event started", about: `${status.eventId}${sayResources(status.resources)}` };
    case "eventInterval": {
      const values = status.signals.map(({ signalName, value }) => `${signalName} ${value}`).join(", ");
      const end = status.until === undefined ? "" : `, until ${status.until.toISOString()}`;
      return { what: "event interval", about: `${status.eventId}: ${values}${end}` };
    }
    case "eventRecovery":
      return { what: "event recovery", about: `${status.eventId}, until ${status.until.toISOString()}` };
    case "eventEnded":
      return {
        what: status.isPart ? "event ended in part" : "event ended",
        about: `${status.eventId}, ${status.reason}${sayResources(status.resources)}`,
      };
  }
}

function sayResources(resources: readonly string[]): string {
  return resources.length === 0 ? "" : `, ${resources.join(", ")}`;
}
