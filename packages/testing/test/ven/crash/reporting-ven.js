// A VEN that reports what its meter counts, and that kills its own process when it gets to a certain point. It works on what
// was built. The meter counts minutes; its journal has a line for each value that is known to be stored.
import { hours, milliseconds, minutes, seconds } from "@openleadr/protocol";
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
 * @property {string} until what it shows at the end
 * @property {string} [dieOn] how the names of the points begin that count
 * @property {number} dieAt the number of the point to die at; 0 for none
 */
const orders = /** @type {Orders} */ (JSON.parse(process.argv[2] ?? ""));
const mortal = mortality(orders);
const { write, passing } = mortal;
const clock = new ManualClock(orders.from, { isBusy: mortal.isBusy });
const sqlite = new SqliteVenStore({ file: orders.file });
const http = httpTransport({ url: orders.url });

const ven = new Ven({
  venName: "a VEN",
  clock,
  handlerTimeout: false,
  transport: mortalTransport(http, mortal),
  store: mortalStore(sqlite, mortal),
  unsentReports: { storeWithin: seconds(0) },
  onRegisterReport: () => ({ granularity: minutes(1) }),
  onReport: ({ readings }) => {
    for (const { dtstart } of readings) write(`grid ${dtstart.toISOString()}`);
  },
});
ven.addReport({
  measurement: "ENERGY_REAL",
  reportSpecifierId: "usage",
  collect: ({ dtstart }) => passing("collect", async () => minuteOf(dtstart)),
});
const meter = ven.addReport({
  reportName: "HISTORY_USAGE",
  measurement: "ENERGY_REAL",
  reportSpecifierId: "log",
  duration: hours(24),
});

await ven.start();
await clock.settle();
const until = Date.parse(orders.until);
for (let at = Date.parse(orders.from); at <= until; at += minutes(1)) {
  const instant = new Date(at);
  write(`clock ${instant.toISOString()}`);
  await clock.advance(milliseconds(at - clock.now().getTime()));
  meter.record(minuteOf(instant), { at: instant });
  await meter.stored();
  write(`recorded ${instant.toISOString()}`);
}
await clock.advance(seconds(30));
await ven.stop();
await sqlite.close();
await http.close();
write("done");

/** @param {Date} instant */
function minuteOf(instant) {
  return instant.getTime() / minutes(1) - Date.UTC(2026, 0, 1) / minutes(1);
}
