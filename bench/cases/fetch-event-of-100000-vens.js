import { fetchingPoll, fewVens, manyVens } from "../vtn-at-scale.js";

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "poll that fetches an event for 100,000 VENs, against 1,000",
  unit: "CPU ns/poll",
  better: "lower",
  target: 1.5,
  variants: { ours: () => fetchingPoll(manyVens), reference: () => fetchingPoll(fewVens) },
};
