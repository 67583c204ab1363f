import assert from "node:assert/strict";
import { HttpStatusError, hours, minutes, seconds, type Message } from "@openleadr/protocol";
import type { Transport } from "@openleadr/transport";
import { describe, it } from "vitest";
import { aBench, anEvent, distributeEvent, registered, type Script } from "./scripted-vtn.ts";

const registerReport: Message = { name: "oadrRegisterReport", payload: { requestId: "metadata-1", reports: [] } };

describe("OadrPoll of a VEN", () => {
  it("rules 500, 508: polls at the rate the VTN asked for, with its venID", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();

    await bench.clock.advance(minutes(1));

    assert.deepEqual(
      bench.vtn.names,
      Array.from({ length: 6 }, () => "oadrPoll"),
    );
    assert.deepEqual(bench.vtn.payloads("oadrPoll")[0], { venId: "ven-1" });
  });

  it("rule 500: polls later than asked by up to the jitter it was given, never sooner", async () => {
    let draw = 0;
    await using bench = aBench({ pollJitter: 0.5, random: () => draw });
    await bench.ven.start();
    bench.vtn.forget();

    draw = 0.4;
    await bench.clock.advance(seconds(10));
    await bench.clock.advance(seconds(11));
    assert.equal(bench.vtn.names.length, 1);
    await bench.clock.advance(seconds(1));

    assert.equal(bench.vtn.names.length, 2);
  });

  it("polls once in 24 hours at least, whatever the jitter", async () => {
    const seldom: Script = {
      oadrCreatePartyRegistration({ requestId }) {
        const { name, payload } = registered(requestId);
        return { name, payload: { ...payload, requestedOadrPollFreq: hours(24) } };
      },
    };
    await using bench = aBench({ pollJitter: 1, random: () => 0.9 }, seldom);
    await bench.ven.start();
    bench.vtn.forget();

    await bench.clock.advance(hours(48));

    assert.deepEqual(bench.vtn.names, ["oadrPoll", "oadrPoll"]);
  });

  it("tells of an empty answer where there should be events", async () => {
    await using bench = aBench({}, { oadrRequestEvent: () => undefined });

    await bench.ven.start();

    const [failure] = bench.told("requestFailed");
    assert.equal(failure?.request, "oadrRequestEvent");
    assert.match(failure.error.message, /expected oadrDistributeEvent .* got an empty one/);
    assert.equal(bench.ven.state.state, "registered");
  });

  for (const pollJitter of [-0.1, 1.1, Number.NaN]) {
    it(`refuses a jitter of ${pollJitter}`, () => {
      assert.throws(() => aBench({ pollJitter }), { name: "RangeError", message: /^pollJitter: expected/ });
    });
  }

  it("rule 500: empties the queue without waiting, and answers each message before it polls again", async () => {
    await using bench = aBench({ onEvent: () => "optIn" });
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.queue.push(
      registerReport,
      distributeEvent([anEvent()]),
      { name: "oadrRequestReregistration", payload: { venId: "ven-1" } },
      registerReport,
    );
    bench.vtn.script = {
      oadrCreatePartyRegistration: ({ requestId, registrationId }) => registered(requestId, registrationId),
    };

    await bench.clock.advance(seconds(10));

    assert.deepEqual(bench.vtn.names, [
      "oadrPoll",
      "oadrRegisteredReport",
      "oadrPoll",
      "oadrCreatedEvent",
      "oadrPoll",
      "oadrResponse",
      "oadrCreatePartyRegistration",
      "oadrPoll",
      "oadrRegisteredReport",
      "oadrPoll",
    ]);
  });

  it("rules 303, 508: answers the VTN's own metadata with its requestID and the venID", async () => {
    await using bench = aBench();
    bench.vtn.queue.push(registerReport);

    await bench.ven.start();

    assert.deepEqual(bench.vtn.payloads("oadrRegisteredReport"), [
      { response: { responseCode: 200, requestId: "metadata-1" }, reportRequests: [], venId: "ven-1" },
    ]);
  });

  it("takes an empty answer for an empty queue", async () => {
    await using bench = aBench({}, { oadrPoll: () => undefined });

    await bench.ven.start();
    await bench.clock.advance(minutes(1));

    assert.equal(bench.vtn.payloads("oadrPoll").length, 7);
    assert.deepEqual(bench.told("pollFailed"), []);
  });

  it("waits between polls of a VTN that hands out the same again and again", async () => {
    await using bench = aBench({ onEvent: () => "optIn" }, { oadrPoll: () => distributeEvent([anEvent()]) });
    await bench.ven.start();
    await bench.clock.advance(seconds(10));
    bench.vtn.forget();

    await bench.clock.advance(minutes(1));

    assert.equal(bench.vtn.payloads("oadrPoll").length, 12);
  });

  it("polls again with growing delays while the VTN is away, up to the poll interval", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.isDown = true;

    await bench.clock.advance(minutes(1));
    const delays = bench.told("pollFailed").map(({ retryIn }) => retryIn / 1000);
    assert.deepEqual(delays, [1, 2, 4, 8, 10, 10, 10, 10].slice(0, delays.length));
    assert.ok(delays.length >= 6);

    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(10));
    bench.statuses.length = 0;
    bench.vtn.isDown = true;
    await bench.clock.advance(seconds(10));
    assert.equal(bench.told("pollFailed")[0]?.retryIn, seconds(1));
  });

  for (const [what, answer] of [
    ["469", { name: "oadrResponse", payload: { response: { responseCode: 469, requestId: "" } } }],
    ["a message that is no answer", { name: "oadrPoll", payload: { venId: "ven-1" } }],
  ] as const satisfies readonly (readonly [string, Message])[]) {
    it(`goes on polling, without haste, after ${what}`, async () => {
      await using bench = aBench();
      await bench.ven.start();
      bench.vtn.queue.push(answer);
      bench.vtn.forget();

      await bench.clock.advance(seconds(20));

      assert.deepEqual(
        bench.told("pollFailed").map(({ retryIn }) => retryIn),
        [seconds(10)],
      );
      assert.deepEqual(bench.vtn.names, ["oadrPoll", "oadrPoll"]);
    });
  }

  it("asks for all events once it is answered again after an answer that was lost", async () => {
    await using bench = aBench({ onEvent: () => "optIn" });
    await bench.ven.start();
    bench.vtn.distribute(anEvent());
    bench.vtn.isMute = true;
    await bench.clock.advance(seconds(10));
    bench.vtn.isMute = false;
    bench.vtn.forget();

    await bench.clock.advance(seconds(10));

    assert.deepEqual(bench.vtn.names.slice(0, 3), ["oadrPoll", "oadrRequestEvent", "oadrCreatedEvent"]);
    assert.equal(bench.vtn.payloads("oadrRequestEvent").length, 1);
  });

  it("sends an answer again until the VTN can be reached", async () => {
    await using bench = aBench({
      onEvent: () => {
        bench.vtn.isDown = true;
        return "optIn";
      },
    });
    await bench.ven.start();
    bench.vtn.distribute(anEvent());
    await bench.clock.advance(seconds(15));
    assert.deepEqual(bench.vtn.payloads("oadrCreatedEvent"), []);

    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(10));

    assert.equal(bench.vtn.payloads("oadrCreatedEvent").length, 1);
    assert.deepEqual(
      bench
        .told("requestFailed")
        .slice(0, 2)
        .map(({ request, retryIn }) => [request, retryIn]),
      [
        ["oadrCreatedEvent", seconds(1)],
        ["oadrCreatedEvent", seconds(2)],
      ],
    );
  });

  it("sends an answer again that the VTN turned away with 403, as one whose signature is too old", async () => {
    const { vtn } = aBench();
    let refusals = 0;
    const transport: Transport = async (service, document, signal) => {
      const answer = await vtn.transport(service, document, signal);
      if (document.includes("oadrCreatedEvent") && refusals++ < 3) throw new HttpStatusError(403, "forbidden");
      return answer;
    };
    await using bench = aBench({ transport, onEvent: () => "optIn" });
    await bench.ven.start();
    vtn.distribute(anEvent());

    await bench.clock.advance(minutes(2));

    const told = bench.told("requestFailed").map(({ request, retryIn }) => [request, retryIn !== false]);
    assert.deepEqual(
      told,
      Array.from({ length: 3 }, () => ["oadrCreatedEvent", true]),
    );
    assert.equal(vtn.payloads("oadrCreatedEvent").length, 4);
  });

  it("rules 303, 304: refuses what the VTN means for another VEN with 452", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.queue.push({ name: "oadrRegisterReport", payload: { requestId: "r", reports: [], venId: "ven-2" } });

    await bench.clock.advance(seconds(10));

    const [answer] = bench.vtn.payloads("oadrRegisteredReport");
    assert.deepEqual([answer?.response.responseCode, answer?.response.requestId], [452, "r"]);
  });

  it("never has two requests under way", async () => {
    await using bench = aBench();
    let underWay = 0;
    let most = 0;
    const { transport } = bench.vtn;
    await using other = aBench({
      transport: async (service, xml, signal) => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        try {
          return await transport(service, xml, signal);
        } finally {
          underWay--;
        }
      },
    });

    await other.ven.start();
    await Promise.all([other.ven.cancelPartyRegistration(), other.clock.advance(minutes(1))]);

    assert.equal(most, 1);
  });
});
