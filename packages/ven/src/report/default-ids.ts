import type { DataPoint } from "./data-point.ts";

/**
 * An ID for a report that the application gives none: its name. IDs are the same at each start of a program that offers the
 * same, so that what the VTN has requested before still fits.
 */
export function defaultReportSpecifierId(reportName: string, isTaken: (id: string) => boolean): string {
  return freeId(reportName, { isTaken, tried: new Map() });
}

/** The IDs of a report's data points; what is taken remains so. */
export interface TakenIds {
  readonly isTaken: (id: string) => boolean;
  /** Up to which number IDs have been found taken, by what comes before the number. */
  readonly tried: Map<string, number>;
}

/** An ID for a data point that the application gives none, such as `meter-powerReal`. */
export function defaultRId(
  { reportName, description }: Pick<DataPoint, "reportName" | "description">,
  { resourceId, ids }: { readonly resourceId: string | undefined; readonly ids: TakenIds },
): string {
  const { measurement, reportType } = description;
  const what = reportName === "TELEMETRY_STATUS" ? "status" : (measurement?.name ?? reportType);
  return freeId(resourceId === undefined ? what : `${resourceId}-${what}`, ids);
}

function freeId(base: string, { isTaken, tried }: TakenIds): string {
  if (!isTaken(base)) return base;
  let number = tried.get(base) ?? 2;
  while (isTaken(`${base}-${number}`)) number++;
  tried.set(base, number);
  return `${base}-${number}`;
}
