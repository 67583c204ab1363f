import type { Message } from "@openleadr/protocol";
import type { OfferedReport } from "../report/offered-report.ts";
import type { Reading } from "../report/reading.ts";
import type { RequestedReport } from "../report/requested-report.ts";

/** Which readings of a VEN are meant. */
export interface ReadingsQuery {
  readonly venId: string;
  /** @default those of all reports */
  readonly reportSpecifierId?: string | undefined;
  /** @default those of all data points */
  readonly rId?: string | undefined;
  /** The earliest start. @default the beginning of time */
  readonly from?: Date | undefined;
  /** No start is as late as this. @default the end of time */
  readonly to?: Date | undefined;
}

/** What happens together with a change of report requests, or not at all. */
export interface BesideReportRequests {
  /** The reportRequestIDs of requests to be forgotten. */
  readonly forgotten?: readonly string[];
  /** What the VEN is to be told of the change: goes to the end of its mailbox. */
  readonly message?: Message | undefined;
}

/** The part of a store that knows what VENs can report, what was asked of them, and their readings. */
export interface ReportStore {
  /** Replaces what a VEN can report, and all requests for its reports (rule 306). */
  putReports(venId: string, offers: readonly OfferedReport[], requests: readonly RequestedReport[]): Promise<void>;
  /** What a VEN can report, in its order. */
  offeredReports(venId: string): Promise<readonly OfferedReport[]>;
  /** The requests for a VEN's reports, in the order in which they were made. */
  reportRequests(venId: string): Promise<readonly RequestedReport[]>;
  reportRequest(venId: string, reportRequestId: string): Promise<RequestedReport | undefined>;
  /**
   * Keeps requests: new ones, which have the revision 0, and others in place of their last revision. Resolves with false,
   * and changes nothing, if there is one already, or another revision. With them it does what stands beside them.
   */
  putReportRequests(
    venId: string,
    requests: readonly RequestedReport[],
    beside?: BesideReportRequests,
  ): Promise<boolean>;
  /**
   * Keeps readings, each in place of the one of the same report, data point and start (rule 346). Which ones it forgets in
   * time is for the store to say.
   */
  putReadings(venId: string, readings: readonly Reading[]): Promise<void>;
  /** Readings by start within each data point; none for an unknown VEN. */
  readings(query: ReadingsQuery): Promise<readonly Reading[]>;
}
