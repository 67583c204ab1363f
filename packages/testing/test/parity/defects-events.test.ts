import assert from "node:assert/strict";
import { minutes, seconds } from "@openleadr/protocol";
import { Ven } from "@openleadr/ven";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { anEvent, ScriptedVtn } from "../ven/scripted-vtn.ts";
import { anHour, onePoll, openPair, type OpenPair } from "./open-pair.ts";

const start = { dtstart: new Date("2026-01-01T00:10:00Z") };

async function register(pair: OpenPair) {
  const client = pair.openClient();
  await client.createPartyRegistration({ venName: "ven-1" });
  return client;
}

describe("what OpenLEADR gets wrong about events", () => {
  for (const vtnId of ["myvtn", "007", "VTN 1", "true"]) {
    it(`defect B-1: a VEN takes events of a VTN called ${vtnId}`, async () => {
      await using pair = await openPair({ vtn: { vtnId } });
      await pair.ven.start();

      await pair.vtn.events.create(anHour);
      await pair.clock.advance(onePoll);

      assert.equal(pair.ven.vtnId, vtnId);
      assert.equal((await pair.vtn.events.response("event-1", "ven-1")).optType, "optIn");
    });
  }

  it("defect B-2: notification, ramp-up, recovery and start-after reach the VEN", async () => {
    const spans = { notification: minutes(9), rampUp: minutes(5), recovery: minutes(4), startAfter: minutes(3) };
    await using pair = await openPair({});
    await pair.ven.start();

    await pair.vtn.events.create({ ...start, ...spans, intervals: anHour.signals[0].intervals });
    await pair.clock.advance(onePoll);

    assert.deepEqual(pair.ven.events[0]?.activePeriod, { ...start, duration: minutes(60), ...spans });
  });

  it("defect B-3: the current value is that of the interval once the event is active, and 0 before", async () => {
    await using pair = await openPair({});
    const client = await register(pair);
    await pair.vtn.events.create(anHour);
    const current = async () => (await client.requestEvent()).events[0]?.signals[0]?.currentValue;

    const before = await current();
    await pair.clock.advance(minutes(11));

    assert.deepEqual([before, await current()], [0, 1]);
  });

  it("defect B-4, B-5: of active events priority comes before start, and a reply limit counts by itself", async () => {
    await using pair = await openPair({});
    const client = await register(pair);
    for (const [eventId, priority, minute] of [
      ["least", 0, 1],
      ["second", 2, 2],
      ["first", 1, 3],
    ] as const) {
      const dtstart = new Date(pair.clock.now().getTime() + minutes(minute));
      await pair.vtn.events.create({ ...anHour, eventDescriptor: { eventId, priority }, activePeriod: { dtstart } });
    }
    await pair.clock.advance(minutes(5));
    const ids = async (replyLimit: number) =>
      (await client.requestEvent({ replyLimit })).events.map(({ eventDescriptor }) => eventDescriptor.eventId);

    assert.deepEqual([await ids(9), await ids(1)], [["first", "second", "least"], ["first"]]);
  });

  it("defect B-14: an answer to an event that is over is taken, and one to an event of nobody gets 452", async () => {
    await using pair = await openPair({});
    const client = await register(pair);
    await pair.vtn.events.create(anHour);
    const { requestId } = await client.requestEvent();
    await pair.clock.advance(minutes(90));
    const answer = (eventId: string) =>
      client.createdEvent({
        response: { responseCode: 200, requestId: "" },
        eventResponses: [{ responseCode: 200, requestId, eventId, modificationNumber: 0, optType: "optIn" }],
      });

    assert.equal((await answer("event-1")).response.responseCode, 200);
    await assert.rejects(answer("event-2"), { responseCode: 452 });
  });

  it("defect B-15: the callback of an event hears every answer of every VEN", async () => {
    const answers: string[] = [];
    await using pair = await openPair({});
    const other = pair.openVen({ venName: "ven-2", onEvent: () => "optOut" });
    await Promise.all([pair.ven.start(), other.start()]);
    const onAnswered = ({ venId, optType }: { readonly venId: string; readonly optType: string }): void =>
      void answers.push(`${venId} ${optType}`);

    await pair.vtn.events.create(anHour, { onAnswered });
    await pair.clock.advance(onePoll);
    await other.respond("event-1", "optIn");
    await pair.vtn.events.cancel("event-1");
    await pair.clock.advance(onePoll);

    assert.equal(answers.length, 5);
    assert.deepEqual(answers.filter((answer) => answer.startsWith("ven-2")).slice(0, 2), [
      "ven-2 optOut",
      "ven-2 optIn",
    ]);
  });

  it("defect B-15: two events cannot have one eventID", async () => {
    await using pair = await openPair({});
    await pair.vtn.events.create({ ...anHour, targets: [{ venId: "ven-1" }] });

    await assert.rejects(pair.vtn.events.create({ ...anHour, targets: [{ venId: "ven-2" }] }));
    assert.equal((await pair.vtn.events.list()).length, 1);
  });

  it("defect B-22: an event that is over spoils no others, however often it comes again", async () => {
    const [clock, vtn] = [new ManualClock(), new ScriptedVtn()];
    await using ven = new Ven({ transport: vtn.transport, clock, venName: "a VEN", onEvent: () => "optIn" });
    await ven.start();
    const over = anEvent({ eventId: "over", eventStatus: "completed", dtstart: "2025-12-31T22:00:00Z" });

    vtn.distribute(over, anEvent());
    await clock.advance(onePoll);
    vtn.forget();
    vtn.distribute(over, anEvent());
    await clock.advance(onePoll);

    const answers = vtn.payloads("oadrCreatedEvent").flatMap(({ eventResponses = [] }) => eventResponses);
    assert.deepEqual(
      answers.filter(({ eventId }) => eventId === "event-1").map(({ optType }) => optType),
      ["optIn"],
    );
  });

  it("defect B-27: text of several lines keeps them", async () => {
    const vtnComment = "first line\n  second line\n\nlast line";
    await using pair = await openPair({});
    await pair.ven.start();

    await pair.vtn.events.create({ ...anHour, eventDescriptor: { eventId: "event-1", vtnComment } });
    await pair.clock.advance(seconds(20));

    assert.equal(pair.ven.events[0]?.eventDescriptor.vtnComment, vtnComment);
  });
});
