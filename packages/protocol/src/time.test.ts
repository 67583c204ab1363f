import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { describe, it } from "vitest";

import { duration, formatDuration, hours, milliseconds, minutes, parseDuration, seconds, systemClock } from "./time.ts";

const day = 86_400_000;
const longest = 9_007_199_254_740_000;

describe("parseDuration", () => {
  for (const [text, span] of [
    ["PT0S", 0],
    ["PT15M", 900_000],
    ["PT90S", 90_000],
    ["P1DT2H", day + 7_200_000],
    ["P1Y2M3DT4H5M6S", 365 * day + 60 * day + 3 * day + 4 * 3_600_000 + 5 * 60_000 + 6_000],
    ["P", 0],
    ["PT", 0],
    ["P1Y", 365 * day],
    ["P1M", 30 * day],
    ["PT1M", 60_000],
    ["P1M2M", 30 * day + 120_000],
    ["1W", 7 * day],
    ["P3H", 3 * 3_600_000],
    ["-PT5M", -300_000],
    ["+PT5M", 300_000],
    ["P007D", 7 * day],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseDuration(text), span));
  }

  it("reads minus nothing as nothing", () => assert.ok(Object.is(parseDuration("-PT0S"), 0)));

  for (const text of [
    "",
    "15M",
    "P1W",
    "-1W",
    "PT1.5S",
    "PTS",
    "P1D2H3",
    "P1S2M",
    "PT1M ",
    " PT1M",
    "pt1m",
    "P-1D",
    "PT1M\n",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }

  for (const text of ["P285617Y", `P${"9".repeat(400)}Y`, `PT${"9".repeat(30)}S`]) {
    it(`cuts ${text.slice(0, 12)} (${text.length} characters) to the longest span`, () => {
      assert.equal(parseDuration(text), longest);
      assert.equal(parseDuration(`-${text}`), -longest);
    });
  }
});

describe("formatDuration", () => {
  for (const [span, text] of [
    [0, "PT0S"],
    [-0, "PT0S"],
    [1_000, "PT1S"],
    [60_000, "PT1M"],
    [3_600_000, "PT1H"],
    [5_400_000, "PT1H30M"],
    [day, "P1D"],
    [30 * day, "P30D"],
    [day + 1_000, "P1DT1S"],
    [-300_000, "-PT5M"],
    [-day - 60_000, "-P1DT1M"],
  ] as const) {
    it(`writes ${span} ms as ${text}`, () => assert.equal(formatDuration(span), text));
  }

  for (const span of [1, 1_500, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 2 ** 60]) {
    it(`refuses ${span} ms, which no whole seconds make`, () => assert.equal(formatDuration(span), undefined));
  }

  for (const text of ["PT0S", "P1DT2H3M4S", "-P400D", `P${"9".repeat(30)}D`, "P1Y1M", "1W"]) {
    it(`writes what reads as ${text.slice(0, 12)} again`, () => {
      const span = duration(text);

      assert.equal(parseDuration(formatDuration(span) ?? ""), span);
    });
  }
});

describe("duration", () => {
  it("reads an ISO 8601 text", () => assert.equal(duration("PT15M"), 900_000));

  it("refuses other text and says which", () => {
    assert.throws(() => duration("15 min"), {
      name: "RangeError",
      message: 'expected a duration such as PT15M, got "15 min"',
    });
  });
});

describe("spans by unit", () => {
  for (const [what, span, expected] of [
    ["30 seconds", seconds(30), 30_000],
    ["1.5 minutes", minutes(1.5), 90_000],
    ["a third of an hour", hours(1 / 3), 1_200_000],
    ["0.57 seconds, which binary fractions miss", seconds(0.57), 570],
    ["1.005 seconds, which binary fractions miss", seconds(1.005), 1_005],
    ["-5 minutes", minutes(-5), -300_000],
    ["250 milliseconds", milliseconds(250), 250],
  ] as const) {
    it(`make ${what}`, () => assert.equal(span, expected));
  }

  for (const [what, make] of [
    ["half a millisecond", () => milliseconds(0.5)],
    ["a ten-thousandth of a second", () => seconds(0.0001)],
    ["1000.0001 seconds", () => seconds(1000.0001)],
    ["not a number", () => seconds(Number.NaN)],
    ["endless minutes", () => minutes(Number.POSITIVE_INFINITY)],
    ["more hours than a number can tell", () => hours(1e15)],
  ] as const) {
    it(`refuse ${what}`, () => assert.throws(make, RangeError));
  }
});

describe("systemClock", () => {
  it("tells the present instant", () => {
    const before = Date.now();

    const now = systemClock.now().getTime();

    assert.ok(before <= now && now <= Date.now());
  });

  it("sleeps for the span", async () => {
    const start = performance.now();

    await systemClock.sleep(milliseconds(20));

    // Node's timers may fire a fraction of a millisecond early.
    assert.ok(performance.now() - start >= 19);
  });

  for (const span of [0, -5]) {
    it(`returns from a sleep of ${span} ms`, async () => systemClock.sleep(milliseconds(span)));
  }

  it("rejects with the signal's reason when it aborts", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");

    const sleep = systemClock.sleep(hours(1), controller.signal);
    controller.abort(reason);

    await assert.rejects(sleep, (error) => error === reason);
  });

  it("rejects at once when the signal has aborted", async () => {
    const reason = new Error("enough");

    await assert.rejects(systemClock.sleep(hours(1), AbortSignal.abort(reason)), (error) => error === reason);
  });

  it("sleeps longer than one timer of Node can", async () => {
    const controller = new AbortController();
    let awake = false;

    const sleep = systemClock.sleep(hours(24 * 30), controller.signal).finally(() => (awake = true));
    await systemClock.sleep(milliseconds(20));
    const wokeEarly = awake;
    controller.abort(new Error("done"));

    await assert.rejects(sleep, { message: "done" });
    assert.equal(wokeEarly, false);
  });
});
