import { Ven } from "@openleadr/ven";
import { cpuNanoseconds } from "../cpu.js";
import { isQuick } from "../quick.js";

const most = isQuick ? 500 : 5000;
const few = isQuick ? 50 : 500;

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "offer 5,000 data points, against 500",
  unit: "CPU ns/point",
  better: "lower",
  target: 1.5,
  variants: { ours: () => perPoint(most), reference: () => perPoint(few) },
};

/**
 * Nanoseconds of a processor for each data point that one VEN offers, all of them alike.
 *
 * @param {number} count
 */
function perPoint(count) {
  for (let each = 0; each < 4 * (most / few); each++) offer(few);
  let spent = 0;
  for (let each = 0; each < most / count; each++) spent += offer(count);
  return spent / most;
}

/** @param {number} count */
function offer(count) {
  const ven = new Ven({ vtnUrl: "http://127.0.0.1", venName: "bench" });
  const start = cpuNanoseconds();
  for (let each = 0; each < count; each++)
    ven.addReport({ resourceId: "meter", measurement: "POWER_REAL", collect: () => 1 });
  return cpuNanoseconds() - start;
}
