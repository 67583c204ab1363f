import assert from "node:assert/strict";
import { hours, minutes, seconds } from "@openleadr/protocol";
import { MemoryVenStore } from "@openleadr/ven";
import { describe, it } from "vitest";
import { instant, intervals } from "./acting-ven.ts";
import { aSite, WatchedStore } from "./restarting-ven.ts";
import { distributeEvent, never, refusing, type Script } from "./scripted-vtn.ts";

describe("a VEN that is started again", () => {
  it("goes on with its registration, and asks for all events at once", async () => {
    await using site = aSite();
    await (await site.start()).ven.stop();

    const { ven, told } = await site.start();

    assert.deepEqual(site.vtn.names, ["oadrRequestEvent", "oadrPoll"]);
    assert.deepEqual([ven.venId, ven.registrationId, ven.vtnId], ["ven-1", "registration-1", "vtn"]);
    assert.deepEqual(told("resumed")[0], {
      type: "resumed",
      venId: "ven-1",
      vtnId: "vtn",
      registrationId: "registration-1",
      pollInterval: seconds(10),
    });
    assert.equal(told("registered").length, 0);
  });

  it("acts on its events though the VTN is away", async () => {
    await using site = aSite();
    const first = await site.start();
    await first.distribute({ signal: { intervals: intervals(["PT30M", 1], ["PT30M", 2]) } });
    await first.ven.stop();
    site.vtn.isDown = true;

    const second = await site.start();
    await second.until("02:00");

    assert.deepEqual(second.journal, [
      "01:00 start event-1",
      "01:00 interval event-1 SIMPLE=1 until 01:30",
      "01:30 interval event-1 SIMPLE=2 until 02:00",
      "02:00 end event-1 completed",
    ]);
  });

  it("goes on in the middle of an interval, and tells nothing twice", async () => {
    await using site = aSite();
    const first = await site.start();
    await first.distribute({ signal: { intervals: intervals(["PT30M", 1], ["PT30M", 2]) } });
    await first.until("01:10");
    await first.ven.stop();

    const second = await site.start();
    assert.deepEqual(
      second.ven.activeEvents().map(({ signals }) => signals[0]?.value),
      [1],
    );
    await second.until("02:00");

    assert.deepEqual(first.journal, ["01:00 start event-1", "01:00 interval event-1 SIMPLE=1 until 01:30"]);
    assert.deepEqual(second.journal, ["01:30 interval event-1 SIMPLE=2 until 02:00", "02:00 end event-1 completed"]);
  });

  it("begins in the middle of an interval that it has missed the beginning of", async () => {
    await using site = aSite();
    const first = await site.start();
    await first.distribute({ signal: { intervals: intervals(["PT10M", 1], ["PT50M", 2]) } });
    await first.ven.stop();
    await site.clock.advanceTo(instant("01:20"));

    const second = await site.start();

    assert.deepEqual(second.journal, ["01:20 start event-1", "01:20 interval event-1 SIMPLE=2 until 02:00"]);
  });

  it("ends an event whose end it has missed", async () => {
    await using site = aSite();
    const first = await site.start();
    await first.distribute({});
    await first.until("01:10");
    await first.ven.stop();
    await site.clock.advanceTo(instant("03:00"));

    const second = await site.start();

    assert.deepEqual(second.journal, ["03:00 end event-1 completed"]);
  });

  it("tells the device again what a stop has cut off", async () => {
    await using site = aSite();
    const first = await site.start({ handlerTimeout: false, onInterval: (_event, { signal }) => untilAborted(signal) });
    await first.distribute({});
    await first.until("01:10");
    await first.ven.stop();

    const second = await site.start();

    assert.deepEqual(first.journal, ["01:00 start event-1"]);
    assert.deepEqual(second.journal, ["01:10 interval event-1 SIMPLE=1 until 02:00"]);
  });

  it("rule 30: keeps the delay of the start", async () => {
    await using site = aSite();
    const first = await site.start({ random: () => 0.25 });
    await first.distribute({ startAfter: "PT20M" });
    await first.ven.stop();

    const second = await site.start({ random: () => 0.75 });
    await second.until("01:10");

    assert.equal(second.journal[0], "01:05 start event-1");
  });

  it("keeps its answers, and does not ask the application again", async () => {
    await using site = aSite();
    const first = await site.start({ onEvent: () => ({ optType: "optOut", responseCode: 469 }) });
    await first.distribute({}, { eventId: "event-2" });
    await first.ven.respond("event-2", "optIn");
    await first.ven.stop();

    const second = await site.start();
    await site.clock.settle();

    assert.deepEqual(second.answers(), ["event-1/0 469 optOut", "event-2/0 200 optIn"]);
    assert.equal(second.told("eventReceived").length, 0);
  });

  it("keeps its refusal of a version, and acts on the version before no more", async () => {
    await using site = aSite();
    const first = await site.start();
    await first.distribute({});
    await first.distribute({ modificationNumber: 1, signal: { signalName: "x-unknown" } });
    await first.ven.stop();

    const second = await site.start();
    await second.until("01:30");

    assert.deepEqual(second.answers(), ["event-1/1 460 optOut"]);
    assert.deepEqual(second.journal, []);
    await assert.rejects(second.ven.respond("event-1", "optIn"), RangeError);
  });

  it("rule 61: calls off what the VTN sends no longer", async () => {
    await using site = aSite();
    const first = await site.start();
    await first.distribute({});
    await first.until("01:10");
    await first.ven.stop();
    site.vtn.events = [];

    const second = await site.start();
    await site.clock.settle();

    assert.deepEqual(second.journal, ["01:10 cancelled event-1", "01:10 end event-1 cancelled"]);
    assert.deepEqual(second.ven.events, []);
  });

  it("keeps its opts, and does not tell them again", async () => {
    await using site = aSite();
    site.vtn.script = takesOpts;
    const first = await site.start();
    const span = { dtstart: instant("12:00"), duration: hours(2) };
    const opt = await first.ven.createOpt({
      optType: "optOut",
      availability: [span],
      targets: [{ resourceId: "hall" }],
    });
    await first.ven.stop();

    const second = await site.start();

    assert.deepEqual(second.ven.opts, [opt]);
    assert.ok(!site.vtn.names.includes("oadrCreateOpt"));
  });

  it("registers anew if the VTN does not know it any more", async () => {
    await using site = aSite();
    await (await site.start()).ven.stop();
    const isForgotten = () => site.vtn.registrations === 1;
    const refuse = refusing("oadrRequestEvent", 463);
    site.vtn.script = { oadrRequestEvent: () => (isForgotten() ? refuse() : distributeEvent([])) };
    const { ven, told } = site.aVen();

    await ven.start();
    await site.clock.advance(minutes(1));

    assert.equal(told("unregistered").length, 1);
    assert.equal(ven.registrationId, "registration-2");
  });

  it("does not take up a registration that it has cancelled, nor events or opts of then", async () => {
    await using site = aSite();
    site.vtn.script = takesOpts;
    const first = await site.start();
    await first.distribute({});
    await first.ven.createOpt({ optType: "optOut", availability: [{ dtstart: instant("12:00"), duration: hours(2) }] });
    await first.ven.cancelPartyRegistration();
    await first.ven.stop();
    site.vtn.events = [];

    const { ven } = await site.start();

    assert.equal(ven.registrationId, "registration-2");
    assert.deepEqual([ven.events, ven.opts], [[], []]);
  });

  it("rule 405: does what is left of its registration, without registering once more", async () => {
    await using site = aSite();
    const first = site.aVen();
    site.vtn.script = { oadrRegisterReport: never };
    const starting = assert.rejects(first.ven.start(), { name: "AbortError" });
    await site.clock.settle();
    await first.ven.stop({ signal: AbortSignal.abort() });
    await starting;
    site.vtn.script = {};

    await site.start();

    assert.deepEqual(site.vtn.names, ["oadrRegisterReport", "oadrPoll", "oadrRequestEvent"]);
    assert.equal(site.vtn.registrations, 1);
  });

  it("registers again under its IDs where it has another name by now", async () => {
    await using site = aSite();
    const storeKey = { ven: "boiler" };
    await (await site.start({ storeKey, venName: "boiler" })).ven.stop();

    const { ven } = await site.start({ storeKey, venName: "kettle" });
    await site.clock.settle();

    const [registration] = site.vtn.payloads("oadrCreatePartyRegistration");
    assert.deepEqual([registration?.registrationId, registration?.venName], ["registration-1", "kettle"]);
    assert.equal(ven.state.state, "registered");
  });

  it("registers anew where it was given another venID", async () => {
    await using site = aSite();
    await (await site.start()).ven.stop();

    await site.start({ venId: "ven-1" });

    assert.equal(site.vtn.payloads("oadrCreatePartyRegistration")[0]?.registrationId, undefined);
  });

  it("keeps its state apart from that of other VENs in the store", async () => {
    await using site = aSite();
    const [boiler, kettle] = [await site.start(), await site.start({ venName: "kettle" })];

    assert.deepEqual([boiler.ven.registrationId, kettle.ven.registrationId], ["registration-1", "registration-2"]);
    await assert.rejects(site.aVen().ven.start(), { code: "ERR_OADR_STORE_LOCKED" });
  });

  it("starts once whoever had its state has stopped", async () => {
    await using site = aSite();
    const [first, second] = [site.aVen(), site.aVen()];
    await first.ven.start();
    await assert.rejects(second.ven.start(), { code: "ERR_OADR_STORE_LOCKED" });

    await first.ven.stop();
    await second.ven.start();

    assert.equal(second.ven.registrationId, "registration-1");
  });

  for (const [kind, what, text, code] of [
    ["event", "damaged", '{"format":1,"value":{}', "ERR_OADR_STORE_DAMAGED"],
    ["event", "not what it should be", '{"format":1,"value":{}}', "ERR_OADR_STORE_DAMAGED"],
    ["event", "of a newer version", '{"format":2,"value":{}}', "ERR_OADR_STORE_NEWER"],
    ["event-refusal", "not what it should be", '{"format":1,"value":{}}', "ERR_OADR_STORE_DAMAGED"],
    [
      "event-cancellation",
      "without an answer",
      '{"format":1,"value":{"modificationNumber":1}}',
      "ERR_OADR_STORE_DAMAGED",
    ],
  ] as const) {
    it(`does not start with an entry ${kind} that is ${what}, and leaves it as it is`, async () => {
      const store = new MemoryVenStore();
      const key = { vtn: "", ven: "a VEN" };
      const entry = { kind, id: "event-1", text };
      await write(store, key, entry);
      await using site = aSite(store);
      const { ven } = site.aVen();

      await assert.rejects(ven.start(), { code, message: new RegExp(`^${kind} "event-1": `) });
      await ven.stop();

      assert.deepEqual(await (await store.open(key)).read(), [entry]);
    });
  }
});

describe("a VEN whose store fails", () => {
  it("tells it, acknowledges nothing, and goes on when there is room again", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await site.start();
    store.failure = new Error("no room left");
    await bench.distribute({ dtstart: "2026-01-01T00:00:05Z" });
    await bench.until("00:00:40");
    assert.deepEqual([bench.answers(), bench.journal], [[], []]);
    const [failed] = bench.told("storeFailed");
    assert.deepEqual([failed?.error.message, failed?.retryIn], ["no room left", seconds(1)]);

    store.failure = undefined;
    await bench.until("00:02");

    assert.deepEqual(bench.answers(), ["event-1/0 200 optIn"]);
    assert.match(bench.journal[0] ?? "", /start event-1$/);
  });

  it("tells the device all the same what is next in an event that is stored", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await site.start();
    await bench.distribute({});

    store.failure = new Error("no room left");
    await bench.until("02:00");

    assert.deepEqual(bench.journal, [
      "01:00 start event-1",
      "01:00 interval event-1 SIMPLE=1 until 02:00",
      "02:00 end event-1 completed",
    ]);
  });

  it("is not registered before the registration is stored", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    store.failure = new Error("no room left");
    const { ven } = site.aVen();
    const starting = ven.start();
    await site.clock.advance(seconds(30));
    assert.equal(ven.state.state, "registering");
    assert.deepEqual(site.vtn.names, ["oadrQueryRegistration", "oadrCreatePartyRegistration"]);

    store.failure = undefined;
    await site.clock.advance(minutes(1));
    await starting;

    assert.equal(ven.state.state, "registered");
  });

  it("stops all the same", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await site.start();
    store.failure = new Error("no room left");
    await bench.distribute({});

    await bench.ven.stop();

    assert.equal(bench.told("storeFailed").at(-1)?.retryIn, false);
    assert.equal(site.clock.sleepers, 0);
  });
});

describe("what a VEN writes", () => {
  it("is nothing while nothing happens", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await site.start();
    await bench.distribute({ dtstart: "2026-02-01T00:00:00Z" });
    store.writes.length = 0;

    await bench.distribute({ dtstart: "2026-02-01T00:00:00Z" });
    await bench.until("2026-01-02T00:00");

    assert.deepEqual(store.writes, []);
  });

  it("is one entry each time an event comes, is told to the device, and goes", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await site.start();
    store.writes.length = 0;

    await bench.distribute({ signal: { intervals: intervals(["PT30M", 1], ["PT30M", 2]) } });
    await bench.until("03:00");
    await bench.distribute();
    await site.clock.settle();

    assert.deepEqual(
      store.writes,
      Array.from({ length: 6 }, () => ["event event-1"]),
    );
  });
});

/** A VTN that takes what it is told of opts. */
const takesOpts: Script = {
  oadrCreateOpt({ requestId, optId }) {
    return { name: "oadrCreatedOpt", payload: { response: { responseCode: 200, requestId }, optId } };
  },
};

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

async function write(
  store: MemoryVenStore,
  key: { readonly vtn: string; readonly ven: string },
  entry: { readonly kind: string; readonly id: string; readonly text: string },
): Promise<void> {
  const state = await store.open(key);
  await state.write([entry]);
  await state.close();
}
