import assert from "node:assert/strict";
import { duration, hours, minutes, seconds, type OadrEvent } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { aBench, anEvent, distributeEvent, ScriptedVtn, type Bench, type EventOptions } from "./scripted-vtn.ts";

/** A VEN that is registered, opts in, and keeps what its handlers were asked. */
async function aStartedBench(options: Parameters<typeof aBench>[0] = {}) {
  const asked: string[] = [];
  const cancelled: string[] = [];
  const bench = aBench({
    onEvent: (event) => (asked.push(name(event)), "optIn"),
    onEventCancelled: (event) => void cancelled.push(name(event)),
    ...options,
  });
  await bench.ven.start();
  return { ...bench, asked, cancelled };
}

/** The VTN distributes these events; what the VEN answered: eventID, modificationNumber, code and opt. */
async function answers(bench: Pick<Bench, "vtn" | "clock">, ...events: readonly EventOptions[]) {
  bench.vtn.forget();
  bench.vtn.distribute(...events.map(anEvent));
  await bench.clock.advance(seconds(10));
  return bench.vtn
    .payloads("oadrCreatedEvent")
    .flatMap(({ eventResponses = [] }) =>
      eventResponses.map(
        ({ eventId, modificationNumber, responseCode, optType }) =>
          `${eventId}/${modificationNumber} ${responseCode} ${optType}`,
      ),
    );
}

function name({ eventDescriptor }: OadrEvent): string {
  return `${eventDescriptor.eventId}/${eventDescriptor.modificationNumber}`;
}

function interval(span: string, uid: string, value: number) {
  return { duration: duration(span), uid, value };
}

describe("EiEvent of a VEN", () => {
  it("rules 12, 56: holds a new event and answers it", async () => {
    await using bench = await aStartedBench();

    assert.deepEqual(await answers(bench, {}), ["event-1/0 200 optIn"]);

    assert.deepEqual(bench.asked, ["event-1/0"]);
    assert.deepEqual(
      bench.ven.events.map(({ eventDescriptor }) => eventDescriptor.eventId),
      ["event-1"],
    );
    assert.deepEqual(
      bench.statuses.filter(({ type }) => type.startsWith("event")),
      [
        { type: "eventReceived", eventId: "event-1", modificationNumber: 0, eventStatus: "far" },
        { type: "eventAnswered", eventId: "event-1", optType: "optIn", responseCode: 200 },
      ],
    );
  });

  it("rules 35, 42: answers with an empty requestID outside and the distribution's inside", async () => {
    await using bench = await aStartedBench();

    await answers(bench, {});

    assert.deepEqual(bench.vtn.payloads("oadrCreatedEvent")[0], {
      response: { responseCode: 200, requestId: "" },
      eventResponses: [
        { responseCode: 200, requestId: "distribution-1", eventId: "event-1", modificationNumber: 0, optType: "optIn" },
      ],
      venId: "ven-1",
    });
  });

  it("rule 56: takes the first sight of an event with a higher modification number", async () => {
    await using bench = await aStartedBench();

    assert.deepEqual(await answers(bench, { modificationNumber: 3 }), ["event-1/3 200 optIn"]);
  });

  it("rule 12: repeats its answer to a version it knows, without asking again", async () => {
    await using bench = await aStartedBench();
    await answers(bench, {});

    assert.deepEqual(await answers(bench, {}), ["event-1/0 200 optIn"]);

    assert.deepEqual(bench.asked, ["event-1/0"]);
  });

  it("rule 58: refuses a lower modification number with 450 and keeps what it has", async () => {
    await using bench = await aStartedBench();
    await answers(bench, { modificationNumber: 2 });

    assert.deepEqual(await answers(bench, { modificationNumber: 1 }), ["event-1/1 450 optOut"]);

    assert.equal(bench.ven.events[0]?.eventDescriptor.modificationNumber, 2);
  });

  it("rule 58: refuses a lower modification number with 450 in a cancellation too", async () => {
    await using bench = await aStartedBench();
    await answers(bench, { modificationNumber: 2 });

    const answered = await answers(bench, { modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(answered, ["event-1/1 450 optOut"]);
    assert.equal(bench.ven.events.length, 1);
  });

  it("rules 43, 57: replaces a version by a higher one of the same requestID", async () => {
    await using bench = await aStartedBench();
    await answers(bench, {});

    assert.deepEqual(await answers(bench, { modificationNumber: 1 }), ["event-1/1 200 optIn"]);

    assert.deepEqual(bench.asked, ["event-1/0", "event-1/1"]);
    assert.equal(bench.ven.events[0]?.eventDescriptor.modificationNumber, 1);
  });

  it("rules 36, 59: forgets a cancelled event, tells the application, and confirms", async () => {
    await using bench = await aStartedBench();
    await answers(bench, {});

    const answered = await answers(bench, { modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(answered, ["event-1/1 200 optIn"]);
    assert.deepEqual(bench.cancelled, ["event-1/0"]);
    assert.deepEqual(bench.ven.events, []);
    assert.deepEqual(bench.told("eventCancelled"), [{ type: "eventCancelled", eventId: "event-1", implied: false }]);
  });

  it("rules 21, 60: confirms the cancellation of an event it does not know, and ignores it", async () => {
    await using bench = await aStartedBench();

    const answered = await answers(bench, { modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(answered, ["event-1/1 200 optIn"]);
    assert.deepEqual([bench.asked, bench.cancelled, bench.ven.events], [[], [], []]);
  });

  it("rule 61: takes a known event that is no longer sent for cancelled, without an answer", async () => {
    await using bench = await aStartedBench();
    await answers(bench, { eventId: "a" }, { eventId: "b" });

    assert.deepEqual(await answers(bench, { eventId: "b" }), ["b/0 200 optIn"]);

    assert.deepEqual(bench.cancelled, ["a/0"]);
    assert.deepEqual(bench.told("eventCancelled"), [{ type: "eventCancelled", eventId: "a", implied: true }]);
  });

  it("rule 114: forgets in silence what is over and no longer sent", async () => {
    await using bench = await aStartedBench();
    await answers(bench, {});
    await bench.clock.advance(hours(2));

    assert.deepEqual(await answers(bench), []);

    assert.deepEqual([bench.cancelled, bench.ven.events], [[], []]);
  });

  it("rule 12: sends no answer when there is no event, or none that wants one", async () => {
    await using bench = await aStartedBench();

    await answers(bench);
    await answers(bench, { responseRequired: "never" });
    await answers(bench, { responseRequired: "never", modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(bench.vtn.payloads("oadrCreatedEvent"), []);
    assert.deepEqual([bench.asked, bench.cancelled], [["event-1/0"], ["event-1/0"]]);
  });

  it("rules 12, 62: answers the events that it asked for, too", async () => {
    await using bench = aBench({ onEvent: () => "optIn" });
    bench.vtn.events = [anEvent(), anEvent({ eventId: "quiet", responseRequired: "never" })];

    await bench.ven.start();

    const [answer] = bench.vtn.payloads("oadrCreatedEvent");
    assert.deepEqual(
      answer?.eventResponses?.map(({ eventId, optType }) => [eventId, optType]),
      [["event-1", "optIn"]],
    );
  });

  it("rules 12, 19: answers all events that want it in one message, the bad beside the good", async () => {
    await using bench = await aStartedBench();

    const answered = await answers(
      bench,
      { eventId: "good" },
      { eventId: "bad", signal: { signalType: "delta" } },
      { eventId: "quiet", responseRequired: "never" },
    );

    assert.deepEqual(answered, ["good/0 200 optIn", "bad/0 460 optOut"]);
    assert.equal(bench.vtn.payloads("oadrCreatedEvent").length, 1);
    assert.deepEqual(bench.asked, ["good/0", "quiet/0"]);
  });

  it("rule 21: refuses the events of another VTN with 452 and no eventResponses", async () => {
    await using bench = await aStartedBench();
    bench.vtn.queue.push(distributeEvent([anEvent()], "", "another"));

    await bench.clock.advance(seconds(10));

    const [answer] = bench.vtn.payloads("oadrCreatedEvent");
    assert.equal(answer?.response.responseCode, 452);
    assert.equal(answer.response.requestId, "distribution-1");
    assert.equal(answer.eventResponses, undefined);
    assert.deepEqual(bench.asked, []);
  });

  it("opts out of an event whose handler throws, and only of that", async () => {
    await using bench = await aStartedBench({
      onEvent: ({ eventDescriptor }) => {
        if (eventDescriptor.eventId === "a") throw new Error("a mistake");
        return "optIn";
      },
    });

    assert.deepEqual(await answers(bench, { eventId: "a" }, { eventId: "b" }), ["a/0 200 optOut", "b/0 200 optIn"]);

    assert.deepEqual(
      bench.told("handlerFailed").map(({ handler, error }) => [handler, error.message]),
      [["onEvent", "a mistake"]],
    );
  });

  it("opts out of an event whose handler gives an answer that is none", async () => {
    await using bench = await aStartedBench({ onEvent: () => "maybe" as "optIn" });

    assert.deepEqual(await answers(bench, {}), ["event-1/0 200 optOut"]);
  });

  it("opts out without a handler, and keeps the event in sight", async () => {
    await using bench = await aStartedBench({ onEvent: undefined });

    assert.deepEqual(await answers(bench, {}), ["event-1/0 200 optOut"]);

    assert.equal(bench.ven.events.length, 1);
  });

  it("rule 33: refuses a new event that was over when it came with 454, without asking", async () => {
    await using bench = await aStartedBench();

    assert.deepEqual(await answers(bench, { dtstart: "2025-12-31T22:00:00Z" }), ["event-1/0 454 optOut"]);

    assert.deepEqual([bench.asked, bench.ven.events], [[], []]);
  });

  it("rules 33, 66: takes a new event that may still go on, or start, within its start-after span", async () => {
    await using bench = await aStartedBench();

    const late = { dtstart: "2025-12-31T22:30:00Z", startAfter: "PT1H" };
    assert.deepEqual(await answers(bench, late), ["event-1/0 200 optIn"]);

    assert.deepEqual(bench.asked, ["event-1/0"]);
  });

  it("rules 33, 114: is not asked about, and opts out of, a new event that may be over by the VTN's clock", async () => {
    await using bench = await aStartedBench();

    // Clocks are compared to about a second.
    assert.deepEqual(await answers(bench, { dtstart: "2025-12-31T23:00:09.500Z" }), ["event-1/0 200 optOut"]);

    assert.deepEqual(bench.asked, []);
  });

  it("rule 47: asks about an open-ended event that began long ago", async () => {
    await using bench = await aStartedBench();

    assert.deepEqual(await answers(bench, { dtstart: "2025-01-01T00:00:00Z", duration: "PT0S" }), [
      "event-1/0 200 optIn",
    ]);
  });

  it("asks about the change of an event that is over with it", async () => {
    await using bench = await aStartedBench();
    await answers(bench, { dtstart: "2026-01-01T00:00:00Z" });
    await bench.clock.advance(minutes(10));

    await answers(bench, { dtstart: "2026-01-01T00:00:00Z", duration: "PT5M", modificationNumber: 1 });

    assert.deepEqual(bench.asked, ["event-1/0", "event-1/1"]);
  });

  for (const [what, code, options] of [
    ["durations that do not add up", 459, { signal: { intervals: [interval("PT30M", "0", 1)] } }],
    ["intervals out of order", 450, { signal: { intervals: [interval("PT30M", "1", 1), interval("PT30M", "0", 2)] } }],
    ["a SIMPLE level of 4", 454, { signal: { intervals: [interval("PT1H", "0", 4)] } }],
    ["a SIMPLE signal that is no level", 460, { signal: { signalType: "multiplier" } }],
    ["a signal it does not know", 460, { signal: { signalName: "x-weather" } }],
    ["a type its signal has not", 460, { signal: { signalName: "ELECTRICITY_PRICE", signalType: "setpoint" } }],
    ["another VEN's target", 462, { targets: [{ venId: "ven-2" }] }],
  ] as const satisfies readonly (readonly [string, number, EventOptions])[]) {
    it(`rules 22, 33, 48, 116: refuses an event with ${what} with ${code}`, async () => {
      await using bench = await aStartedBench();

      assert.deepEqual(await answers(bench, options), [`event-1/0 ${code} optOut`]);

      assert.deepEqual([bench.asked, bench.ven.events], [[], []]);
    });
  }

  for (const [what, options] of [
    ["no target", { targets: [] }],
    ["a resource as its target", { targets: [{ resourceId: "r" }] }],
    ["itself among its targets", { targets: [{ venId: "ven-2" }, { venId: "ven-1" }] }],
    ["a load to dispatch, without a unit", { signal: { signalName: "LOAD_DISPATCH", signalType: "setpoint" } }],
  ] as const satisfies readonly (readonly [string, EventOptions])[]) {
    it(`rules 22, 510: takes an event with ${what}`, async () => {
      await using bench = await aStartedBench();

      assert.deepEqual(await answers(bench, options), ["event-1/0 200 optIn"]);
    });
  }

  it("rule 109: refuses an event with an unsupported signal beside a supported one with 460", async () => {
    await using bench = await aStartedBench();
    const event = anEvent();
    const { signals } = anEvent({ signal: { signalName: "x-weather", signalId: "signal-2" } });
    bench.vtn.queue.push(distributeEvent([{ ...event, signals: [...event.signals, ...signals] }]));

    await bench.clock.advance(seconds(10));

    const [response] = bench.vtn.payloads("oadrCreatedEvent")[0]?.eventResponses ?? [];
    assert.deepEqual([response?.responseCode, response?.optType], [460, "optOut"]);
    assert.deepEqual(bench.asked, []);
  });

  for (const [text, isTest] of [
    ["true", true],
    ["HelloThere", true],
    ["false", false],
    ["", false],
  ] as const) {
    it(`rule 6: takes the testEvent "${text}" for ${isTest ? "a test" : "none"}`, async () => {
      const seen: unknown[] = [];
      const vtn = new ScriptedVtn();
      const event = anEvent();
      vtn.events = [{ ...event, eventDescriptor: { ...event.eventDescriptor, testEvent: true } }];
      await using bench = aBench({
        transport: async (...request) =>
          (await vtn.transport(...request))?.replace("<ei:testEvent>true<", `<ei:testEvent>${text}<`),
        onEvent: ({ eventDescriptor }) => (seen.push(eventDescriptor.testEvent ?? false), "optIn"),
      });

      await bench.ven.start();

      assert.deepEqual(seen, [isTest]);
    });
  }

  it("keeps the version it has when a higher one is refused", async () => {
    await using bench = await aStartedBench();
    await answers(bench, {});

    const answered = await answers(bench, { modificationNumber: 1, signal: { signalType: "delta" } });

    assert.deepEqual(answered, ["event-1/1 460 optOut"]);
    assert.equal(bench.ven.events[0]?.eventDescriptor.modificationNumber, 0);
  });

  it("keeps its events, and its answers, when it has to register anew", async () => {
    await using bench = await aStartedBench();
    await answers(bench, {});
    bench.vtn.queue.push({ name: "oadrResponse", payload: { response: { responseCode: 463, requestId: "" } } });

    await bench.clock.advance(seconds(20));

    assert.deepEqual([bench.asked, bench.cancelled, bench.ven.events.length], [["event-1/0"], [], 1]);
  });
});
