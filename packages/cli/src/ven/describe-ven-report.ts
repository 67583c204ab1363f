import type { VenStatus } from "@openleadr/ven";
import type { Line } from "../journal/journal.ts";
import { count } from "../journal/say.ts";
import { sayFailure } from "../journal/say-failure.ts";

type ReportStatusType = Extract<VenStatus["type"], `report${string}` | `vtnReport${string}`>;

/** What happened to a report, of the VEN or for it, in words. */
export function describeVenReport(status: Extract<VenStatus, { readonly type: ReportStatusType }>): Line {
  switch (status.type) {
    case "reportsRegistered": {
      const { reports, requested } = status;
      return { what: "reports offered", about: `${count(reports, "report")}, ${requested} requested` };
    }
    case "reportRequested":
      return { what: "report requested", about: status.reportSpecifierId };
    case "reportSent":
      return { what: "report sent", about: count(status.intervals, "interval") };
    case "reportFailed":
      return { what: "report failed", about: sayFailure(status) };
    case "reportDropped":
      return { what: "report dropped", about: `${count(status.intervals, "interval")} that could not be sent` };
    case "reportEnded":
      return { what: "report ended", about: status.reportSpecifierId };
    case "vtnReportsOffered": {
      const { reports, requested } = status;
      return { what: "VTN's reports", about: `${count(reports, "report")}, ${requested} requested` };
    }
    case "vtnReportRequested":
      return { what: "VTN's report requested", about: status.reportSpecifierId };
    case "vtnReportReceived":
      return { what: "VTN's report received", about: count(status.readings, "reading") };
    case "vtnReportEnded": {
      const { reportRequestId, error } = status;
      return {
        what: "VTN's report ended",
        about: `${reportRequestId}${error === undefined ? "" : `: ${error.message}`}`,
      };
    }
  }
}
