// A report of 100 readings as it comes in at a VTN: read, checked, handed to the handler, kept in memory, acknowledged.
import { parseWithBareSaxes } from "../codec.js";
import { registerReport, registration, updateReport } from "../documents.js";
import { nanosecondsPerAwaitedCall } from "../timing.js";

const bytes = Buffer.from(updateReport);

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "receive update report",
  unit: "ns/report",
  better: "lower",
  target: 3,
  variants: { ours: receive, reference: () => parseWithBareSaxes(bytes) },
};

async function receive() {
  const { minutes, Vtn } = await import("@openleadr/vtn");
  let readings = 0;
  const vtn = new Vtn({
    vtnId: "vtn-1",
    listen: false,
    // The document names the request so.
    newId: () => "request-1",
    onCreatePartyRegistration: () => ({ venId: "ven-1" }),
    onRegisterReport: () => ({ granularity: minutes(1), reportBackDuration: minutes(100) }),
    onUpdateReport: (update) => void (readings += update.readings.length),
  });
  await vtn.start();
  const { signal } = new AbortController();
  const from = { peer: { address: "127.0.0.1" }, headers: {}, signal };
  await vtn.handler({ ...from, service: "EiRegisterParty", body: Buffer.from(registration) });
  await vtn.handler({ ...from, service: "EiReport", body: Buffer.from(registerReport) });
  const call = async () => vtn.handler({ ...from, service: "EiReport", body: bytes });
  const answer = await call();
  const kept = await vtn.reports.readings({ venId: "ven-1" });
  if (readings !== 100 || kept.length !== 100) throw new Error(`expected 100 readings, got ${readings}: ${answer}`);
  const figure = await nanosecondsPerAwaitedCall(call);
  await vtn.stop();
  return figure;
}
