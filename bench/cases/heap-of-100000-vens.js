import { heapPerIdleVen, manyVens } from "../vtn-at-scale.js";

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "VTN: heap per idle VEN of 100,000, against 5 KB",
  unit: "bytes",
  better: "lower",
  target: 1,
  variants: { ours: () => heapPerIdleVen(manyVens), reference: () => 5000 },
};
