// What a VTN in memory needs for each VEN, with many VENs and with few.
import { cpuNanoseconds } from "./cpu.js";
import { pollOf } from "./documents.js";
import { heapInUse } from "./heap.js";
import { isQuick } from "./quick.js";
import { storeOfVens } from "./registered-vens.js";

/** @import { Vtn } from "@openleadr/vtn" */

export const manyVens = isQuick ? 2000 : 100_000;
export const fewVens = isQuick ? 200 : 1000;
/** How often what is done for each of a few VENs is done before it is measured, lest the measure be of a cold engine. */
const warmUps = isQuick ? 1 : 30;

/**
 * Bytes of heap for each VEN that is registered and has polled.
 *
 * @param {number} count
 */
export async function heapPerIdleVen(count) {
  const warm = await vtnOfVens(fewVens);
  await pollAll(warm, fewVens);
  const before = await heapInUse();
  const vtn = await vtnOfVens(count);
  await pollAll(vtn, count);
  const perVen = ((await heapInUse()) - before) / count;
  // Until here, neither may be garbage.
  await Promise.all([warm.stop(), vtn.stop()]);
  return perVen;
}

/**
 * Nanoseconds of a processor for each VEN when a VTN of that many VENs creates an event for all of them.
 *
 * @param {number} count
 */
export async function creationPerVen(count) {
  for (let each = 0; each < warmUps; each++) await createEvent(fewVens);
  return meanOver(count, () => createEvent(count));
}

/**
 * Nanoseconds of a processor for one poll when that many VENs poll in turn and nothing waits for them.
 *
 * @param {number} count
 */
export async function idlePoll(count) {
  const warm = await vtnOfVens(fewVens);
  for (let each = 0; each < warmUps; each++) await pollAll(warm, fewVens);
  await warm.stop();
  const vtn = await vtnOfVens(count);
  // The first poll of a VEN makes it known to be online.
  await pollAll(vtn, count);
  const perPoll = await meanOver(count, () => pollAll(vtn, count));
  await vtn.stop();
  return perPoll;
}

/**
 * Nanoseconds of a processor for one poll when that many VENs fetch an event in turn that is for all of them.
 *
 * @param {number} count
 */
export async function fetchingPoll(count) {
  for (let each = 0; each < warmUps; each++) await fetchEvent(fewVens);
  return meanOver(count, () => fetchEvent(count));
}

/** @param {number} count */
async function createEvent(count) {
  const vtn = await vtnOfVens(count);
  const start = cpuNanoseconds();
  await vtn.events.create(await eventForAll());
  const spent = cpuNanoseconds() - start;
  await vtn.stop();
  return spent;
}

/** @param {number} count */
async function fetchEvent(count) {
  const vtn = await vtnOfVens(count);
  await vtn.events.create(await eventForAll());
  const spent = await pollAll(vtn, count, "oadrDistributeEvent");
  await vtn.stop();
  return spent;
}

/**
 * Does what costs so much for that many VENs until it is done for as many as the largest case has; the mean for one.
 *
 * @param {number} count
 * @param {() => Promise<number>} work
 */
async function meanOver(count, work) {
  let spent = 0;
  for (let vens = 0; vens < manyVens; vens += count) spent += await work();
  return spent / manyVens;
}

/**
 * Has all VENs poll in turn; what the VTN's part of it costs.
 *
 * @param {Vtn} vtn
 * @param {number} count
 */
async function pollAll(vtn, count, answer = "oadrResponse") {
  const { signal } = new AbortController();
  const from = { service: /** @type {const} */ ("OadrPoll"), peer: { address: "127.0.0.1" }, headers: {}, signal };
  let spent = 0;
  // As over a network, a request is made shortly before it is served, in the same way for few VENs and for many.
  for (let first = 0; first < count; first += fewVens) {
    const bodies = Array.from({ length: fewVens }, (_, index) => Buffer.from(pollOf(`ven-${first + index}`)));
    let last;
    const start = cpuNanoseconds();
    for (const body of bodies) last = await vtn.handler({ ...from, body });
    spent += cpuNanoseconds() - start;
    if (!last?.includes(`<oadr:${answer} `)) throw new Error(`expected ${answer}, got ${last}`);
  }
  return spent;
}

/** @param {number} count */
async function vtnOfVens(count) {
  const { Vtn } = await import("@openleadr/vtn");
  const store = await storeOfVens(count);
  const vtn = new Vtn({ vtnId: "vtn-1", onCreatePartyRegistration: () => false, listen: false, store });
  await vtn.start();
  return vtn;
}

async function eventForAll() {
  const { hours } = await import("@openleadr/vtn");
  return { dtstart: new Date(Date.now() + hours(1)), intervals: [{ duration: hours(1), value: 1 }] };
}
