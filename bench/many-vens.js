// Many VENs in this process, each with a connection of its own, and a VTN in another process.
import { startServer } from "./child-server.js";
import { cpuNanoseconds } from "./cpu.js";
import { pollOf } from "./documents.js";
import { heapInUse } from "./heap.js";
import { isQuick } from "./quick.js";

/** @import { VenOptions } from "@openleadr/ven" */

export const venCount = isQuick ? 50 : 1000;
/** So many times as fast as it would be go the polls of every 10 s: 1,000 a second. */
const speed = 10;
const pollIntervalMs = 10_000 / speed;
const warmUpMs = isQuick ? 200 : 4000;
const measureMs = isQuick ? 1500 : 8000;
const path = "/OpenADR2/Simple/2.0b";

/** Nanoseconds of a processor for each poll of many VENs. */
export async function cpuPerPoll() {
  const { port, stop } = await startServer("vtn-for-all");
  try {
    const { fastClock } = await import("./fast-clock.js");
    const count = { polls: 0, failures: 0 };
    const onStatus = (/** @type {{ type: string }} */ { type }) => {
      if (type === "polled") count.polls++;
      else if (type === "pollFailed") count.failures++;
    };
    const vens = await startVens(venCount, { port, clock: fastClock(speed), onStatus });
    const figure = await costOf(() => count.polls);
    if (count.failures > 0) throw new Error(`expected no poll to fail, got ${count.failures}`);
    await Promise.all(vens.map(async (ven) => ven.stop()));
    return figure;
  } finally {
    stop();
  }
}

/** The same for bare undici that posts the same bytes, as often, over as many connections. */
export async function cpuPerBarePost() {
  const { port, stop } = await startServer("vtn-of-10000-vens");
  try {
    const { Pool } = await import("undici");
    const headers = { "content-type": "application/xml", accept: "application/xml" };
    let posts = 0;
    const sending = { isOver: false };
    const senders = Array.from({ length: venCount }, async (_, index) => {
      const pool = new Pool(`http://127.0.0.1:${port}`);
      const body = pollOf(`ven-${index}`);
      await pause((index / venCount) * pollIntervalMs);
      while (!sending.isOver) {
        const answer = await pool.request({ path: `${path}/OadrPoll`, method: "POST", headers, body });
        const text = await answer.body.text();
        if (!text.includes("<oadr:oadrResponse ")) throw new Error(`expected oadrResponse, got ${text}`);
        posts++;
        await pause(pollIntervalMs);
      }
      await pool.close();
    });
    const figure = await costOf(() => posts);
    sending.isOver = true;
    await Promise.all(senders);
    return figure;
  } finally {
    stop();
  }
}

/** Bytes of heap for each of many VENs that are registered and poll, their connections included. */
export async function heapPerVen() {
  const { port, stop } = await startServer("vtn-for-all");
  try {
    // What is there once, however many VENs there are, is there with the first ones.
    const first = await startVens(20, { port });
    const before = await heapInUse();
    const vens = await startVens(venCount, { port });
    const figure = ((await heapInUse()) - before) / venCount;
    await Promise.all([...first, ...vens].map(async (ven) => ven.stop()));
    return figure;
  } finally {
    stop();
  }
}

/**
 * VENs that are registered with the VTN at that port and poll, evenly spread over the time between two polls.
 *
 * @param {number} count
 * @param {{ port: number } & Pick<VenOptions, "clock" | "onStatus">} options
 */
async function startVens(count, { port, ...options }) {
  const { Ven } = await import("@openleadr/ven");
  const vtnUrl = `http://127.0.0.1:${port}${path}`;
  const starts = Array.from({ length: count }, async (_, index) => {
    const ven = new Ven({ venName: `the VEN ${index}`, vtnUrl, onEvent: () => "optIn", ...options });
    await pause((index / count) * pollIntervalMs);
    await ven.start();
    return ven;
  });
  return Promise.all(starts);
}

/**
 * What one of the things that `count` counts costs this process, in nanoseconds of a processor.
 *
 * @param {() => number} count
 */
async function costOf(count) {
  await pause(warmUpMs);
  const [start, before] = [cpuNanoseconds(), count()];
  await pause(measureMs);
  const counted = count() - before;
  if (counted === 0) throw new Error(`nothing was sent within ${measureMs} ms`);
  return (cpuNanoseconds() - start) / counted;
}

/** @param {number} ms */
async function pause(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
