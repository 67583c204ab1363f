import { nanosecondsPerCall } from "../timing.js";
import { busyVen } from "../busy-ven.js";

const events = 100;

/** @type {import("../types.d.ts").Benchmark} */
export const benchmark = {
  name: "signalAt with 100 events",
  unit: "ns/call",
  better: "lower",
  target: 20,
  variants: {
    async ours() {
      const { ven, at } = await busyVen(events);
      const figure = nanosecondsPerCall(() => ven.signalAt(at, { resourceId: "boiler", signalName: "SIMPLE" }));
      await ven.stop();
      return figure;
    },
    async reference() {
      const { ven, at } = await busyVen(events);
      const plain = ven.events.map(({ eventDescriptor, activePeriod, signals }) => ({
        from: activePeriod.dtstart.getTime(),
        until: activePeriod.dtstart.getTime() + activePeriod.duration,
        priority: eventDescriptor.priority ?? 0,
        value: signals[0]?.intervals[0]?.value,
      }));
      const now = at.getTime();
      const figure = nanosecondsPerCall(() => mostImportant(plain, now));
      await ven.stop();
      return figure;
    },
  },
};

/**
 * A bare loop over the events.
 *
 * @param {readonly { from: number, until: number, priority: number, value: number | undefined }[]} events
 * @param {number} now
 */
function mostImportant(events, now) {
  let best;
  for (const event of events) {
    if (now < event.from || now >= event.until) continue;
    if (best === undefined || event.priority < best.priority) best = event;
  }
  return best?.value;
}
