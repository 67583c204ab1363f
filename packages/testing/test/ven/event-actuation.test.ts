import assert from "node:assert/strict";
import { hours, minutes, seconds, type Clock } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { anActingBench, intervals, time } from "./acting-ven.ts";
import { anEvent, later, never, registered } from "./scripted-vtn.ts";

describe("the device of a VEN", () => {
  it("rules 18, 32: is told start, intervals and end when it is time, each once", async () => {
    await using bench = await anActingBench();

    await bench.distribute({ signal: { intervals: intervals(["PT15M", 1], ["PT30M", 2], ["PT15M", 1]) } });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "01:00 start event-1",
      "01:00 interval event-1 SIMPLE=1 until 01:15",
      "01:15 interval event-1 SIMPLE=2 until 01:45",
      "01:45 interval event-1 SIMPLE=1 until 02:00",
      "02:00 end event-1 completed",
    ]);
  });

  it("tells the same as status", async () => {
    await using bench = await anActingBench({ onEventStart: undefined, onInterval: undefined, onEventEnd: undefined });

    await bench.distribute({});
    await bench.until("04:00");

    assert.deepEqual(
      bench.statuses.flatMap((status) => (status.type.startsWith("event") ? [status.type] : [])),
      ["eventReceived", "eventAnswered", "eventStarted", "eventInterval", "eventEnded"],
    );
  });

  it("rule 32: is told of all signals whenever one of them changes", async () => {
    await using bench = await anActingBench();
    const price = {
      signalName: "ELECTRICITY_PRICE",
      signalType: "priceMultiplier",
      signalId: "price",
      intervals: intervals(["PT20M", 2], ["PT40M", 3]),
    } as const;

    await bench.distribute({ signal: { intervals: intervals(["PT30M", 1], ["PT30M", 2]) }, moreSignals: [price] });
    await bench.until("01:59");

    assert.deepEqual(bench.journal.slice(1), [
      "01:00 interval event-1 SIMPLE=1 ELECTRICITY_PRICE=2 until 01:20",
      "01:20 interval event-1 SIMPLE=1 ELECTRICITY_PRICE=3 until 01:30",
      "01:30 interval event-1 SIMPLE=2 ELECTRICITY_PRICE=3 until 02:00",
    ]);
  });

  it("rule 30: begins and ends later by what was drawn from start-after", async () => {
    await using bench = await anActingBench({ random: () => 0.5 });

    await bench.distribute({ startAfter: "PT10M" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "01:05 start event-1",
      "01:05 interval event-1 SIMPLE=1 until 02:05",
      "02:05 end event-1 completed",
    ]);
  });

  it("rule 30: draws a delay from nought to start-after, both included", async () => {
    for (const [random, begin] of [
      [0, "01:00"],
      [1 - Number.EPSILON, "01:10"],
    ] as const) {
      await using bench = await anActingBench({ random: () => random });

      await bench.distribute({ startAfter: "PT10M" });
      await bench.until("04:00");

      assert.equal(bench.journal[0], `${begin} start event-1`);
    }
  });

  it("rule 31: prepares before the start, and recovers after the end", async () => {
    await using bench = await anActingBench();

    await bench.distribute({ rampUp: "PT10M", recovery: "PT20M", startAfter: "PT10M" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "00:55 ramp-up event-1 until 01:05",
      "01:05 start event-1",
      "01:05 interval event-1 SIMPLE=1 until 02:05",
      "02:05 end event-1 completed",
      "02:05 recovery event-1 until 02:25",
    ]);
  });

  it("rule 31: prepares and recovers within the active period when the spans are negative", async () => {
    await using bench = await anActingBench();

    await bench.distribute({ rampUp: "-PT10M", recovery: "-PT20M" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "01:00 start event-1",
      "01:00 ramp-up event-1 until 01:10",
      "01:00 interval event-1 SIMPLE=1 until 02:00",
      "01:40 recovery event-1 until 02:00",
      "02:00 end event-1 completed",
    ]);
  });

  it("rule 47: goes on with an event of no duration until that is called off", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ duration: "PT0S", signal: { intervals: intervals(["PT0S", 2]) } });
    await bench.clock.advance(hours(50));

    await bench.distribute({ duration: "PT0S", modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(bench.journal, [
      "01:00 start event-1",
      "01:00 interval event-1 SIMPLE=2 until ever",
      "2026-01-03T02:00:20 cancelled event-1",
      "2026-01-03T02:00:20 end event-1 cancelled",
    ]);
  });

  it("waits for events longer than a timer of Node lasts", async () => {
    await using bench = await anActingBench(
      {},
      {
        oadrCreatePartyRegistration: ({ requestId }) => {
          const { name, payload } = registered(requestId);
          return { name, payload: { ...payload, requestedOadrPollFreq: hours(24) } };
        },
      },
    );

    bench.vtn.distribute(anEvent({ dtstart: "2026-01-02T12:00:00Z", duration: "P26D" }));
    await bench.until("2026-02-01T00:00");

    assert.deepEqual(bench.journal, [
      "2026-01-02T12:00 start event-1",
      "2026-01-02T12:00 interval event-1 SIMPLE=1 until 2026-01-28T12:00",
      "2026-01-28T12:00 end event-1 completed",
    ]);
  });

  it("rule 114: begins in the middle, whatever the status says, when the VEN comes late", async () => {
    await using bench = await anActingBench();

    await bench.distribute({
      dtstart: "2025-12-31T23:30:00Z",
      eventStatus: "far",
      rampUp: "PT10M",
      signal: { intervals: intervals(["PT10M", 1], ["PT25M", 2], ["PT25M", 3]) },
    });
    await bench.until("00:20");

    assert.deepEqual(bench.journal, [
      "00:00:10 start event-1",
      "00:00:10 interval event-1 SIMPLE=2 until 00:05",
      "00:05 interval event-1 SIMPLE=3 until 00:30",
    ]);
  });

  it("rules 66, 114: goes on with an event that the VTN calls completed, until its own end", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ startAfter: "PT10M" });
    await bench.until("02:01");

    await bench.distribute({ startAfter: "PT10M", eventStatus: "completed" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal.slice(1), [
      "01:05 interval event-1 SIMPLE=1 until 02:05",
      "02:05 end event-1 completed",
    ]);
  });

  it("does nothing for an event that the VEN has opted out of", async () => {
    await using bench = await anActingBench({ onEvent: () => "optOut" });

    await bench.distribute({ rampUp: "PT5M", recovery: "PT5M" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, []);
  });

  it("rule 6: leaves the device alone in a test event, unless that is wished", async () => {
    for (const [actOnTestEvents, calls] of [
      [undefined, 0],
      [true, 3],
    ] as const) {
      await using bench = await anActingBench({ actOnTestEvents });

      await bench.distribute({ testEvent: true });
      await bench.until("01:30");
      const active = bench.ven.activeEvents().length;
      await bench.until("04:00");

      assert.equal(bench.journal.length, calls);
      assert.equal(active, calls === 0 ? 0 : 1);
    }
  });

  it("rule 59: ends a cancelled event at once", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute({ modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(bench.journal.slice(2), ["01:30:10 cancelled event-1", "01:30:10 end event-1 cancelled"]);
    assert.deepEqual(bench.ven.activeEvents(), []);
  });

  it("rule 61: ends an event that is no longer sent", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute();

    assert.deepEqual(bench.journal.slice(2), ["01:30:10 cancelled event-1", "01:30:10 end event-1 cancelled"]);
  });

  it("rule 65: ends a cancelled event with start-after at a random time within that", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ startAfter: "PT10M", signal: { intervals: intervals(["PT28M", 1], ["PT32M", 2]) } });
    await bench.until("01:30");

    await bench.distribute({ startAfter: "PT10M", modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(bench.answers(), ["event-1/1 200 optIn"]);
    assert.deepEqual(bench.ven.events, []);
    assert.equal(bench.ven.signalAt(bench.clock.now())?.value, 1);
    await bench.until("04:00");
    assert.deepEqual(bench.journal.slice(2), [
      "01:30:10 cancelled event-1",
      "01:33 interval event-1 SIMPLE=2 until 02:05",
      "01:35:10 end event-1 cancelled",
    ]);
  });

  it("rule 65: ends an implicitly cancelled event with start-after no later than its own end", async () => {
    await using bench = await anActingBench({ random: () => 0.9 });
    await bench.distribute({ startAfter: "PT10M" });
    await bench.until("02:05");

    await bench.distribute();
    await bench.until("04:00");

    assert.deepEqual(bench.journal.slice(2), ["02:05:10 cancelled event-1", "02:09 end event-1 completed"]);
  });

  it("rules 31, 65: drops at once an event that is cancelled while it is prepared for", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ startAfter: "PT10M", rampUp: "PT30M" });
    await bench.until("00:50");

    await bench.distribute({ modificationNumber: 1, eventStatus: "cancelled" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "00:35 ramp-up event-1 until 01:05",
      "00:50:10 cancelled event-1",
      "00:50:10 end event-1 cancelled",
    ]);
  });

  it("tells the end of an event that the VTN drops at that very instant", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ dtstart: "2026-01-01T00:59:50Z", recovery: "PT5M" });
    await bench.until("01:59:40");

    await bench.distribute();
    await bench.until("04:00");

    assert.deepEqual(bench.journal.slice(2), [
      "01:59:50 end event-1 completed",
      "01:59:50 recovery event-1 until 02:04:50",
    ]);
  });

  it("opts out of an event that its device cannot begin, and of that alone", async () => {
    const starts: string[] = [];
    await using bench = await anActingBench({
      onEventStart({ eventDescriptor: { eventId } }) {
        starts.push(eventId);
        if (eventId === "a") throw new Error("the relay is stuck");
      },
    });
    await bench.distribute({ eventId: "a" }, { eventId: "b" });
    bench.vtn.forget();

    await bench.until("01:30");

    assert.deepEqual(starts, ["a", "b"]);
    assert.deepEqual(bench.answers(), ["a/0 200 optOut"]);
    assert.deepEqual(bench.journal, ["01:00 end a optedOut", "01:00 interval b SIMPLE=1 until 02:00"]);
    assert.deepEqual(
      bench.told("handlerFailed").map(({ handler, eventId }) => [handler, eventId]),
      [["onEventStart", "a"]],
    );
  });

  it("opts out of an event whose device takes longer than its time limit", async () => {
    const signals: AbortSignal[] = [];
    await using bench = await anActingBench({
      handlerTimeout: minutes(1),
      onEventStart: (_event, { signal }) => (signals.push(signal), never()),
    });
    await bench.distribute({});
    bench.vtn.forget();

    await bench.until("01:30");

    assert.deepEqual(bench.journal, ["01:01 end event-1 optedOut"]);
    assert.deepEqual(bench.answers(), ["event-1/0 200 optOut"]);
    assert.equal(signals[0]?.aborted, true);
  });

  it("waits for a slow device without keeping others waiting, and leaves out what is past by then", async () => {
    const slow = later();
    const told: string[] = [];
    await using bench = await anActingBench({
      handlerTimeout: false,
      async onInterval({ eventDescriptor: { eventId } }, { signals }) {
        told.push(`${eventId} ${signals[0]?.value}`);
        if (eventId === "slow") await slow.promise;
      },
    });
    const steps = { signal: { intervals: intervals(["PT10M", 1], ["PT10M", 2], ["PT40M", 3]) } };
    await bench.distribute({ eventId: "slow", ...steps }, { eventId: "quick", ...steps });

    await bench.until("01:30");
    slow.happen();
    await bench.clock.settle();

    assert.deepEqual(told, ["slow 1", "quick 1", "quick 2", "quick 3", "slow 3"]);
  });

  it("goes by the time of day, also when the clock is set", async () => {
    const manual = new ManualClock();
    let ahead = 0;
    const clock: Clock = {
      now: () => new Date(manual.now().getTime() + ahead),
      sleep: (span, signal) => manual.sleep(span, signal),
    };
    const starts: Date[] = [];
    await using bench = await anActingBench({ clock, onEventStart: () => void starts.push(clock.now()) });
    bench.vtn.distribute(anEvent());
    await manual.advance(minutes(10));

    ahead = hours(1);
    await manual.advance(minutes(1));

    assert.deepEqual(starts.map(time), ["01:10:10"]);
  });

  it("stops without an end, since the event goes on", async () => {
    const bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.ven.stop();
    await bench.until("04:00");

    assert.deepEqual(bench.journal.slice(2), []);
    assert.equal(bench.clock.sleepers, 0);
  });

  it("ends what is active when the VEN leaves the VTN", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ startAfter: "PT10M" });
    await bench.until("01:30");

    await bench.ven.cancelPartyRegistration();

    assert.deepEqual(bench.journal.slice(2), ["01:30 cancelled event-1", "01:30 end event-1 cancelled"]);
  });

  it("goes on with its events while it has to register anew", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    bench.vtn.isDown = true;

    await bench.until("01:30");
    bench.vtn.queue.push({ name: "oadrResponse", payload: { response: { responseCode: 463, requestId: "" } } });
    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(20));
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "01:00 start event-1",
      "01:00 interval event-1 SIMPLE=1 until 02:00",
      "02:00 end event-1 completed",
    ]);
  });
});
