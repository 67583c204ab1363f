import assert from "node:assert/strict";
import { fromJson, groupTargets, hours, minutes, toJson, type OadrEvent } from "@openleadr/protocol";
import { STANDARD_SIGNALS } from "@openleadr/ven";
import type { PolledMessage } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { anHour, onePoll, openPair } from "./open-pair.ts";

describe("what users of OpenLEADR rely on: events", () => {
  it("parity 4: an answer is a promise, and a delivery is told each time", async () => {
    await using pair = await openPair({});
    const deliveries: string[] = [];
    await pair.ven.start();

    await pair.vtn.events.create(anHour, { onDelivered: ({ venId }) => void deliveries.push(venId) });
    const answer = pair.vtn.events.response("event-1", "ven-1");
    await pair.clock.advance(onePoll);

    assert.equal((await answer).optType, "optIn");
    assert.deepEqual(deliveries, ["ven-1"]);
  });

  it("parity 5: an event is plain data, for another VTN, for JSON, and back", async () => {
    await using pair = await openPair({});
    await using other = await openPair({});
    await pair.ven.start();
    await pair.vtn.events.create(anHour);
    await pair.clock.advance(onePoll);

    const [event] = pair.ven.events as readonly [OadrEvent];
    const payload = { requestId: "req-1", vtnId: "vtn-1", events: [event] };
    const back = fromJson(JSON.parse(JSON.stringify(toJson({ name: "oadrDistributeEvent", payload }))));
    await other.vtn.events.create(event);

    assert.deepEqual(back.payload, payload);
    assert.deepEqual((await other.vtn.events.get("event-1"))?.signals, event.signals);
  });

  it("parity 6: targets are grouped by type on the way in, and on the way out", async () => {
    await using pair = await openPair({});
    await pair.ven.start();
    const targetsByType = { resourceIds: ["oven", "fridge"], venIds: ["ven-1"] };
    const { activePeriod, signals } = anHour;

    await pair.vtn.events.create({ dtstart: activePeriod.dtstart, intervals: signals[0].intervals, targetsByType });
    await pair.clock.advance(onePoll);

    assert.deepEqual(groupTargets(pair.ven.events[0]?.targets ?? []), targetsByType);
  });

  it("parity 8: what waits comes first, and then onPoll is asked for what a queue of one's own has", async () => {
    const queue: PolledMessage[] = [{ name: "oadrRequestReregistration", payload: { venId: "ven-1" } }];
    const asked: string[] = [];
    await using pair = await openPair({
      vtn: {
        onPoll(venId) {
          asked.push(venId);
          return queue.shift();
        },
      },
    });
    const client = pair.openClient();
    await client.createPartyRegistration({ venName: "ven-1" });
    await pair.vtn.events.create({ ...anHour, responseRequired: "never" });

    const names: string[] = [];
    for (let polls = 0; polls < 4; polls++) names.push((await client.poll()).name);

    const kept = ["oadrRegisterReport", "oadrDistributeEvent"];
    assert.deepEqual(names, [...kept, "oadrRequestReregistration", "oadrResponse"]);
    assert.deepEqual(asked, ["ven-1", "ven-1"]);
  });

  it("parity 11: a signal may have a name that begins with x-", async () => {
    const asked: string[] = [];
    await using pair = await openPair({
      ven: {
        signals: [...STANDARD_SIGNALS, "x-weather"],
        onEvent: ({ signals }) => (asked.push(...signals.map(({ signalName }) => signalName)) > 0 ? "optIn" : "optOut"),
      },
    });
    await pair.ven.start();

    const intervals = [{ duration: hours(1), value: 7 }];
    await pair.vtn.events.create({ ...anHour, signals: [{ signalName: "x-weather", signalType: "level", intervals }] });
    await pair.clock.advance(onePoll);

    assert.deepEqual(asked, ["x-weather"]);
    assert.equal((await pair.vtn.events.response("event-1", "ven-1")).optType, "optIn");
  });

  it("parity 15: an event that wants no answer reaches the VEN, acts there, and is not answered", async () => {
    const begun: string[] = [];
    await using pair = await openPair({
      ven: { onEventStart: ({ eventDescriptor }) => void begun.push(eventDescriptor.eventId) },
    });
    await pair.ven.start();

    await pair.vtn.events.create({ ...anHour, responseRequired: "never" });
    await pair.clock.advance(minutes(15));

    assert.deepEqual(begun, ["event-1"]);
    assert.deepEqual(await pair.vtn.events.responses("event-1"), []);
    assert.ok(!pair.sent.some((document) => document.includes("oadrCreatedEvent")));
  });

  it("parity 15: an answer that nobody asked for is taken, as some VENs send one all the same", async () => {
    await using pair = await openPair({});
    const client = pair.openClient();
    await client.createPartyRegistration({ venName: "ven-1" });
    await pair.vtn.events.create({ ...anHour, responseRequired: "never" });
    const { requestId } = await client.requestEvent();

    const { response } = await client.createdEvent({
      response: { responseCode: 200, requestId: "" },
      eventResponses: [{ responseCode: 200, requestId, eventId: "event-1", modificationNumber: 0, optType: "optIn" }],
    });

    assert.equal(response.responseCode, 200);
  });
});
