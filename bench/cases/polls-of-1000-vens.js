import { cpuPerBarePost, cpuPerPoll } from "../many-vens.js";

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "polls of 1,000 VENs in one process, against bare undici",
  unit: "CPU ns/poll",
  better: "lower",
  target: 3,
  variants: { ours: cpuPerPoll, reference: cpuPerBarePost },
};
