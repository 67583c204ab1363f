import { pollOf } from "../documents.js";
import { requestsPerSecond } from "../http.js";

const bodies = Array.from({ length: 10_000 }, (_, index) => pollOf(`ven-${index}`));
const load = { path: "/OpenADR2/Simple/2.0b/OadrPoll", bodies, connections: 16 };

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "poll of 10,000 VENs in turn",
  unit: "requests/s",
  better: "higher",
  target: 0.55,
  variants: {
    ours: () => requestsPerSecond({ ...load, server: "vtn-of-10000-vens" }),
    reference: () => requestsPerSecond({ ...load, server: "bare-http" }),
  },
};
