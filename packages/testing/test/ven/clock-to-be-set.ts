import type { Clock, Duration } from "@openleadr/protocol";
import { ManualClock } from "../../src/index.ts";

/** A clock that can be set, whatever sleeps on it; `manual` lets time pass. */
export function aClockToBeSet() {
  const manual = new ManualClock();
  let shift = 0;
  const clock: Clock = {
    now: () => new Date(manual.now().getTime() - shift),
    sleep: (span, signal) => manual.sleep(span, signal),
  };
  return {
    clock,
    manual,
    setBack: (span: Duration) => void (shift += span),
    setAhead: (span: Duration) => void (shift -= span),
  };
}
