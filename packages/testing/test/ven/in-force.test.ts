import assert from "node:assert/strict";
import type { InForce, VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { minutes } from "@openleadr/protocol";
import { ManualClock } from "../../src/index.ts";
import { anActingBench, intervals, time, type ActingBench } from "./acting-ven.ts";
import { aSite, WatchedStore } from "./restarting-ven.ts";

/** A device that does as `onInForce` says, and writes it down: lines such as `01:00 boiler event-1=1`. */
function device(now: () => Date): { readonly log: string[]; readonly options: Partial<VenOptions> } {
  const log: string[] = [];
  return { log, options: { onInForce: (inForce) => void log.push(`${time(now())} ${say(inForce)}`) } };
}

function say({ resourceId = "VEN", signals }: InForce): string {
  const values = signals.map(({ eventId, signalName, value }) =>
    signalName === "SIMPLE" ? `${eventId}=${value}` : `${eventId} ${signalName}=${value}`,
  );
  return [resourceId, ...(values.length === 0 ? ["nothing"] : values)].join(" ");
}

async function aBench(options: Partial<VenOptions> = {}): Promise<ActingBench & { readonly log: string[] }> {
  const clock = new ManualClock();
  const { log, options: acting } = device(() => clock.now());
  const bench = await anActingBench({ ...acting, clock, ...options } as Partial<VenOptions>, {}, { clock });
  return { ...bench, log };
}

const long = { eventId: "long", priority: 3, duration: "PT2H" } as const;
const urgent = {
  eventId: "urgent",
  priority: 1,
  dtstart: "2026-01-01T01:30:00Z",
  duration: "PT30M",
  signal: { intervals: intervals(["PT30M", 2]) },
} as const;
const cancelled = { eventStatus: "cancelled", modificationNumber: 1 } as const;

describe("onInForce", () => {
  it("rules 3, 18: tells what is in force again after a more important event, and nothing at the end", async () => {
    await using bench = await aBench();
    await bench.distribute(long, urgent);

    await bench.until("04:00");

    assert.deepEqual(bench.log, [
      "00:00 VEN nothing",
      "01:00 VEN long=1",
      "01:30 VEN urgent=2",
      "02:00 VEN long=1",
      "03:00 VEN nothing",
    ]);
  });

  it("says nothing of an event that a more important one covers", async () => {
    await using bench = await aBench();
    await bench.distribute(
      { ...urgent, duration: "PT2H", signal: { intervals: intervals(["PT2H", 2]) } },
      { ...long, ...at("02:00"), duration: "PT1H" },
    );

    await bench.until("03:15");

    assert.deepEqual(bench.log.slice(1), ["01:30 VEN urgent=2"]);
  });

  it("tells each resource what is in force for it", async () => {
    const resources = [{ resourceId: "boiler" }, { resourceId: "pump" }];
    await using bench = await aBench({ resources });
    await bench.distribute(long, { ...urgent, targets: [{ resourceId: "boiler" }] });

    await bench.until("02:10");

    assert.deepEqual(bench.log, [
      "00:00 boiler nothing",
      "00:00 pump nothing",
      "01:00 boiler long=1",
      "01:00 pump long=1",
      "01:30 boiler urgent=2",
      "02:00 boiler long=1",
    ]);
  });

  it("takes signals of other names from less important events", async () => {
    const price = { signalName: "ELECTRICITY_PRICE", signalType: "price", signalId: "price" } as const;
    await using bench = await aBench();
    await bench.distribute({ ...long, moreSignals: [{ ...price, intervals: intervals(["PT2H", 0.3]) }] }, urgent);

    await bench.until("01:40");

    assert.deepEqual(bench.log.slice(1), [
      "01:00 VEN long=1 long ELECTRICITY_PRICE=0.3",
      "01:30 VEN urgent=2 long ELECTRICITY_PRICE=0.3",
    ]);
  });

  for (const [what, act] of [
    ["its cancellation", ({ distribute }) => distribute({ ...cancelled })],
    [
      "a change that begins later",
      ({ distribute }) => distribute({ modificationNumber: 1, dtstart: "2026-01-01T05:00:00Z" }),
    ],
    ["its absence", ({ distribute }) => distribute()],
    ["the answer optOut", ({ ven }) => ven.respond("event-1", "optOut")],
    ["the end of the registration", ({ ven }) => ven.cancelPartyRegistration()],
  ] as const satisfies readonly (readonly [string, (bench: ActingBench) => Promise<unknown>])[]) {
    it(`tells that nothing is in force after ${what}`, async () => {
      await using bench = await aBench();
      await bench.distribute({});
      await bench.until("01:10");

      await act(bench);
      await bench.clock.settle();

      assert.deepEqual(
        bench.log.map((line) => line.slice(line.indexOf(" ") + 1)),
        ["VEN nothing", "VEN event-1=1", "VEN nothing"],
      );
    });
  }

  it("tells of each interval, and of a change of what is in force", async () => {
    await using bench = await aBench();
    await bench.distribute({ signal: { intervals: intervals(["PT15M", 1], ["PT45M", 2]) } });
    await bench.until("01:20");

    await bench.distribute({ modificationNumber: 1, signal: { intervals: intervals(["PT15M", 1], ["PT45M", 3]) } });

    assert.deepEqual(bench.log.slice(1), ["01:00 VEN event-1=1", "01:15 VEN event-1=2", "01:20:10 VEN event-1=3"]);
  });

  it("leaves tests alone, unless they are acted on", async () => {
    await using bench = await aBench();
    await bench.distribute({ testEvent: true });

    await bench.until("01:10");

    assert.deepEqual(bench.log, ["00:00 VEN nothing"]);
  });

  it("tells what is so after a restart, also that an event has ended meanwhile", async () => {
    await using site = aSite();
    const { log, options } = device(() => site.clock.now());
    const first = await site.start(options);
    await first.distribute({});
    await first.until("01:10");
    await first.ven.stop();

    const second = await site.start(options);
    await second.ven.stop();
    await site.clock.advanceTo(new Date("2026-01-01T03:00:00Z"));
    await site.start(options);

    assert.deepEqual(log, ["00:00 VEN nothing", "01:00 VEN event-1=1", "01:10 VEN event-1=1", "03:00 VEN nothing"]);
  });

  it("opts out of what a device cannot do, and tells what is in force then", async () => {
    const log: string[] = [];
    await using bench = await aBench({
      onInForce(inForce) {
        log.push(say(inForce));
        if (inForce.signals[0]?.eventId === "urgent") throw new Error("stuck");
      },
    });
    await bench.distribute(long, urgent);
    bench.vtn.forget();

    await bench.until("01:40");

    assert.deepEqual(log, ["VEN nothing", "VEN long=1", "VEN urgent=2", "VEN long=1"]);
    assert.deepEqual(bench.answers(), ["urgent/0 200 optOut"]);
    assert.deepEqual(
      bench.told("handlerFailed").map(({ handler, error }) => [handler, error.message]),
      [["onInForce", "stuck"]],
    );
  });

  it("tells a device that has not come back to normal again until it has", async () => {
    const log: string[] = [];
    await using bench = await aBench({
      resources: [{ resourceId: "boiler" }],
      onInForce(inForce) {
        log.push(say(inForce));
        if (log.length >= 3 && log.length <= 5) throw new Error("stuck");
      },
    });
    await bench.distribute({});

    await bench.until("02:10");

    assert.equal(log.length, 6);
    assert.deepEqual(
      log.slice(2),
      Array.from({ length: 4 }, () => "boiler nothing"),
    );
    assert.deepEqual(bench.told("handlerFailed")[0]?.resourceId, "boiler");
  });

  it("lets a device that fails alone for ever longer, whatever else happens", async () => {
    const calls: number[] = [];
    const clock = new ManualClock();
    const onInForce = (): never => {
      calls.push(clock.now().getTime());
      throw new Error("stuck");
    };
    await using bench = await anActingBench({ onInForce, clock }, {}, { clock });

    for (const [index, minute] of ["02", "03", "04", "05", "06"].entries()) {
      await bench.until(`00:${minute}`);
      await bench.distribute({ dtstart: "2026-01-01T12:00:00Z", modificationNumber: index });
    }

    const gaps = calls.map((call, index) => Math.round((call - (calls[index - 1] ?? call)) / 1000));
    assert.deepEqual(gaps, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  });

  it("calls a slow device once at a time, and then with what is so by then", async () => {
    const clock = new ManualClock();
    const { log, options } = device(() => clock.now());
    const onInForce: VenOptions["onInForce"] = async (inForce, context) => {
      void options.onInForce?.(inForce, context);
      if (inForce.signals.length > 0) await clock.sleep(minutes(20), context.signal);
    };
    await using bench = await anActingBench({ clock, onInForce, handlerTimeout: false }, {}, { clock });
    await bench.distribute({ signal: { intervals: intervals(["PT5M", 1], ["PT5M", 2], ["PT50M", 3]) } });

    await bench.until("01:30");

    assert.deepEqual(log, ["00:00 VEN nothing", "01:00 VEN event-1=1", "01:20 VEN event-1=3"]);
  });

  it("acts on no event that is not in the store yet", async () => {
    const store = new WatchedStore();
    await using bench = await aBench({ store });
    store.failure = new Error("disk full");
    await bench.distribute({ dtstart: "2026-01-01T00:00:00Z" });
    await bench.until("00:01");
    assert.deepEqual(bench.log, ["00:00 VEN nothing"]);

    store.failure = undefined;
    await bench.until("00:05");

    assert.equal(bench.log.length, 2);
  });

  it("is not called for a poll that brings nothing new", async () => {
    await using bench = await aBench();
    await bench.distribute({ dtstart: "2026-01-01T00:00:00Z" });
    await bench.distribute({ dtstart: "2026-01-01T00:00:00Z" });

    await bench.until("00:30");

    assert.deepEqual(bench.log, ["00:00 VEN nothing", "00:00:10 VEN event-1=1"]);
  });
});

function at(text: string): { readonly dtstart: string } {
  return { dtstart: `2026-01-01T${text}:00Z` };
}
