import { fewVens, idlePoll, manyVens } from "../vtn-at-scale.js";

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "poll of 100,000 VENs in memory, against 1,000",
  unit: "CPU ns/poll",
  better: "lower",
  target: 1.5,
  variants: { ours: () => idlePoll(manyVens), reference: () => idlePoll(fewVens) },
};
