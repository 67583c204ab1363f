// A VEN that kills its own process when it gets to a certain point, without any notice, as a power cut would. It works on
// what was built. Its journal has one line for everything that its device is told, and for every step of its clock.
import { milliseconds } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { httpTransport } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { SqliteVenStore } from "@openleadr/ven/sqlite";
import { mortality, mortalStore, mortalTransport } from "./mortality.js";

/**
 * @typedef {object} Orders
 * @property {string} url where the VTN is
 * @property {string} file the store
 * @property {string} journal
 * @property {string} from what the clock shows at first
 * @property {readonly string[]} stops the instants at which it then stops
 * @property {number} random what chance says
 * @property {string} name what the answers to events say
 * @property {number} dieAt the number of the point to die at
 */
const orders = /** @type {Orders} */ (JSON.parse(process.argv[2] ?? ""));
const clock = new ManualClock(orders.from);
const mortal = mortality(orders);
const { write, passing } = mortal;

/** @param {string} line */
async function tellDevice(line) {
  write(line);
  await passing(line, async () => {});
}

const sqlite = new SqliteVenStore({ file: orders.file });
const http = httpTransport({ url: orders.url });
const answered = deferred();

const ven = new Ven({
  venName: "a VEN",
  clock,
  handlerTimeout: false,
  random: () => orders.random,
  transport: mortalTransport(http, mortal),
  store: mortalStore(sqlite, mortal),
  onStatus(status) {
    if (status.type === "registered" || status.type === "resumed") write(`${status.type} ${status.registrationId}`);
    if (status.type === "eventAnswered") answered.resolve();
  },
  async onEvent() {
    return passing("onEvent", async () => ({ optType: "optIn", responseDescription: orders.name }));
  },
  onEventStart: (_event, { start }) => tellDevice(`start ${start.toISOString()}`),
  onInterval: (_event, { signals }) => tellDevice(`interval ${signals[0]?.value}`),
  onEventEnd: (_event, { reason }) => tellDevice(`end ${reason}`),
});

await ven.start();
await answered.promise;
for (const stop of orders.stops) {
  write(`clock ${stop}`);
  await clock.advance(milliseconds(Math.max(0, Date.parse(stop) - clock.now().getTime())));
  await untilWritten();
}
await ven.stop();
await sqlite.close();
await http.close();
write("done");

/** Lets the disk catch up with the clock, which waits for nothing but promises. */
async function untilWritten() {
  for (let turn = 0; turn < 20; turn++) await clock.settle();
}

function deferred() {
  const happened = new AbortController();
  const promise = new Promise((resolve) => happened.signal.addEventListener("abort", resolve, { once: true }));
  return { promise, resolve: () => happened.abort() };
}
