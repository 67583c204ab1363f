import assert from "node:assert/strict";
import type { VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { anActingBench } from "./acting-ven.ts";
import { aSite } from "./restarting-ven.ts";
import { never } from "./scripted-vtn.ts";

const cancelled = { eventStatus: "cancelled", modificationNumber: 1 } as const;
const cannot: Partial<VenOptions> = { onEventCancelled: () => "optOut" };

describe("a VEN's answer to a cancellation", () => {
  it("rules 36, 59: is optOut where the application says that it cannot be, and the device is told to end", async () => {
    await using bench = await anActingBench(cannot);
    await bench.distribute({});
    await bench.until("01:30");

    await bench.distribute(cancelled);

    assert.deepEqual(bench.answers(), ["event-1/1 200 optOut"]);
    assert.deepEqual(bench.journal.slice(-1), ["01:30:10 end event-1 cancelled"]);
    assert.deepEqual(bench.ven.events, []);
  });

  it("rules 12, 36: is the same each time the VTN sends it", async () => {
    let asked = 0;
    await using bench = await anActingBench({ onEventCancelled: () => (asked++, "optOut") });
    await bench.distribute({});
    await bench.distribute(cancelled);

    await bench.distribute(cancelled);

    assert.deepEqual(bench.answers(), ["event-1/1 200 optOut"]);
    assert.equal(asked, 1);
  });

  it("rules 12, 36: is the same after a restart", async () => {
    await using site = aSite();
    const first = await site.start(cannot);
    await first.distribute({});
    await first.distribute(cancelled);
    await first.ven.stop();

    const second = await site.start(cannot);
    await second.distribute(cancelled);

    assert.deepEqual(second.answers(), ["event-1/1 200 optOut"]);
  });

  it("may have a response code and a description", async () => {
    const answer = { optType: "optOut", responseCode: 469, responseDescription: "the kiln is hot" } as const;
    await using bench = await anActingBench({ onEventCancelled: () => Promise.resolve(answer) });
    await bench.distribute({});

    await bench.distribute(cancelled);

    const [response] = bench.vtn.payloads("oadrCreatedEvent")[0]?.eventResponses ?? [];
    assert.deepEqual([response?.responseCode, response?.responseDescription], [469, "the kiln is hot"]);
  });

  for (const [what, onEventCancelled] of [
    ["throws", () => Promise.reject(new Error("broken"))],
    ["takes too long", never],
    ["gives an answer that is none", () => "maybe" as "optIn"],
  ] as const satisfies readonly (readonly [string, VenOptions["onEventCancelled"]])[]) {
    it(`rule 36: confirms it where the handler ${what}, since the device ends all the same`, async () => {
      await using bench = await anActingBench({ onEventCancelled });
      await bench.distribute({});

      await bench.distribute(cancelled);
      await bench.until("00:02");

      assert.deepEqual(bench.answers(), ["event-1/1 200 optIn"]);
      assert.deepEqual(
        bench.told("handlerFailed").map(({ handler, eventId }) => [handler, eventId]),
        [["onEventCancelled", "event-1"]],
      );
    });
  }

  it("rule 56: says nothing about an event of that ID that comes once the VTN has left the old one out", async () => {
    await using bench = await anActingBench(cannot);
    await bench.distribute({});
    await bench.distribute(cancelled);
    await bench.distribute();

    await bench.distribute(cancelled);

    assert.deepEqual(bench.answers(), ["event-1/1 200 optIn"]);
  });

  it("rule 58: refuses an older version that comes after it with 450", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.distribute(cancelled);

    await bench.distribute({});

    assert.deepEqual(bench.answers(), ["event-1/0 450 optOut"]);
    assert.deepEqual(bench.ven.events, []);
  });

  it("rule 56: takes the event for a new one if it comes again at once", async () => {
    await using bench = await anActingBench(cannot);
    await bench.distribute({});
    await bench.distribute(cancelled);

    await bench.distribute({ modificationNumber: 1 });
    await bench.distribute({ ...cancelled, modificationNumber: 2 });

    assert.deepEqual(bench.answers(), ["event-1/2 200 optOut"]);
    assert.equal(bench.told("eventCancelled").length, 2);
  });
});
