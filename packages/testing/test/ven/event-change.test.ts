import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { anActingBench, intervals, time } from "./acting-ven.ts";

const next = { modificationNumber: 1 };

describe("a changed event at a VEN", () => {
  it("rules 20, 57: goes on with an active event that is lengthened, and tells how long its value is in force", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute({ ...next, duration: "PT2H" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "01:00 start event-1",
      "01:00 interval event-1 SIMPLE=1 until 02:00",
      "01:30:10 interval event-1 SIMPLE=1 until 03:00",
      "03:00 end event-1 completed",
    ]);
  });

  it("ends at once an active event that is shortened to the past", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute({ ...next, duration: "PT20M" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal.slice(2), ["01:30:10 end event-1 completed"]);
  });

  it("rule 32: tells a value that has changed, and only once", async () => {
    await using bench = await anActingBench();
    const first = intervals(["PT30M", 1], ["PT30M", 2]);
    await bench.distribute({ signal: { intervals: first } });
    await bench.until("01:10");

    const second = intervals(["PT30M", 1], ["PT30M", 3]);
    await bench.distribute({ ...next, signal: { intervals: second } });
    await bench.until("01:40");
    await bench.distribute({ modificationNumber: 2, signal: { intervals: intervals(["PT30M", 1], ["PT30M", 0]) } });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "01:00 start event-1",
      "01:00 interval event-1 SIMPLE=1 until 01:30",
      "01:30 interval event-1 SIMPLE=3 until 02:00",
      "01:40:10 interval event-1 SIMPLE=0 until 02:00",
      "02:00 end event-1 completed",
    ]);
  });

  it("tells nothing twice when it changes at the very instant that it begins", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ dtstart: "2026-01-01T01:00:10Z" });
    await bench.until("01:00");

    await bench.distribute({ ...next, dtstart: "2026-01-01T01:00:10Z" });
    await bench.distribute({ modificationNumber: 2, dtstart: "2026-01-01T01:00:10Z" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal, [
      "01:00:10 start event-1",
      "01:00:10 interval event-1 SIMPLE=1 until 02:00:10",
      "02:00:10 end event-1 completed",
    ]);
  });

  it("ends an event that is put off, and begins it again in its time", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute({ ...next, dtstart: "2026-01-01T03:00:00Z" });
    await bench.until("03:30");

    assert.deepEqual(bench.journal.slice(2), [
      "01:30:10 end event-1 changed",
      "03:00 start event-1",
      "03:00 interval event-1 SIMPLE=1 until 04:00",
    ]);
  });

  it("ends an event that becomes a test", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute({ ...next, testEvent: true });

    assert.deepEqual(bench.journal.slice(2), ["01:30:10 end event-1 changed"]);
  });

  it("begins in the middle of an event that is brought forward", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ dtstart: "2026-01-01T05:00:00Z" });

    await bench.until("01:30");
    await bench.distribute({ ...next });

    assert.deepEqual(bench.journal, ["01:30:10 start event-1", "01:30:10 interval event-1 SIMPLE=1 until 02:00"]);
  });

  it("rules 30, 57: keeps what was drawn from start-after, unless that changes", async () => {
    let chance = 0.5;
    const starts: string[] = [];
    await using bench = await anActingBench({
      random: () => chance,
      onEvent: (_event, { start }) => (starts.push(time(start)), "optIn"),
    });

    await bench.distribute({ startAfter: "PT10M" });
    chance = 0.1;
    await bench.distribute({ startAfter: "PT10M", modificationNumber: 1, duration: "PT2H" });
    await bench.distribute({ startAfter: "PT20M", modificationNumber: 2 });

    assert.deepEqual(starts, ["01:05", "01:05", "01:02"]);
  });

  it("asks onEvent about a change, where there is nobody else to ask", async () => {
    await using bench = await anActingBench({
      onEvent: ({ eventDescriptor }) => (eventDescriptor.modificationNumber === 0 ? "optIn" : "optOut"),
    });
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute({ ...next });

    assert.deepEqual(bench.answers(), ["event-1/1 200 optOut"]);
    assert.deepEqual(bench.journal.slice(2), ["01:30:10 end event-1 optedOut"]);
  });

  it("asks onEventChanged about a change, with the version and the answer before", async () => {
    const asked: unknown[] = [];
    await using bench = await anActingBench({
      onEventChanged({ eventDescriptor }, { previous, previousOptType }) {
        asked.push([eventDescriptor.modificationNumber, previous.eventDescriptor.modificationNumber, previousOptType]);
        return previousOptType;
      },
    });
    await bench.distribute({});

    await bench.distribute({ modificationNumber: 2 });

    assert.deepEqual(asked, [[2, 0, "optIn"]]);
    assert.deepEqual(bench.answers(), ["event-1/2 200 optIn"]);
  });

  it("rule 5: leaves what it has as it is when a version comes again with other content", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});

    await bench.distribute({ eventStatus: "active", duration: "PT2H" });
    await bench.until("04:00");

    assert.deepEqual(bench.journal.slice(1), [
      "01:00 interval event-1 SIMPLE=1 until 02:00",
      "02:00 end event-1 completed",
    ]);
    assert.equal(bench.ven.events[0]?.eventDescriptor.eventStatus, "active");
  });

  it("acts no longer on an event whose new version it has to refuse", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute({ ...next, targets: [{ venId: "ven-2" }] });
    await bench.distribute({ ...next, targets: [{ venId: "ven-2" }] });

    assert.deepEqual(bench.answers(), ["event-1/1 462 optOut"]);
    assert.deepEqual(bench.journal.slice(2), ["01:30:10 end event-1 superseded"]);
    assert.equal(bench.told("eventReceived").length, 2);
  });

  it("begins again with a version that it can take after one that it had to refuse", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");
    await bench.distribute({ ...next, targets: [{ venId: "ven-2" }] });

    await bench.distribute({ modificationNumber: 2 });

    assert.deepEqual(bench.answers(), ["event-1/2 200 optIn"]);
    assert.deepEqual(bench.journal.slice(3), [
      "01:30:20 start event-1",
      "01:30:20 interval event-1 SIMPLE=1 until 02:00",
    ]);
  });

  it("goes on with an event that comes back while it is being ended at random", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ startAfter: "PT10M" });
    await bench.until("01:30");
    await bench.distribute();

    await bench.distribute({ startAfter: "PT10M", modificationNumber: 1 });
    await bench.until("04:00");

    assert.deepEqual(bench.journal.slice(2), ["01:30:10 cancelled event-1", "02:05 end event-1 completed"]);
  });
});
