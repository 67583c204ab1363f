// node bench/by-hand/polls-and-intervals.js [--vens 10000] [--poll-seconds 60] [--interval-seconds 60] [--minutes 10]
//
// Many VENs in this process poll a VTN in another one and act on an event, by the machine's clock. Prints how long it took
// from poll to poll, and how late the callbacks of the event's intervals were, which are due for all VENs at once. Fails
// if a poll failed or was missed: if a VEN was not answered for more than a poll interval and a half. Takes one poll
// interval more than `--minutes`, in which the VENs are started evenly, so that their polls are spread as evenly.
import "../../scripts/node-version.js";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { prepare } from "../../scripts/prepare.js";
import { startServer } from "../child-server.js";
import { cpuNanoseconds } from "../cpu.js";

const { values } = parseArgs({
  options: {
    vens: { type: "string", default: "10000" },
    "poll-seconds": { type: "string", default: "60" },
    "interval-seconds": { type: "string", default: "60" },
    minutes: { type: "string", default: "10" },
  },
});
const [venCount, pollMs, measureMs] = [positive("vens"), positive("poll-seconds") * 1000, positive("minutes") * 60_000];
const intervalMs = positive("interval-seconds") * 1000;

prepare();
const { Ven } = await import("@openleadr/ven");
const begin = Math.ceil((Date.now() + pollMs) / 1000) * 1000 + 5000;
const event = [pollMs / 1000, new Date(begin).toISOString(), intervalMs / 1000, Math.ceil(measureMs / intervalMs)];
const { port, stop } = await startServer("vtn-with-coming-event", event.map(String));
/** @type {{ gaps: number[], failures: string[], lateness: number[] }} */
const seen = { gaps: [], failures: [], lateness: [] };
/** @type {Map<string, number>} */
const lastPolls = new Map();
const vens = await startVens();
const [startedAt, cpuBefore, gapsBefore] = [Date.now(), cpuNanoseconds(), seen.gaps.length];
await until(begin + measureMs);
const end = Date.now();
const processors = (cpuNanoseconds() - cpuBefore) / 1e6 / (end - startedAt);
const gaps = seen.gaps.slice(gapsBefore);
const unfinished = [...lastPolls.values()].map((lastPoll) => end - lastPoll);
const late = [...seen.gaps, ...unfinished].filter((gap) => gap > 1.5 * pollMs).length;
const missed = late + venCount - lastPolls.size;
await Promise.all(vens.map(async (ven) => ven.stop()));
stop();

const load = loadavg().map((each) => each.toFixed(1));
console.log(
  `${venCount} VENs, ${gaps.length} polls in ${Math.round((end - startedAt) / 1000)} s; load ${load.join(" ")}`,
);
console.log(`polls missed: ${missed}; failures: ${seen.failures.length}`);
for (const failure of seen.failures.slice(0, 5)) console.log(`  ${failure}`);
console.log(`from poll to poll: ${summary(gaps)}`);
console.log(`interval callbacks: ${seen.lateness.length}, late by ${summary(seen.lateness)}`);
console.log(
  `processors in use by the VENs: ${processors.toFixed(2)}; resident ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
);
if (missed > 0 || seen.failures.length > 0) process.exitCode = 1;

async function startVens() {
  const spreadFrom = Date.now();
  const starts = Array.from({ length: venCount }, async (_, index) => {
    const venName = `the VEN ${index}`;
    await until(spreadFrom + (index / venCount) * pollMs);
    const ven = new Ven({
      venName,
      vtnUrl: `http://127.0.0.1:${port}`,
      onEvent: () => "optIn",
      onInterval: (_event, { from }) => void seen.lateness.push(Date.now() - from.getTime()),
      onStatus: (status) => {
        if (status.type === "polled") polled(venName);
        else if (status.type.endsWith("Failed"))
          seen.failures.push(`${venName}: ${"error" in status ? status.error.message : status.type}`);
      },
    });
    await ven.start();
    return ven;
  });
  return Promise.all(starts);
}

/** @param {string} venName */
function polled(venName) {
  const now = Date.now();
  const before = lastPolls.get(venName);
  // Polls in a row fetch what waits; only the time between two rows counts.
  if (before !== undefined && now - before > pollMs / 2) seen.gaps.push(now - before);
  lastPolls.set(venName, now);
}

/** @param {number[]} milliseconds */
function summary(milliseconds) {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return `median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms, most ${at(1)} ms`;
}

/** @param {"vens" | "poll-seconds" | "interval-seconds" | "minutes"} name */
function positive(name) {
  const value = Number(values[name]);
  if (value > 0) return value;
  throw new RangeError(`--${name}: expected a number above 0, got ${JSON.stringify(values[name])}`);
}

/** @param {number} instant */
async function until(instant) {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, instant - Date.now())));
}
