import assert from "node:assert/strict";
import { currencyPerKWh, hours, minutes } from "@openleadr/protocol";
import type { Opt } from "@openleadr/ven";
import { describe, it } from "vitest";
import { anHour, onePoll, openPair } from "./open-pair.ts";

/** The start of an event so many minutes after the clock's beginning. */
function at(minute: number): { readonly activePeriod: { readonly dtstart: Date } } {
  return { activePeriod: { dtstart: new Date(Date.parse("2026-01-01T00:00:00Z") + minutes(minute)) } };
}

describe("an event between a VTN and a VEN", () => {
  it("case E1: reaches the VEN with a poll, its answer reaches the callbacks, and then nothing waits", async () => {
    const answers: string[] = [];
    await using pair = await openPair({
      vtn: { onCreatedEvent: ({ venId, optType }) => void answers.push(`${venId} ${optType}`) },
    });
    await pair.ven.start();

    await pair.vtn.events.create(anHour, { onAnswered: ({ eventId }) => void answers.push(eventId) });
    await pair.clock.advance(minutes(1));

    assert.deepEqual(answers, ["ven-1 optIn", "event-1"]);
    const last = pair.venStatuses.findLast(({ type }) => type === "polled");
    assert.deepEqual(last, { type: "polled", answer: "oadrResponse" });
  });

  it("case E2: brings all of its signals", async () => {
    const intervals = [{ duration: hours(1), value: 2 }];
    const measurement = currencyPerKWh("EUR");
    const price = { signalName: "ELECTRICITY_PRICE", signalType: "price", intervals, measurement } as const;
    await using pair = await openPair({});
    await pair.ven.start();

    await pair.vtn.events.create({ ...anHour, signals: [...anHour.signals, price] });
    await pair.clock.advance(onePoll);

    assert.deepEqual(
      pair.ven.events[0]?.signals.map(({ signalName, intervals: [first] }) => [signalName, first?.value]),
      [
        ["SIMPLE", 1],
        ["ELECTRICITY_PRICE", 2],
      ],
    );
  });

  it("case E3: is sent whenever the VEN asks, active ones first, and no longer once it is over", async () => {
    await using pair = await openPair({});
    const client = pair.openClient();
    await client.createPartyRegistration({ venName: "ven-1" });
    for (const [eventId, minute] of [
      ["later", 30],
      ["now", 0],
      ["soon", 10],
    ] as const)
      await pair.vtn.events.create({ ...anHour, ...at(minute), eventDescriptor: { eventId } });
    const ids = async (): Promise<readonly string[]> =>
      (await client.requestEvent()).events.map(({ eventDescriptor }) => eventDescriptor.eventId);

    const asked = [await ids(), await ids()];
    await pair.clock.advance(minutes(65));

    assert.deepEqual(asked, [
      ["now", "soon", "later"],
      ["now", "soon", "later"],
    ]);
    assert.deepEqual(await ids(), ["soon", "later"]);
  });

  it("case E4: is cancelled while it is active, with the next number, until the VEN has confirmed it", async () => {
    const ended: string[] = [];
    await using pair = await openPair({
      ven: { onEventEnd: (_event, { reason }) => void ended.push(reason) },
    });
    await pair.ven.start();
    await pair.vtn.events.create(anHour);
    await pair.clock.advance(minutes(30));

    const { eventDescriptor } = await pair.vtn.events.cancel("event-1");
    await pair.clock.advance(onePoll);

    assert.deepEqual([eventDescriptor.eventStatus, eventDescriptor.modificationNumber], ["cancelled", 1]);
    assert.deepEqual(ended, ["cancelled"]);
    assert.equal((await pair.vtn.events.responses("event-1"))[0]?.modificationNumber, 1);
    assert.deepEqual(pair.ven.events, []);
  });

  for (const [title, onEvent] of [
    ["is missing", undefined],
    ["gives no answer", () => undefined as unknown as Opt],
    [
      "throws",
      () => {
        throw new Error("no idea");
      },
    ],
  ] as const) {
    it(`case E5: is opted out of where the handler ${title}`, async () => {
      await using pair = await openPair({ ven: { onEvent } });
      await pair.ven.start();

      await pair.vtn.events.create(anHour);
      await pair.clock.advance(onePoll);

      assert.equal((await pair.vtn.events.response("event-1", "ven-1")).optType, "optOut");
    });
  }

  it("case E6: has onEvent asked again where nobody else is there to ask about its change", async () => {
    const asked: number[] = [];
    await using pair = await openPair({
      ven: {
        onEvent: ({ eventDescriptor }) => (asked.push(eventDescriptor.modificationNumber) === 1 ? "optIn" : "optOut"),
      },
    });
    await pair.ven.start();
    await pair.vtn.events.create(anHour);
    await pair.clock.advance(onePoll);

    await pair.vtn.events.modify("event-1", { eventDescriptor: { priority: 1 } });
    await pair.clock.advance(onePoll);

    assert.deepEqual(asked, [0, 1]);
    assert.equal((await pair.vtn.events.response("event-1", "ven-1")).optType, "optOut");
  });

  it("case N: has an answer of its own for each VEN", async () => {
    await using pair = await openPair({});
    await pair.ven.start();
    await pair.openVen({ venName: "ven-2", onEvent: () => "optOut" }).start();

    await pair.vtn.events.create(anHour);
    await pair.clock.advance(onePoll);

    const answers = (await pair.vtn.events.responses("event-1")).map(({ venId, optType }) => `${venId} ${optType}`);
    assert.deepEqual(
      answers.toSorted((a, b) => a.localeCompare(b)),
      ["ven-1 optIn", "ven-2 optOut"],
    );
  });

  it("case N: is opted out of after it was opted into", async () => {
    const answers: string[] = [];
    await using pair = await openPair({});
    await pair.ven.start();
    await pair.vtn.events.create(anHour, { onAnswered: ({ optType }) => void answers.push(optType) });
    await pair.clock.advance(onePoll);

    await pair.ven.respond("event-1", "optOut");

    assert.deepEqual(answers, ["optIn", "optOut"]);
  });
});
