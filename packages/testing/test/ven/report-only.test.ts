import assert from "node:assert/strict";
import { hours, minutes, seconds } from "@openleadr/protocol";
import { MemoryVenStore, Ven } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aSite } from "./restarting-ven.ts";
import { aBench, anEvent } from "./scripted-vtn.ts";

describe("a VEN that only reports", () => {
  it("registers so, offers its reports, and asks for no events", async () => {
    await using bench = aBench({ reportOnly: true });
    bench.ven.addReport({ resourceId: "meter", measurement: "ENERGY_REAL", collect: () => 1 });

    await bench.ven.start();
    await bench.ven.requestEvents();
    await bench.clock.advance(minutes(1));

    assert.deepEqual(
      bench.vtn.payloads("oadrCreatePartyRegistration").map(({ reportOnly }) => reportOnly),
      [true],
    );
    assert.equal(bench.vtn.names.includes("oadrRegisterReport"), true);
    assert.equal(bench.vtn.names.includes("oadrRequestEvent"), false);
  });

  it("opts out of an event that the VTN has for it all the same", async () => {
    await using bench = aBench({ reportOnly: true });
    await bench.ven.start();
    bench.vtn.distribute(anEvent());

    await bench.clock.advance(seconds(10));

    assert.deepEqual(
      bench.told("eventAnswered").map(({ optType, responseCode }) => [optType, responseCode]),
      [["optOut", 200]],
    );
  });

  it("tells the VTN when it is to take events after a restart", async () => {
    const store = new MemoryVenStore();
    await using first = aBench({ reportOnly: true, store });
    await first.ven.start();
    await first.ven.stop();
    await using second = aBench({ onEvent: () => "optIn", store });

    await second.ven.start();
    await second.clock.advance(seconds(1));

    const [again] = second.vtn.payloads("oadrCreatePartyRegistration");
    assert.deepEqual([again?.registrationId, again?.reportOnly], ["registration-1", false]);
    assert.equal(second.vtn.names.includes("oadrRequestEvent"), true);
  });

  it("drops the events of a store from when it took events", async () => {
    await using site = aSite();
    const before = await site.start();
    await before.distribute({});
    await before.ven.stop();
    const bench = site.aVen({ reportOnly: true });

    await bench.ven.start();
    await site.clock.advance(hours(1.5));

    assert.deepEqual([bench.ven.events, bench.ven.activeEvents(), bench.told("eventStarted")], [[], [], []]);
  });

  it("has no handlers of events", () => {
    const options = { vtnUrl: "http://127.0.0.1:9", venName: "meter", reportOnly: true } as const;

    assert.throws(() => new Ven({ ...options, onInterval: () => {} }), {
      name: "TypeError",
      message: "reportOnly: expected no handlers of events, got onInterval",
    });
  });
});
