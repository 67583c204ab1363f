// A VTN in memory that lets every VEN in, has them poll every so many seconds, and has one event for all of them:
// node vtn-with-coming-event.js POLL-SECONDS START INTERVAL-SECONDS INTERVALS
import { seconds, Vtn } from "@openleadr/vtn";

const [pollSeconds, dtstart = "", intervalSeconds, count] = process.argv.slice(2);
const vtn = new Vtn({
  vtnId: "vtn-1",
  onCreatePartyRegistration: () => true,
  pollFrequency: seconds(Number(pollSeconds)),
  listen: { port: 0 },
});
await vtn.start();
const duration = seconds(Number(intervalSeconds));
const intervals = Array.from({ length: Number(count) }, (_, index) => ({ duration, value: index % 4 }));
await vtn.events.create({ dtstart: new Date(dtstart), intervals });
process.send?.(Number(vtn.url?.port));
