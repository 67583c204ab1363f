import { creationPerVen, fewVens, manyVens } from "../vtn-at-scale.js";

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "create an event for 100,000 VENs, against 1,000",
  unit: "CPU ns/VEN",
  better: "lower",
  target: 1.5,
  variants: { ours: () => creationPerVen(manyVens), reference: () => creationPerVen(fewVens) },
};
