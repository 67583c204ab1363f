import assert from "node:assert/strict";
import { hours, seconds, type Opt } from "@openleadr/protocol";
import type { EventAnswer } from "@openleadr/ven";
import { describe, it } from "vitest";
import { anActingBench } from "./acting-ven.ts";
import { never, refusing } from "./scripted-vtn.ts";

describe("the answers of a VEN", () => {
  it("rule 48: gives the response code and the reason that the application gives", async () => {
    await using bench = await anActingBench({
      onEvent: () => ({ optType: "optOut", responseCode: 469, responseDescription: "the boiler is away" }),
    });

    await bench.distribute({});

    const [response] = bench.vtn.payloads("oadrCreatedEvent")[0]?.eventResponses ?? [];
    assert.deepEqual(response, {
      responseCode: 469,
      responseDescription: "the boiler is away",
      requestId: "distribution-1",
      eventId: "event-1",
      modificationNumber: 0,
      optType: "optOut",
    });
  });

  for (const answer of [{ optType: "optIn", responseCode: 460 }, { optType: "optIn", responseCode: 20 }, undefined]) {
    it(`opts out where the application answers ${JSON.stringify(answer)}`, async () => {
      await using bench = await anActingBench({ onEvent: () => answer as EventAnswer });

      await bench.distribute({});

      assert.deepEqual(bench.answers(), ["event-1/0 200 optOut"]);
      assert.equal(bench.told("handlerFailed").length, 1);
    });
  }

  it("opts out of an event whose handler exceeds its time limit, and only of that", async () => {
    await using bench = await anActingBench({
      onEvent: ({ eventDescriptor }) => (eventDescriptor.eventId === "a" ? never() : "optIn"),
    });
    await bench.distribute({ eventId: "a" }, { eventId: "b" });
    assert.deepEqual(bench.answers(), []);

    await bench.clock.advance(seconds(30));

    assert.deepEqual(bench.answers(), ["a/0 200 optOut", "b/0 200 optIn"]);
    assert.deepEqual(
      bench.told("handlerFailed").map(({ handler, eventId, error }) => [handler, eventId, error.name]),
      [["onEvent", "a", "TimeoutError"]],
    );
  });

  it("waits for ever for a handler that has no time limit", async () => {
    await using bench = await anActingBench({
      handlerTimeout: false,
      async onEvent(): Promise<EventAnswer> {
        await bench.clock.sleep(hours(5));
        return "optIn";
      },
    });
    await bench.distribute({ dtstart: "2026-01-02T00:00:00Z" });

    await bench.until("06:00");

    assert.deepEqual(bench.answers(), ["event-1/0 200 optIn"]);
  });

  for (const [handlerTimeout, message] of [
    [seconds(0), "handlerTimeout: expected a duration above 0, or false, got 0 ms"],
    [seconds(-1), "handlerTimeout: expected a duration above 0, or false, got -1000 ms"],
  ] as const) {
    it(`refuses a time limit of ${handlerTimeout} ms`, async () => {
      await assert.rejects(anActingBench({ handlerTimeout }), new RangeError(message));
    });
  }

  it("rules 17, 42: opts out later under the requestID of the distribution, and ends what is active", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");
    bench.vtn.forget();

    const isTaken = await bench.ven.respond("event-1", "optOut", { responseDescription: "it is cold" });
    await bench.clock.settle();

    assert.equal(isTaken, true);
    assert.deepEqual(bench.vtn.payloads("oadrCreatedEvent"), [
      {
        response: { responseCode: 200, requestId: "" },
        eventResponses: [
          {
            responseCode: 200,
            responseDescription: "it is cold",
            requestId: "distribution-1",
            eventId: "event-1",
            modificationNumber: 0,
            optType: "optOut",
          },
        ],
        venId: "ven-1",
      },
    ]);
    assert.deepEqual(bench.journal.slice(2), ["01:30 end event-1 optedOut"]);
    assert.equal(bench.ven.signalAt(bench.clock.now()), undefined);
  });

  it("rule 16: opts in later, and begins in the middle", async () => {
    await using bench = await anActingBench({ onEvent: () => "optOut" });
    await bench.distribute({});
    await bench.until("01:30");

    await bench.ven.respond("event-1", "optIn");
    await bench.clock.settle();

    assert.deepEqual(bench.answers(), ["event-1/0 200 optOut", "event-1/0 200 optIn"]);
    assert.deepEqual(bench.journal, ["01:30 start event-1", "01:30 interval event-1 SIMPLE=1 until 02:00"]);
  });

  it("says what its answer to an event is by now", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});

    const before = bench.ven.optTypeOf("event-1");
    await bench.ven.respond("event-1", "optOut");

    assert.deepEqual([before, bench.ven.optTypeOf("event-1")], ["optIn", "optOut"]);
    assert.equal(bench.ven.optTypeOf("event-2"), undefined);
  });

  it("rule 12: repeats the later answer when the event comes again", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.ven.respond("event-1", "optOut");

    await bench.distribute({});

    assert.deepEqual(bench.answers(), ["event-1/0 200 optOut"]);
  });

  it("keeps a later answer when the event changes, without asking onEvent", async () => {
    const asked: number[] = [];
    await using bench = await anActingBench({
      onEvent: ({ eventDescriptor }) => (asked.push(eventDescriptor.modificationNumber), "optIn"),
    });
    await bench.distribute({});
    await bench.ven.respond("event-1", "optOut");

    await bench.distribute({ modificationNumber: 1 });

    assert.deepEqual(bench.answers(), ["event-1/1 200 optOut"]);
    assert.deepEqual(asked, [0]);
  });

  it("rule 12: keeps a later answer to itself where the event wants none", async () => {
    await using bench = await anActingBench();
    await bench.distribute({ responseRequired: "never" });
    await bench.until("01:30");

    await bench.ven.respond("event-1", "optOut");
    await bench.clock.settle();

    assert.deepEqual(bench.answers(), []);
    assert.deepEqual(bench.journal.slice(2), ["01:30 end event-1 optedOut"]);
  });

  it("acts on a later answer at once when the VTN is away, and sends answers in their order", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.until("01:30");
    bench.vtn.isDown = true;
    bench.vtn.forget();

    const answers = [bench.ven.respond("event-1", "optOut"), bench.ven.respond("event-1", "optIn")];
    await bench.clock.advance(seconds(60));
    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(60));

    assert.deepEqual(await Promise.all(answers), [true, true]);
    assert.equal(bench.answers().at(-1), "event-1/0 200 optIn");
  });

  it("tells that the VTN does not take a later answer", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    bench.vtn.script = { oadrCreatedEvent: refusing("oadrCreatedEvent", 451) };

    assert.equal(await bench.ven.respond("event-1", "optOut"), false);

    assert.deepEqual(
      bench.told("requestFailed").map(({ request, retryIn }) => [request, retryIn]),
      [["oadrCreatedEvent", false]],
    );
  });

  it("refuses a later answer to an event it does not have, to one it refused, and one that is none", async () => {
    await using bench = await anActingBench();
    await bench.distribute({});
    await bench.distribute({ modificationNumber: 1, targets: [{ venId: "ven-2" }] });

    await assert.rejects(bench.ven.respond("event-1", "optIn"), {
      name: "RangeError",
      message: 'eventId: expected an event that was not refused, got "event-1"',
    });
    await assert.rejects(bench.ven.respond("another", "optIn"), {
      name: "RangeError",
      message: 'eventId: expected the ID of an event of the VEN, got "another"',
    });
    await bench.distribute({ modificationNumber: 2 });
    await assert.rejects(bench.ven.respond("event-1", "maybe" as Opt), { name: "TypeError" });
  });
});
