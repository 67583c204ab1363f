import { minutes, powerReal, seconds, type OadrReport, type ReportInterval } from "@openleadr/protocol";
import { noon } from "./open-vtn.ts";

/** What a VEN offers: usage in kilowatts, at the data points named. */
export function anOffer(reportSpecifierId = "usage", rIds: readonly string[] = ["oven", "fridge"]): OadrReport {
  return {
    duration: minutes(60),
    reportDescriptions: rIds.map((rId) => ({
      rId,
      reportType: "usage",
      measurement: powerReal({ scale: "k" }),
      readingType: "Direct Read",
      samplingRate: { minPeriod: seconds(10), maxPeriod: minutes(60), onChange: false },
    })),
    reportRequestId: "0",
    reportSpecifierId,
    reportName: "METADATA_TELEMETRY_USAGE",
    createdDateTime: noon,
  };
}

/** What a VEN offers of the state of its resources. */
export function aStatusOffer(): OadrReport {
  const [description] = anOffer("status", ["oven"]).reportDescriptions;
  return {
    ...anOffer("status"),
    reportName: "METADATA_TELEMETRY_STATUS",
    reportDescriptions: [
      {
        rId: "oven",
        reportType: "x-resourceStatus",
        readingType: "x-notApplicable",
        ...(description?.samplingRate && { samplingRate: description.samplingRate }),
      },
    ],
  };
}

/** What a VEN offers of the past, which it keeps for an hour. */
export function aHistoryOffer(): OadrReport {
  return { ...anOffer("history"), reportName: "METADATA_HISTORY_USAGE" };
}

/** Data that a VEN sends, from noon on. */
export function someData(
  reportRequestId: string,
  intervals: readonly ReportInterval[],
  given: Partial<OadrReport> = {},
): OadrReport {
  return {
    dtstart: noon,
    intervals,
    reportDescriptions: [],
    reportRequestId,
    reportSpecifierId: "usage",
    reportName: "TELEMETRY_USAGE",
    createdDateTime: noon,
    ...given,
  };
}

/** The payload of one reading. */
export function reading(rId: string, value: number) {
  return { kind: "reportPayload", rId, value } as const;
}
