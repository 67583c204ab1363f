import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { hours, minutes, seconds, type Duration } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { ManualClock } from "./index.ts";

describe("ManualClock", () => {
  it("stands still until it is advanced", async () => {
    const clock = new ManualClock("2026-03-01T12:00:00Z");

    await clock.advance(minutes(5));

    assert.equal(clock.now().toISOString(), "2026-03-01T12:05:00.000Z");
  });

  it("wakes sleepers in the order they are due, each at its instant", async () => {
    const clock = new ManualClock();
    const woken: string[] = [];
    const sleep = async (span: Duration, name: string) => {
      await clock.sleep(span);
      woken.push(`${name} ${clock.now().toISOString().slice(14, 19)}`);
    };
    const sleeping = [sleep(seconds(30), "late"), sleep(seconds(10), "early"), sleep(seconds(30), "last")];

    await clock.advance(seconds(30));
    await Promise.all(sleeping);

    assert.deepEqual(woken, ["early 00:10", "late 00:30", "last 00:30"]);
  });

  it("wakes those who fall asleep again while it is advanced", async () => {
    const clock = new ManualClock();
    let ticks = 0;
    const tick = async () => {
      for (;;) {
        await clock.sleep(minutes(1));
        ticks++;
      }
    };
    void tick();

    await clock.advance(hours(1));

    assert.equal(ticks, 60);
  });

  it("does not keep whoever sleeps for no time", async () => {
    const clock = new ManualClock();

    await clock.sleep(seconds(0));

    assert.equal(clock.sleepers, 0);
  });

  it("rejects with the signal's reason, and forgets the sleeper", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const reason = new Error("no time");
    const sleeping = clock.sleep(seconds(1), controller.signal);

    controller.abort(reason);

    await assert.rejects(sleeping, reason);
    await assert.rejects(clock.sleep(seconds(1), controller.signal), reason);
    assert.equal(clock.sleepers, 0);
  });

  it("advances to an instant, and never back", async () => {
    const clock = new ManualClock("2026-03-01T12:00:00Z");

    await clock.advanceTo(new Date("2026-03-01T13:00:00Z"));
    await clock.advanceTo(new Date("2026-03-01T11:00:00Z"));

    assert.equal(clock.now().toISOString(), "2026-03-01T13:00:00.000Z");
  });

  it("lets what is done in later turns of the event loop be done before time goes on", async () => {
    const clock = new ManualClock();
    let doneAt = "";
    const work = async () => {
      await clock.sleep(seconds(1));
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      doneAt = clock.now().toISOString();
    };
    const working = work();

    await clock.advance(seconds(2));
    await working;

    assert.equal(doneAt, "2026-01-01T00:00:01.000Z");
  });

  it("goes on beside another clock", async () => {
    const clocks = [new ManualClock(), new ManualClock()];

    await Promise.all(clocks.map((clock) => clock.advance(seconds(1))));

    assert.deepEqual(
      clocks.map((clock) => clock.now().getUTCSeconds()),
      [1, 1],
    );
  });

  it("stands still as long as it is told that something is under way", async () => {
    let isBusy = true;
    const clock = new ManualClock("2026-03-01T12:00:00Z", { isBusy: () => isBusy });
    const advancing = clock.advance(seconds(1));

    for (let turn = 0; turn < 20; turn++) await setImmediate();
    const before = clock.now().toISOString();
    isBusy = false;
    await advancing;

    assert.deepEqual([before, clock.now().toISOString()], ["2026-03-01T12:00:00.000Z", "2026-03-01T12:00:01.000Z"]);
  });

  it("refuses a span or an instant that is none", async () => {
    await assert.rejects(new ManualClock().advance(seconds(-1)), RangeError);
    assert.throws(() => new ManualClock("yesterday"), RangeError);
  });
});
