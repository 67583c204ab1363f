import { poll } from "../documents.js";
import { requestsPerCpuSecond } from "../http.js";
import { createMutualTls } from "../mutual-tls.js";

const load = { path: "/OpenADR2/Simple/2.0b/OadrPoll", bodies: [poll], connections: 16 };

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "poll over mutual TLS",
  unit: "requests/CPU s",
  better: "higher",
  target: 0.6,
  variants: {
    ours: async () => requestsPerCpuSecond({ ...load, server: "vtn-over-tls", tls: await createMutualTls() }),
    reference: async () => requestsPerCpuSecond({ ...load, server: "bare-https", tls: await createMutualTls() }),
  },
};
