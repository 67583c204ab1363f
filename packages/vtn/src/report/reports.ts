import type { OfferedReport } from "./offered-report.ts";
import type { Reading } from "./reading.ts";
import type { CancelReportOptions } from "./report-requests.ts";
import type { ReportRule } from "./report-rules.ts";
import type { ReportOrder } from "./report-selection.ts";
import type { RequestedReport } from "./requested-report.ts";
import type { ReadingsQuery } from "../store/report-store.ts";

/**
 * The reports of the VENs: what they offer, what was asked of them, and what they sent.
 *
 * @see OpenADR 2.0b, §8.3
 */
export interface Reports {
  /** What a VEN can report, as it last said; empty for an unknown VEN. */
  offered(venId: string): Promise<readonly OfferedReport[]>;
  /**
   * Asks a VEN for reports, in one message with its next poll; resolves with the requests.
   *
   * Rejects, before anything is stored or sent, with {@link RuleViolationError} for what the VEN does not offer or a rule
   * forbids (rules 300, 308, 312, 317, 324, 325, 338, 340), and with `RangeError` for a VEN that is not registered.
   */
  request(venId: string, orders: ReportOrder | readonly ReportOrder[]): Promise<readonly RequestedReport[]>;
  /**
   * Ends reports, with the VEN's next poll or next data. Data that come all the same are taken, and the VEN is told again
   * (rule 335). Rejects with {@link InvalidIdError} if one of them is no request of that VEN that is still open, and then
   * ends none.
   */
  cancel(venId: string, reportRequestIds: readonly string[], options?: CancelReportOptions): Promise<void>;
  /**
   * What was asked of a VEN since it last offered its reports (rule 306), in that order, and how far it has got. Of those
   * that have come to an end, the last 100.
   */
  requests(venId: string): Promise<readonly RequestedReport[]>;
  /**
   * Has all VENs asked for reports, those that are registered and those to come; see {@link ReportRule}. A VEN that offers
   * them otherwise than the rule demands is not asked, which the status `reportRuleFailed` tells. Throws `RangeError` for a
   * name that is taken. Rules live as long as this VTN; those of the option `reportRules` are there from the start.
   */
  addRule(rule: ReportRule): Promise<void>;
  /** Takes a rule back, and ends the reports it asked for. Does nothing for an unknown name. */
  removeRule(name: string, options?: CancelReportOptions): Promise<void>;
  /**
   * The readings that are kept, by start within each data point: from `from` up to, and without, `to`. Empty for an unknown
   * VEN, and with the option `keepReadings: false`. A new registration erases them, as all that is known of a VEN (rule 406).
   */
  readings(query: ReadingsQuery): Promise<readonly Reading[]>;
}
