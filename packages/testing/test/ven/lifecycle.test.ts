import assert from "node:assert/strict";
import { hours, METADATA, minutes, seconds, type Opt } from "@openleadr/protocol";
import { Ven } from "@openleadr/ven";
import { describe, it } from "vitest";
import { meter } from "./reporting-ven.ts";
import { aBench, anEvent, aRequest, later, never, ScriptedVtn } from "./scripted-vtn.ts";

describe("the life of a VEN", () => {
  it("rules 301, 309, 401, 405: registers, offers its reports, and asks for events, in this order", async () => {
    await using bench = aBench();
    const { ven, vtn } = bench;

    await ven.start();

    assert.deepEqual(vtn.names, [
      "oadrQueryRegistration",
      "oadrCreatePartyRegistration",
      "oadrRegisterReport",
      "oadrPoll",
      "oadrRequestEvent",
    ]);
    assert.equal(ven.state.state, "registered");
    assert.deepEqual([ven.venId, ven.registrationId, ven.vtnId], ["ven-1", "registration-1", "vtn"]);
  });

  it("does nothing before it is started", async () => {
    await using bench = aBench();

    await bench.clock.advance(hours(1));

    assert.deepEqual(bench.vtn.names, []);
    assert.deepEqual(bench.ven.state, { state: "unregistered" });
  });

  it("registers once when started twice", async () => {
    await using bench = aBench();

    await Promise.all([bench.ven.start(), bench.ven.start()]);
    await bench.ven.start();

    assert.equal(bench.vtn.registrations, 1);
  });

  it("stops twice, and tells it once", async () => {
    await using bench = aBench();
    await bench.ven.start();

    await Promise.all([bench.ven.stop(), bench.ven.stop()]);
    await bench.ven.stop();
    await bench.ven.stopped;

    assert.equal(bench.told("stopped").length, 1);
    assert.deepEqual(bench.ven.state, { state: "stopped" });
    assert.equal(bench.clock.sleepers, 0);
  });

  it("stops before it was started, and does not start then", async () => {
    await using bench = aBench();

    await bench.ven.stop();

    await assert.rejects(bench.ven.start(), { name: "AbortError" });
    assert.deepEqual(bench.vtn.names, []);
    await bench.ven.stopped;
  });

  it("stops during the start, which rejects", async () => {
    await using bench = aBench();
    bench.vtn.isDown = true;
    const starting = bench.ven.start();
    const rejected = assert.rejects(starting, { name: "AbortError" });
    await bench.clock.advance(minutes(1));

    await bench.ven.stop();

    await rejected;
    assert.equal(bench.clock.sleepers, 0);
  });

  it("begins nothing new once it stops while a registration is under way", async () => {
    await using bench = aBench();
    const starting = bench.ven.start();
    const rejected = assert.rejects(starting, { name: "AbortError" });

    await bench.ven.stop();

    await rejected;
    assert.ok(!bench.vtn.names.includes("oadrPoll"));
  });

  it("rejects a start with the signal's reason, in the middle of a request, and may start again", async () => {
    await using bench = aBench({}, { oadrQueryRegistration: never });
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const rejected = assert.rejects(bench.ven.start({ signal: controller.signal }), reason);
    await bench.clock.settle();

    controller.abort(reason);
    await rejected;
    await assert.rejects(bench.ven.start({ signal: controller.signal }), reason);
    bench.vtn.script = {};
    await bench.ven.start();

    assert.equal(bench.ven.venId, "ven-1");
  });

  it("finishes the exchange under way when it stops", async () => {
    const decision = later();
    await using bench = aBench({
      onEvent: async (): Promise<Opt> => {
        await decision.promise;
        return "optIn";
      },
    });
    await bench.ven.start();
    bench.vtn.distribute(anEvent());
    await bench.clock.advance(seconds(10));

    const stopping = bench.ven.stop();
    decision.happen();
    await stopping;

    assert.equal(bench.vtn.payloads("oadrCreatedEvent")[0]?.eventResponses?.[0]?.optType, "optIn");
  });

  it("finishes what it was told to do when it stops, and does nothing after", async () => {
    const decision = later();
    const bench = aBench({ onEvent: () => decision.promise.then(() => "optIn" as const) });
    await bench.ven.start();
    bench.vtn.events = [anEvent()];
    const asking = bench.ven.requestEvents();
    await bench.clock.settle();

    const stopping = bench.ven.stop();
    await bench.clock.settle();
    assert.equal(bench.told("stopped").length, 0);
    decision.happen();
    await Promise.all([asking, stopping]);

    assert.deepEqual(
      bench.statuses.slice(-2).map(({ type }) => type),
      ["eventAnswered", "stopped"],
    );
  });

  it("finishes the end of its registration when it stops", async () => {
    const heard = later();
    const bench = aBench({ onEvent: () => "optIn", onEventCancelled: () => heard.promise });
    bench.vtn.events = [anEvent()];
    await bench.ven.start();

    const cancelling = bench.ven.cancelPartyRegistration();
    const stopping = bench.ven.stop();
    await bench.clock.settle();
    assert.equal(bench.told("stopped").length, 0);
    heard.happen();
    await Promise.all([cancelling, stopping]);

    assert.equal(bench.statuses.at(-1)?.type, "stopped");
  });

  for (const [what, ask] of [
    ["requestEvents", (ven) => ven.requestEvents()],
    ["registerAgain", (ven) => ven.registerAgain()],
    ["respond", (ven) => ven.respond("event-1", "optOut")],
    ["createOpt", (ven) => ven.createOpt({ eventId: "event-1", optType: "optOut" })],
    ["cancelOpt", (ven) => ven.cancelOpt("opt-1")],
    ["requestReport", (ven) => ven.requestReport(METADATA)],
    ["cancelReport", (ven) => ven.cancelReport("request-1")],
    ["cancelPartyRegistration", (ven) => ven.cancelPartyRegistration()],
  ] as const satisfies readonly (readonly [string, (ven: Ven) => Promise<unknown>])[]) {
    it(`refuses ${what} once it is to stop`, async () => {
      const bench = aBench({ onEvent: () => "optIn" });
      bench.vtn.events = [anEvent()];
      await bench.ven.start();
      bench.vtn.forget();

      const stopping = bench.ven.stop();

      await assert.rejects(ask(bench.ven), { name: "AbortError", message: "the VEN was stopped" });
      await stopping;
      assert.deepEqual(bench.vtn.names, []);
    });
  }

  for (const reportSpecifierId of ["usage", METADATA]) {
    it(`stops also if the VTN requests ${reportSpecifierId} for good in that moment`, async () => {
      const answer = later();
      const bench = aBench(
        {},
        {
          oadrRegisterReport: async ({ requestId }) => {
            await answer.promise;
            const reportRequests = [aRequest({ reportSpecifierId, back: "PT1M" })];
            const response = { responseCode: 200, requestId };
            return { name: "oadrRegisteredReport", payload: { response, reportRequests } };
          },
        },
      );
      bench.ven.addReport(meter);
      const rejected = assert.rejects(bench.ven.start(), { name: "AbortError" });
      await bench.clock.settle();

      const stopping = bench.ven.stop();
      answer.happen();
      await bench.clock.settle();

      assert.equal(bench.clock.sleepers, 0);
      await stopping;
      await rejected;
    });
  }

  it("cuts off what is under way when the signal of a stop aborts", async () => {
    await using bench = aBench({ onEvent: never });
    await bench.ven.start();
    bench.vtn.distribute(anEvent());
    await bench.clock.advance(seconds(10));
    const controller = new AbortController();

    const stopping = bench.ven.stop({ signal: controller.signal });
    controller.abort();
    await stopping;

    assert.equal(bench.ven.state.state, "stopped");
  });

  it("stops when disposed of", async () => {
    const bench = aBench();
    {
      await using ven = bench.ven;
      await ven.start();
    }

    assert.deepEqual(bench.ven.state, { state: "stopped" });
  });

  it("outlives a listener that throws", async () => {
    const { transport } = new ScriptedVtn();
    await using ven = new Ven({
      transport,
      venName: "a VEN",
      onStatus: () => {
        throw new Error("a mistake");
      },
    });

    await ven.start();

    assert.equal(ven.state.state, "registered");
  });

  for (const [name, options] of [
    ["venName", { venName: "" }],
    ["venId", { venId: "" }],
    ["pollInterval", { pollInterval: seconds(0.5) }],
    ["maxRetryInterval", { maxRetryInterval: seconds(0) }],
    ["registrationPause", { registrationPause: seconds(-1) }],
  ] as const) {
    it(`refuses a ${name} out of range`, () => {
      assert.throws(() => aBench(options), { name: "RangeError", message: new RegExp(`^${name}: expected`) });
    });
  }

  it("refuses a pollInterval over 24 hours", () => {
    assert.throws(() => aBench({ pollInterval: hours(48) }), {
      name: "RangeError",
      message: "pollInterval: expected 1 s to 24 h, got 172800000 ms",
    });
  });

  it("refuses to be made without a VTN", () => {
    assert.throws(() => new Ven({ venName: "a VEN" } as never), TypeError);
  });
});
