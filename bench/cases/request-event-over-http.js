import { requestEvent } from "../documents.js";
import { requestsPerSecond } from "../http.js";

const load = { path: "/OpenADR2/Simple/2.0b/EiEvent", bodies: [requestEvent], connections: 16 };

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "oadrRequestEvent over HTTP, one event of 24 intervals",
  unit: "requests/s",
  better: "higher",
  target: 0.4,
  variants: {
    ours: () => requestsPerSecond({ ...load, server: "vtn-with-event" }),
    reference: () => requestsPerSecond({ ...load, server: "bare-http-event" }),
  },
};
