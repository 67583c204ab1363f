import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { anActingBench, instant, intervals, time, type ActingBench } from "./acting-ven.ts";

/** What is in force at these times: event, value and until when. */
function inForce({ ven }: ActingBench, ...times: readonly string[]): string[] {
  return times.map((text) => {
    const signal = ven.signalAt(instant(text));
    return signal === undefined ? "nothing" : `${signal.eventId}=${signal.value} until ${time(signal.until)}`;
  });
}

describe("what is in force at a VEN", () => {
  it("rule 18: counts the start of an interval to it, and its end to the next", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ signal: { intervals: intervals(["PT15M", 1], ["PT45M", 2]) } });

    assert.deepEqual(inForce(bench, "00:59:59.999", "01:00", "01:15", "01:59:59.999", "02:00"), [
      "nothing",
      "event-1=1 until 01:15",
      "event-1=2 until 02:00",
      "event-1=2 until 02:00",
      "nothing",
    ]);
  });

  it("rule 18: gives the instant at which two events adjoin to the second", async () => {
    await using bench = await anActingBench();
    await bench.distribute(
      { eventId: "a", priority: 1 },
      { eventId: "b", priority: 2, dtstart: "2026-01-01T02:00:00Z" },
    );

    assert.deepEqual(inForce(bench, "01:59:59.999", "02:00"), ["a=1 until 02:00", "b=1 until 03:00"]);
  });

  it("rules 3, 15: prefers 1 to 2, and 2 to 0 or none, and then the earlier start", async () => {
    await using bench = await anActingBench();
    await bench.distribute(
      { eventId: "none", dtstart: "2026-01-01T01:00:00Z", duration: "PT6H" },
      { eventId: "nought", priority: 0, dtstart: "2026-01-01T00:30:00Z", duration: "PT6H" },
      { eventId: "two", priority: 2, dtstart: "2026-01-01T02:00:00Z", duration: "PT2H" },
      { eventId: "one", priority: 1, dtstart: "2026-01-01T03:00:00Z", duration: "PT30M" },
    );

    assert.deepEqual(inForce(bench, "01:30", "02:30", "03:10", "03:30", "04:30", "06:45"), [
      "nought=1 until 06:30",
      "two=1 until 04:00",
      "one=1 until 03:30",
      "two=1 until 04:00",
      "nought=1 until 06:30",
      "none=1 until 07:00",
    ]);
    await bench.until("03:10");
    assert.deepEqual(
      bench.ven.activeEvents().map(({ event }) => event.eventDescriptor.eventId),
      ["one", "two", "nought", "none"],
    );
  });

  it("finds the signal of a name, and of a resource", async () => {
    const resources = [{ resourceId: "boiler" }, { resourceId: "hall" }];
    await using bench = await anActingBench({ resources });
    const price = { signalName: "ELECTRICITY_PRICE", signalType: "price", signalId: "price" } as const;
    await bench.distribute(
      { eventId: "urgent", priority: 1, targets: [{ resourceId: "boiler" }] },
      { eventId: "other", moreSignals: [{ ...price, intervals: intervals(["PT1H", 0.3]) }] },
    );
    await bench.until("01:30");
    const find = (query: { readonly resourceId?: string; readonly signalName?: string }): string | undefined => {
      const signal = bench.ven.signalAt(bench.clock.now(), query);
      return signal && `${signal.eventId} ${signal.signalName}`;
    };

    assert.equal(find({}), "urgent SIMPLE");
    assert.equal(find({ resourceId: "hall" }), "other SIMPLE");
    assert.equal(find({ resourceId: "boiler", signalName: "ELECTRICITY_PRICE" }), "other ELECTRICITY_PRICE");
    assert.equal(find({ signalName: "LOAD_CONTROL" }), undefined);
    assert.equal(find({ resourceId: "cellar" }), undefined);
    assert.deepEqual(
      bench.ven
        .activeEvents({ resourceId: "hall" })
        .map(({ event, start, end, signals }) => [
          event.eventDescriptor.eventId,
          time(start),
          time(end),
          signals.map(({ value }) => value),
        ]),
      [["other", "01:00", "02:00", [1, 0.3]]],
    );
  });

  it("tells the unit of a value", async () => {
    await using bench = await anActingBench();
    const measurement = { name: "therm", description: "Therm", unit: "thm", scale: "none" } as const;
    await bench.distribute({ signal: { signalName: "x-gas", measurement } });
    assert.deepEqual(inForce(bench, "01:30"), ["nothing"]);

    await using other = await anActingBench({ signals: ["x-gas"] });
    await other.distribute({ signal: { signalName: "x-gas", measurement } });

    assert.deepEqual(other.ven.signalAt(instant("01:30")), {
      eventId: "event-1",
      signalId: "signal-1",
      signalName: "x-gas",
      signalType: "level",
      value: 1,
      measurement,
      from: instant("01:00"),
      until: instant("02:00"),
      resources: [],
    });
  });

  it("knows of nothing before the start, and what it knew after the stop", async () => {
    const bench = await anActingBench();
    await bench.distribute({});

    await bench.ven.stop();

    assert.deepEqual(inForce(bench, "01:30"), ["event-1=1 until 02:00"]);
    const { ven } = await anActingBench();
    assert.equal(ven.signalAt(instant("01:30")), undefined);
    assert.deepEqual(ven.activeEvents(), []);
    await ven.stop();
  });
});
