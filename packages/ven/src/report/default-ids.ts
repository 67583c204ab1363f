import type { DataPoint } from "./data-point.ts";

/**
 * An ID for a report that the application gives none: its name. IDs are the same at each start of a program that offers the
 * same, so that what the VTN has requested before still fits.
 */
export function defaultReportSpecifierId(reportName: string, isTaken: (id: string) => boolean): string {
  return freeId(reportName, isTaken);
}

/** An ID for a data point that the application gives none, such as `meter-powerReal`. */
export function defaultRId(
  { reportName, description }: Pick<DataPoint, "reportName" | "description">,
  { resourceId, isTaken }: { readonly resourceId: string | undefined; readonly isTaken: (id: string) => boolean },
): string {
  const { measurement, reportType } = description;
  const what = reportName === "TELEMETRY_STATUS" ? "status" : (measurement?.name ?? reportType);
  return freeId(resourceId === undefined ? what : `${resourceId}-${what}`, isTaken);
}

function freeId(base: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(base)) return base;
  for (let number = 2; ; number++) if (!isTaken(`${base}-${number}`)) return `${base}-${number}`;
}
