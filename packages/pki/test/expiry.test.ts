import assert from "node:assert/strict";
import { hours } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { createCa, expiryOf, generateCertificates, watchExpiry } from "../src/index.ts";

const days = (count: number) => hours(24 * count);
const start = new Date("2026-01-01T00:00:00Z");

describe("expiryOf", () => {
  const validity = { notBefore: start, notAfter: new Date(start.getTime() + days(100)) };

  for (const [atDay, expected] of [
    [-0.1, { state: "notYetValid" }],
    [0, { state: "valid", daysLeft: 100 }],
    [39.9, { state: "valid", daysLeft: 60 }],
    [40, { state: "expiresSoon", within: 60, daysLeft: 60 }],
    [69.9, { state: "expiresSoon", within: 60, daysLeft: 30 }],
    [70, { state: "expiresSoon", within: 30, daysLeft: 30 }],
    [93, { state: "expiresSoon", within: 7, daysLeft: 7 }],
    [100, { state: "expiresSoon", within: 7, daysLeft: 0 }],
    [100.1, { state: "expired" }],
  ] as const) {
    it(`says ${expected.state} on day ${atDay} of 100`, () => {
      assert.deepEqual(expiryOf(validity, new Date(start.getTime() + atDay * days(1))), expected);
    });
  }
});

function onExpiry(): void {
  throw new Error("listener");
}

describe("watchExpiry", () => {
  it("tells of a certificate 60, 30 and 7 days ahead and when it is over, once each", async () => {
    const clock = new ManualClock(start);
    const ca = await createCa({ commonName: "CA", clock });
    const { certificate } = await generateCertificates("ven-1", { ca, clock, validity: days(90) });
    const told: string[] = [];
    const stop = new AbortController();
    const watch = watchExpiry({
      certificates: () => [certificate, ca.certificate, certificate],
      onExpiry: ({ subject }, expiry) => {
        const day = Math.floor((clock.now().getTime() - start.getTime()) / days(1));
        told.push(`${day}: ${subject} ${expiry.state} ${"within" in expiry ? expiry.within : ""}`.trim());
      },
      signal: stop.signal,
      interval: hours(12),
      clock,
    });

    await clock.advance(days(95));
    stop.abort();
    await watch;

    assert.deepEqual(told, [
      "30: CN=ven-1 expiresSoon 60",
      "60: CN=ven-1 expiresSoon 30",
      "83: CN=ven-1 expiresSoon 7",
      "90: CN=ven-1 expired",
    ]);
    assert.equal(clock.sleepers, 0);
  });

  it("follows certificates as they are replaced", async () => {
    const clock = new ManualClock(start);
    const ca = await createCa({ commonName: "CA", clock });
    let current = (await generateCertificates("ven-1", { ca, clock, validity: days(20) })).certificate;
    const told: number[] = [];
    const stop = new AbortController();
    const watch = watchExpiry({
      certificates: () => [current],
      onExpiry: (_certificate, expiry) => told.push("daysLeft" in expiry ? expiry.daysLeft : -1),
      signal: stop.signal,
      clock,
    });
    await clock.settle();

    current = (await generateCertificates("ven-1", { ca, clock, validity: days(400) })).certificate;
    await clock.advance(days(50));
    stop.abort();
    await watch;

    assert.deepEqual(told, [20]);
  });

  it("ends with the listener's error, and refuses an interval that is none", async () => {
    const clock = new ManualClock("2040-01-01T00:00:00Z");
    const { certificate } = await createCa({ commonName: "CA", clock: new ManualClock(start) });
    const { signal } = new AbortController();

    await assert.rejects(watchExpiry({ certificates: () => [certificate], onExpiry, signal, clock }), {
      message: "listener",
    });
    await assert.rejects(
      watchExpiry({ certificates: () => [], onExpiry, signal, clock, interval: hours(0) }),
      RangeError,
    );
  });
});
