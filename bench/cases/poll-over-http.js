import { poll } from "../documents.js";
import { requestsPerSecond } from "../http.js";

const load = { path: "/OpenADR2/Simple/2.0b/OadrPoll", bodies: [poll], connections: 16 };

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "poll over HTTP",
  unit: "requests/s",
  better: "higher",
  target: 0.5,
  variants: {
    ours: () => requestsPerSecond({ ...load, server: "vtn" }),
    reference: () => requestsPerSecond({ ...load, server: "bare-http" }),
  },
};
