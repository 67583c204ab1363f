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
// What one needs to describe reports, so that one package is enough.
export {
  currency,
  current,
  customUnit,
  duration,
  energyApparent,
  energyReactive,
  energyReal,
  frequency,
  hours,
  minutes,
  powerApparent,
  powerReactive,
  powerReal,
  pulseCount,
  seconds,
  temperature,
  therm,
  voltage,
} from "@openleadr/protocol";
export type { Duration, OadrEvent } from "@openleadr/protocol";
