import type { OadrReport, ReportRequest } from "@openleadr/protocol";

/** The part of a store that knows what VENs can report, and what was asked of them. */
export interface ReportStore {
  /** Replaces what a VEN can report, and all requests for its reports (rule 306). */
  putReports(venId: string, reports: readonly OadrReport[], requests: readonly ReportRequest[]): Promise<void>;
  reportRequest(venId: string, reportRequestId: string): Promise<ReportRequest | undefined>;
}
