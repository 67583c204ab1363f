export { Ven } from "./ven.ts";
export type { WaitOptions } from "./ven.ts";
export type {
  HandlerContext,
  ReportIds,
  ReportOptions,
  StatusReportOptions,
  UsageMeasurement,
  UsageReportOptions,
  VenOptions,
  VtnAddress,
} from "./options.ts";
export type { Registration, VenState } from "./state.ts";
export type { VenStatus } from "./status.ts";
