import type { ReportInterval, ReportRequest, StreamPayload } from "@openleadr/protocol";

/** A VEN's request for one of the VTN's own reports, and how far it has got. */
export interface OwnReportRequest {
  readonly venId: string;
  /** Unique among all requests there have been; a reportRequestID may come again. */
  readonly recordId: string;
  /** 0 at first, and one more with each change. */
  readonly version: number;
  readonly request: ReportRequest;
  /** When the VTN took it, which is when it begins unless it says so itself. */
  readonly takenAt: Date;
  /** When there is something to do for it next. */
  readonly dueAt: Date;
  /** When it is sampled next; absent where it is not any more. */
  readonly sampleAt?: Date;
  /** When a report is sent next; absent after the last one. */
  readonly reportAt?: Date;
  /** Data to be sent with the next report. */
  readonly intervals: readonly ReportInterval[];
  /** The values sampled last, to tell whether they change (rule 317). */
  readonly lastPayloads?: readonly StreamPayload[];
  /** What was sent last and the VEN has not answered. */
  readonly unanswered?: { readonly requestIds: readonly string[]; readonly sentAt: Date };
  /** One more report is to follow, and no other (rule 345). */
  readonly isEnding?: true;
}

/** What there is to do for the VTN's own reports. */
export interface DueOwnReports {
  /** The requests that are due, the first due first. */
  readonly due: readonly OwnReportRequest[];
  /** When the next of the others is due; undefined if there is none. */
  readonly nextAt: Date | undefined;
}

/** The part of a store that knows which reports VENs have asked the VTN for. */
export interface OwnReportStore {
  /** The requests of a VEN, or of all VENs, each VEN's in the order in which they were added. */
  ownReportRequests(venId?: string): Promise<readonly OwnReportRequest[]>;
  /** The requests of all VENs that are due at `now`, and when the next one is. */
  dueOwnReportRequests(now: Date): Promise<DueOwnReports>;
  /** Keeps a new request. */
  addOwnReportRequest(request: OwnReportRequest): Promise<void>;
  /**
   * Keeps a request in place of its version before. Resolves with false, and changes nothing, if that is not there any
   * more.
   */
  replaceOwnReportRequest(request: OwnReportRequest): Promise<boolean>;
  /** Erases those requests of a VEN that have one of the recordIDs. */
  eraseOwnReportRequests(venId: string, recordIds: readonly string[]): Promise<void>;
}
