import { heapPerVen } from "../many-vens.js";

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "VEN: heap per VEN of 1,000, against 30 KB",
  unit: "bytes",
  better: "lower",
  target: 1,
  variants: { ours: heapPerVen, reference: () => 30_000 },
};
