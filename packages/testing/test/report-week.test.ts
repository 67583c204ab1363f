import assert from "node:assert/strict";
import { hours, milliseconds, minutes, TransportError, type Duration } from "@openleadr/protocol";
import { inMemoryTransport, type Transport } from "@openleadr/transport";
import { Ven, type ReportOptions, type VenStatus } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import fc from "fast-check";
import { describe, it } from "vitest";
import { ManualClock } from "../src/index.ts";

const begin = Date.UTC(2026, 0, 1);
const week = hours(7 * 24);

/** A time in which the VTN cannot be reached, or hears and cannot be heard. */
interface Outage {
  readonly start: number;
  readonly length: Duration;
  readonly isAnswerLost: boolean;
}

const outages: fc.Arbitrary<Outage[]> = fc.array(
  fc.record({
    start: fc.integer({ min: 60, max: 7 * 24 * 60 }).map((minute) => begin + minutes(minute)),
    length: fc.integer({ min: 1, max: 20 * 60 }).map(minutes),
    isAnswerLost: fc.boolean(),
  }),
  { maxLength: 12 },
);

/** What is reported, and how it is asked for. */
const reports = {
  metered: { granularity: minutes(15), back: hours(1) },
  logged: { granularity: minutes(10), back: minutes(30) },
  state: { granularity: minutes(30), back: minutes(30) },
  odd: { granularity: minutes(7), back: minutes(49) },
} as const;
type ReportId = keyof typeof reports;

/** The value of a reading tells when it is of. */
const valueAt = (dtstart: Date): number => (dtstart.getTime() - begin) / minutes(1);

const points: readonly ReportOptions[] = [
  { reportSpecifierId: "metered", rId: "a", measurement: "ENERGY_REAL", collect: ({ dtstart }) => valueAt(dtstart) },
  { reportSpecifierId: "metered", rId: "b", measurement: "POWER_REAL", collect: ({ dtstart }) => -valueAt(dtstart) },
  {
    reportSpecifierId: "logged",
    rId: "a",
    measurement: "ENERGY_REAL",
    collectSpan({ from, to }) {
      const length = (to.getTime() - from.getTime()) / minutes(10);
      const startOf = (index: number): Date => new Date(from.getTime() + index * minutes(10));
      return Array.from({ length }, (_, index) => ({ dtstart: startOf(index), value: valueAt(startOf(index)) }));
    },
  },
  {
    reportName: "TELEMETRY_STATUS",
    reportSpecifierId: "state",
    rId: "a",
    collect: () => ({ online: true, manualOverride: false }),
  },
  { reportName: "x-ODD", reportSpecifierId: "odd", rId: "a", collect: ({ dtstart }) => valueAt(dtstart) },
];

/** A transport with outages. */
function failing(transport: Transport, clock: ManualClock, times: readonly Outage[]): Transport {
  return async (service, xml, signal) => {
    const now = clock.now().getTime();
    const outage = times.find(({ start, length }) => now >= start && now < start + length);
    if (outage?.isAnswerLost === false) throw new TransportError("the VTN is away");
    const answer = await transport(service, xml, signal);
    if (outage !== undefined) throw new TransportError("the answer was lost");
    return answer;
  };
}

/** A week of reports, and a day more for what is late: what reached the VTN first, in order, by report and data point. */
async function reportedIn(times: readonly Outage[]) {
  const clock = new ManualClock(new Date(begin));
  const first = new Map<string, { dtstart: number; value: unknown }[]>();
  const changed: string[] = [];
  const statuses: VenStatus[] = [];
  const vtn = new Vtn({
    vtnId: "vtn",
    listen: false,
    clock,
    pollFrequency: minutes(15),
    onCreatePartyRegistration: () => true,
    onRegisterReport({ reportSpecifierId }) {
      const { granularity, back } = reports[reportSpecifierId as ReportId];
      const reportInterval = { dtstart: new Date(begin), duration: week };
      return { granularity, reportBackDuration: back, reportInterval };
    },
    onUpdateReport({ reportSpecifierId, readings }) {
      for (const { rId, dtstart, value } of readings) {
        const key = `${reportSpecifierId}/${rId}`;
        const known = first.get(key) ?? [];
        first.set(key, known);
        const same = known.find((reading) => reading.dtstart === dtstart.getTime());
        if (same === undefined) known.push({ dtstart: dtstart.getTime(), value });
        else if (JSON.stringify(same.value) !== JSON.stringify(value)) changed.push(`${key} ${dtstart.toISOString()}`);
      }
    },
  });
  await vtn.start();
  const ven = new Ven({
    transport: failing(inMemoryTransport(vtn.handler), clock, times),
    venName: "a VEN",
    clock,
    random: () => 0.5,
    onStatus: (status) => void statuses.push(status),
  });
  for (const point of points) ven.addReport(point);
  await ven.start();
  await clock.advance(milliseconds(week + hours(24)));
  const left = ven.reportRequests.length;
  await ven.stop();
  await vtn.stop();
  return { first, changed, statuses, left };
}

describe("a week of reports from a VEN to a VTN", () => {
  it("rules 317, 346: loses nothing, sends nothing twice in effect, and keeps the order, whatever fails", async () => {
    const property = fc.asyncProperty(outages, async (times) => {
      const { first, changed, statuses, left } = await reportedIn(times);

      for (const [key, readings] of first) {
        const { granularity } = reports[key.split("/")[0] as ReportId];
        const expected = Array.from(
          { length: Math.floor(week / granularity) },
          (_, index) => begin + index * granularity,
        );
        const starts = readings.map(({ dtstart }) => dtstart);
        assert.deepEqual(starts, expected, key);
        if (key.startsWith("state")) continue;
        const sign = key.endsWith("b") ? -1 : 1;
        assert.ok(
          readings.every(({ dtstart, value }) => value === (sign * (dtstart - begin)) / minutes(1)),
          key,
        );
      }
      assert.deepEqual([first.size, changed, left], [5, [], 0]);
      assert.equal(
        statuses.some(({ type }) => type === "reportDropped"),
        false,
      );
    });

    await fc.assert(property, { seed: 7, numRuns: 4, endOnFailure: true });
  }, 120_000);
});
