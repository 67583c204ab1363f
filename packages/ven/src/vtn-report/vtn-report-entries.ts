import type { OadrReport, ReportRequest } from "@openleadr/protocol";
import type { EntryKind } from "../store/entry-kind.ts";
import { fromExactJson, toExactJson } from "../store/exact-json.ts";
import { requireShape } from "../store/shape.ts";
import type { VtnReportRequest } from "./vtn-report-options.ts";

/** What the VTN offers; without an ID. */
export const vtnOffersEntry: EntryKind<readonly OadrReport[]> = {
  kind: "vtn-reports",
  format: 1,
  toJson: toExactJson,
  fromJson(json) {
    const reports = fromExactJson(json) as readonly OadrReport[];
    if (!Array.isArray(reports)) throw new TypeError(`expected a list, got ${typeof json}`);
    for (const report of reports) requireShape(report, { reportSpecifierId: "text", reportDescriptions: "list" });
    return reports;
  },
};

/** A request for one of the VTN's reports, and how far it is. */
export interface KeptVtnRequest {
  readonly request: VtnReportRequest;
  /** Whether all has come, though some of it may come again. */
  readonly isDelivered: boolean;
  /** What is to be sent again after a crash, as the VTN may not have heard it. */
  readonly unheard?: ReportRequest;
}

/** Requests for the VTN's reports, by reportRequestID. */
export const vtnRequestEntry: EntryKind<KeptVtnRequest> = {
  kind: "vtn-report-request",
  format: 1,
  toJson: toExactJson,
  fromJson(json) {
    const kept = fromExactJson(json) as KeptVtnRequest;
    requireShape(kept, { request: "object", isDelivered: "flag" });
    requireShape(kept.request, {
      reportRequestId: "text",
      reportSpecifierId: "text",
      rIds: "list",
      state: "text",
      isOnce: "flag",
    });
    return kept;
  },
};
