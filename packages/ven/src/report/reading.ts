import type { ResourceStatus, StreamPayload } from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import { errorOf } from "../async/failure.ts";
import type { DataPoint, ReportOffer } from "./report-offer.ts";

/** One value of one data point. */
export type Reading = Extract<StreamPayload, { readonly kind: "reportPayload" }>;

/** Asks the application for one value; where it has none, a placeholder that says so (rule 318). */
export async function read(
  { rId, collect }: DataPoint,
  { reportName }: ReportOffer,
  { context, signal }: { readonly context: VenContext; readonly signal: AbortSignal },
): Promise<Reading> {
  const isStatus = reportName === "TELEMETRY_STATUS";
  try {
    const value: unknown = await context.ask<unknown>(collect, signal);
    if (!(isStatus ? isResourceStatus(value) : isReadable(value)))
      throw new TypeError(
        `collect: expected ${isStatus ? "the status of a resource" : "a number"}, got ${String(value)}`,
      );
    return { kind: "reportPayload", rId, value: value as number | ResourceStatus };
  } catch (error) {
    signal.throwIfAborted();
    context.options.logger.error({ handler: "collect", rId, error }, "handler failed");
    context.tell({ type: "handlerFailed", handler: "collect", error: errorOf(error) });
    const value = isStatus ? { online: false, manualOverride: false } : 0;
    return { kind: "reportPayload", rId, value, dataQuality: "Quality Bad - Non Specific" };
  }
}

function isReadable(value: unknown): boolean {
  return typeof value === "number" && !Number.isNaN(value);
}

function isResourceStatus(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { online, manualOverride } = value as Partial<Record<string, unknown>>;
  return typeof online === "boolean" && typeof manualOverride === "boolean";
}
