import {
  ComplianceError,
  InvalidIdError,
  NotRecognizedError,
  REPORT_NAME,
  ReportNotSupportedError,
  reportReadings,
  type OadrReport,
} from "@openleadr/protocol";
import type { VtnReportRequest, VtnReportUpdate } from "./vtn-report-options.ts";

/**
 * The data of a report that was requested. Throws a `RejectedError` with the code to refuse it by: 452 for a report or a
 * data point that was not requested, 461 for the name of another report, 453 for a name that nobody knows, 454 for times
 * that cannot be told.
 *
 * @see OpenADR 2.0b, rules 300, 304, 313–316
 */
export function updateOf(report: OadrReport, request: VtnReportRequest | undefined): VtnReportUpdate {
  const { reportRequestId, reportSpecifierId, reportName, createdDateTime } = report;
  if (request === undefined) throw new InvalidIdError(`no report was requested as ${JSON.stringify(reportRequestId)}`);
  if (request.reportSpecifierId !== reportSpecifierId)
    throw new InvalidIdError(`report ${JSON.stringify(reportSpecifierId)} was not requested as ${reportRequestId}`);
  requireName(reportName, request);
  if (report.intervals === undefined) throw new ComplianceError("expected intervals in a data report (rule 313)");
  const readings = reportReadings(report, request.rIds);
  const unknown = readings.find(({ rId }) => rId !== "" && !request.rIds.includes(rId));
  if (unknown !== undefined) throw new InvalidIdError(`data point ${JSON.stringify(unknown.rId)} was not requested`);
  return {
    reportRequestId,
    reportSpecifierId,
    ...(reportName !== undefined && { reportName }),
    createdDateTime,
    readings,
    report,
  };
}

function requireName(got: OadrReport["reportName"], { reportName }: VtnReportRequest): void {
  if (got === undefined || reportName === undefined || got === reportName) return;
  const what = `expected a ${reportName} report, got ${JSON.stringify(got)}`;
  if (Object.values<string>(REPORT_NAME).includes(got)) throw new ReportNotSupportedError(what);
  throw new NotRecognizedError(what);
}
