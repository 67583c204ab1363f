import assert from "node:assert/strict";
import { hours, minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { kitchen } from "../security/certified.ts";
import { aClockToBeSet } from "./clock-to-be-set.ts";
import { anActingBench } from "./acting-ven.ts";
import { aSite } from "./restarting-ven.ts";
import { aBench, anEvent, distributeEvent, later, never, refusing, registered } from "./scripted-vtn.ts";

describe("a VEN at the edges of its life", () => {
  it("stops when a listener stops it as it resumes", async () => {
    await using site = aSite();
    await (await site.start()).ven.stop();
    const resuming = site.aVen({ onStatus: ({ type }) => void (type === "resumed" && resuming.ven.stop()) });

    await assert.rejects(resuming.ven.start(), { message: "the VEN was stopped" });
    site.vtn.forget();
    await site.clock.advance(minutes(5));

    assert.deepEqual(site.vtn.names, []);
    assert.equal(resuming.ven.state.state, "stopped");
  });

  it("is there for its handlers when it goes on in the middle of an event", async () => {
    await using site = aSite();
    const first = await site.start();
    await first.distribute({});
    await first.until("01:10");
    await first.ven.stop();
    const seen: unknown[] = [];

    const second = site.aVen({
      onEvent: () => "optIn",
      onStatus: ({ type }) => void (type === "resumed" && seen.push(second.ven.state.state, second.ven.events.length)),
    });
    await second.ven.start();

    assert.deepEqual(seen, ["registered", 1]);
  });

  it("heeds a signal that aborts while the store is opened", async () => {
    await using bench = aBench();
    bench.vtn.isDown = true;
    const abort = new AbortController();

    const starting = bench.ven.start({ signal: abort.signal });
    abort.abort(new Error("enough"));

    await assert.rejects(starting, { message: "enough" });
  });

  it("heeds a signal while it waits for its turn to send", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.script = { oadrPoll: never };
    await bench.clock.advance(seconds(10));
    const abort = new AbortController();

    const cancelling = bench.ven.cancelOpt("week", { signal: abort.signal });
    abort.abort(new Error("enough"));

    await assert.rejects(cancelling, { message: "enough" });
    await bench.ven.stop({ signal: AbortSignal.abort() });
  });

  it("rule 58: answers 450 to a version lower than one that it refused", async () => {
    await using bench = aBench({ onEvent: () => "optIn", marketContexts: ["http://market"] });
    await bench.ven.start();
    const foreign = anEvent({ modificationNumber: 1 });
    const marketContext = "http://elsewhere";
    const refused = { ...foreign, eventDescriptor: { ...foreign.eventDescriptor, marketContext } };

    bench.vtn.queue.push(distributeEvent([refused]));
    await bench.clock.advance(seconds(10));
    bench.vtn.queue.push(distributeEvent([anEvent({ modificationNumber: 0 })]));
    await bench.clock.advance(seconds(10));

    assert.deepEqual(
      bench.vtn.payloads("oadrCreatedEvent").map(({ eventResponses = [] }) => eventResponses[0]?.responseCode),
      [462, 450],
    );
    assert.deepEqual(bench.ven.events, []);
  });

  it("polls at once when the VTN says 463 to something else", async () => {
    await using bench = aBench({}, { oadrCancelOpt: refusing("oadrCancelOpt", 463) });
    await bench.ven.start();
    bench.vtn.forget();

    await assert.rejects(bench.ven.cancelOpt("week"), { responseCode: 463 });
    await bench.clock.settle();

    assert.deepEqual(bench.vtn.names, ["oadrCancelOpt", "oadrPoll"]);
  });

  it("decides anew on a cancellation that a stop cut off", async () => {
    await using site = aSite();
    const cutOff = await site.start({
      onEventCancelled: (_event, { signal }) =>
        new Promise<void>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        }),
    });
    await cutOff.distribute({});
    await cutOff.distribute({ modificationNumber: 1, eventStatus: "cancelled" });
    site.vtn.forget();
    await cutOff.ven.stop();
    assert.deepEqual(site.vtn.names, []);

    site.vtn.distribute(anEvent({ modificationNumber: 1, eventStatus: "cancelled" }));
    const next = await site.start();
    await next.until("00:01");

    assert.deepEqual(
      next.journal.filter((line) => line.includes("cancelled")).map((line) => line.slice(-17)),
      ["cancelled event-1"],
    );
  });

  it("polls on when the clock is set back", async () => {
    const { clock, manual, setBack } = aClockToBeSet();
    await using bench = aBench({ clock });
    await bench.ven.start();
    bench.vtn.forget();

    setBack(hours(12));
    await manual.advance(seconds(30));

    assert.deepEqual(bench.vtn.names, ["oadrPoll", "oadrPoll", "oadrPoll"]);
  });

  it("asks for its events on when the clock is set back, if it is pushed to", async () => {
    const { clock, manual, setBack } = aClockToBeSet();
    const push = { listen: false, address: "http://ven.example.com", resyncInterval: hours(1) } as const;
    await using bench = aBench({ clock, push });
    await bench.ven.start();
    bench.vtn.forget();

    setBack(hours(12));
    await manual.advance(hours(2));

    assert.ok(bench.vtn.payloads("oadrRequestEvent").length > 0);
  });

  it("begins anew after a fault of its own, and tells", async () => {
    let ids = 0;
    const newId = (): string => {
      if (++ids === 4) throw new Error("out of IDs");
      return `id-${ids}`;
    };
    await using bench = aBench({ newId });

    const starting = bench.ven.start();
    await bench.clock.advance(minutes(1));
    await starting;

    assert.equal(bench.told("failed")[0]?.error.message, "out of IDs");
    assert.equal(bench.statuses.at(-1)?.type, "polled");
  });

  it("registers anew when it is started while its registration is being cancelled", async () => {
    await using bench = aBench();
    await bench.ven.start();

    const cancelling = bench.ven.cancelPartyRegistration();
    await bench.ven.start();
    await cancelling;

    assert.equal(bench.ven.registrationId, "registration-2");
  });

  it("rule 407: acts on no event that it was still asked about as the VTN ended its registration", async () => {
    const decided = later();
    await using bench = await anActingBench({ onEvent: () => decided.promise.then(() => "optIn" as const) });
    await bench.until("01:10");
    bench.vtn.events = [anEvent()];
    const asking = bench.ven.requestEvents();
    await bench.clock.settle();
    const ids = { registrationId: "registration-1", venId: "ven-1" };
    bench.vtn.queue.push({ name: "oadrCancelPartyRegistration", payload: { requestId: "cancel-1", ...ids } });
    bench.vtn.events = [];
    await bench.clock.advance(seconds(10));

    decided.happen();

    await assert.rejects(asking, { name: "NotRegisteredOrAuthorizedError" });
    await bench.clock.advance(minutes(5));
    assert.equal(bench.ven.registrationId, "registration-2");
    assert.deepEqual([bench.journal, bench.ven.events], [[], []]);
  });

  it("registers again when told to, under its IDs", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.script = {
      oadrCreatePartyRegistration: ({ requestId, registrationId }) => registered(requestId, registrationId),
    };

    await bench.ven.registerAgain();

    assert.deepEqual(
      bench.vtn.payloads("oadrCreatePartyRegistration").map(({ venId, registrationId }) => [venId, registrationId]),
      [["ven-1", "registration-1"]],
    );
  });

  it("asks for its events, and polls, when told to", async () => {
    await using bench = aBench({ onEvent: () => "optIn" });
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.events = [anEvent()];

    await bench.ven.requestEvents();
    bench.ven.poll();
    await bench.clock.settle();

    assert.deepEqual(bench.vtn.names, ["oadrRequestEvent", "oadrCreatedEvent", "oadrPoll"]);
    assert.equal(bench.ven.events.length, 1);
  });

  it("registers again after a restart that changes whether it signs", async () => {
    await using site = aSite();
    await (await site.start()).ven.stop();
    site.vtn.forget();

    const { ven } = site.aVen({ signatures: { signer: kitchen.signer } });
    await ven.start();
    await site.clock.settle();

    assert.deepEqual(
      site.vtn
        .payloads("oadrCreatePartyRegistration")
        .map(({ registrationId, xmlSignature }) => [registrationId, xmlSignature]),
      [["registration-1", true]],
    );
  });
});
