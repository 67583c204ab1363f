export { HttpTraffic } from "./http-traffic.ts";
export { ManualClock } from "./manual-clock.ts";
export type { ManualClockOptions } from "./manual-clock.ts";
