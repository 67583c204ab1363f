import {
  METADATA,
  milliseconds,
  seconds,
  type OadrReport,
  type ReportDescription,
  type ReportRequest,
} from "@openleadr/protocol";
import type { ReportSelection, VtnReportRequest } from "./vtn-report-options.ts";

/** A request for some of what a report offers. Throws `RangeError` for data points that it does not. */
export function requestFor(
  { reportSpecifierId, reportDescriptions }: Pick<OadrReport, "reportSpecifierId" | "reportDescriptions">,
  selection: ReportSelection,
  { reportRequestId, now }: { readonly reportRequestId: string; readonly now: Date },
): ReportRequest {
  const { granularity = seconds(0), reportBackDuration = granularity } = selection;
  const always = { dtstart: now, duration: milliseconds(0) };
  const { reportInterval = reportBackDuration > 0 ? always : undefined } = selection;
  const [first, ...rest] = rIdsOf(reportDescriptions, selection).map(
    (rId) => ({ rId, readingType: "x-notApplicable" }) as const,
  );
  if (first === undefined) throw new RangeError("rIds: expected at least one, got none");
  return {
    reportRequestId,
    reportSpecifier: {
      reportSpecifierId,
      granularity,
      reportBackDuration,
      ...(reportInterval !== undefined && { reportInterval }),
      specifierPayloads: [first, ...rest],
    },
  };
}

/** What asks for all that the VTN offers (rules 308, 327). */
export const metadataOffer = { reportSpecifierId: METADATA, reportDescriptions: [{ rId: "0" } as ReportDescription] };

/** A request as it is kept while it goes on. */
export function recordOf(
  { reportRequestId, reportSpecifier }: ReportRequest,
  offered: OadrReport | undefined,
): VtnReportRequest {
  const { reportSpecifierId, specifierPayloads, reportBackDuration } = reportSpecifier;
  const reportName = offered?.reportName?.replace(/^METADATA_/, "") as OadrReport["reportName"];
  return {
    reportRequestId,
    reportSpecifierId,
    rIds: specifierPayloads.map(({ rId }) => rId),
    ...(reportName !== undefined && { reportName }),
    state: "requested",
    isOnce: reportBackDuration === 0,
  };
}

function rIdsOf(descriptions: readonly ReportDescription[], { rIds }: ReportSelection): readonly string[] {
  const offered = descriptions.map(({ rId }) => rId);
  const unknown = rIds?.find((rId) => !offered.includes(rId));
  if (unknown !== undefined)
    throw new RangeError(`rIds: expected data points that are offered, got ${JSON.stringify(unknown)}`);
  return rIds ?? offered;
}
