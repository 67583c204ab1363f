import { milliseconds, systemClock } from "@openleadr/protocol";

/**
 * A clock that runs so many times as fast as the machine's, on the machine's own timers.
 *
 * @param {number} speed
 * @returns {import("@openleadr/protocol").Clock}
 */
export function fastClock(speed) {
  const start = Date.now();
  return {
    now: () => new Date(start + (Date.now() - start) * speed),
    sleep: async (span, signal) => systemClock.sleep(milliseconds(Math.ceil(span / speed)), signal),
  };
}
