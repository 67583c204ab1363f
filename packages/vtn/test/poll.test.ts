import assert from "node:assert/strict";
import { hours, minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { anEvent } from "./events.ts";
import { expectMessage, openVtn } from "./open-vtn.ts";

describe("OadrPoll", () => {
  it("rule 500: answers with oadrResponse when nothing waits", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    const response = { responseCode: 200, responseDescription: "OK", requestId: "" };
    assert.deepEqual(await ven.poll(), { name: "oadrResponse", payload: { response } });
  });

  it("rule 500: hands out one message a poll, in the order in which they came", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.vens.requestReregistration(ven.venId);
    await open.vtn.events.create(anEvent());
    await open.vtn.vens.cancelPartyRegistration(ven.venId);

    assert.deepEqual(await ven.drain(), [
      "oadrRequestReregistration",
      "oadrDistributeEvent",
      "oadrCancelPartyRegistration",
    ]);
  });

  it("hands out one oadrDistributeEvent, however many changes there were", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    for (const eventId of ["a", "b", "c"]) await open.vtn.events.create(anEvent({ eventId }));

    const { events, response } = expectMessage("oadrDistributeEvent", await ven.poll());

    assert.equal(events.length, 3);
    assert.deepEqual(response, { responseCode: 200, responseDescription: "OK", requestId: "" });
    assert.equal((await ven.poll()).name, "oadrResponse");
  });

  it("rule 502: does not hand out events because their status has changed", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({ eventId: "event-1" });

    open.clock.advance(hours(1));

    assert.equal((await ven.poll()).name, "oadrResponse");
  });

  it("rule 502: does not hand out what the VEN has asked for and answered already", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    await ven.requestEvents();
    await ven.respond({ eventId: "event-1" });

    assert.equal((await ven.poll()).name, "oadrResponse");
  });

  it("hands out the next message at once in place of events that are no news", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await open.vtn.events.cancel("event-1");
    await open.vtn.vens.requestReregistration(ven.venId);

    assert.equal((await ven.poll()).name, "oadrRequestReregistration");
  });

  it("hands out events again after a while, until all are answered", async () => {
    await using open = await openVtn({ listen: false, pollFrequency: seconds(30) });
    const ven = await open.register();
    for (const eventId of ["a", "b"]) await open.vtn.events.create(anEvent({ eventId }));
    const came: unknown[] = [];
    const wait = async (): Promise<void> => {
      came.push(await ven.drain());
      open.clock.advance(seconds(29));
      came.push(await ven.drain());
      open.clock.advance(seconds(1));
    };

    await wait();
    await ven.respond({ eventId: "a" });
    await wait();
    await ven.respond({ eventId: "b" });
    await wait();
    await wait();

    const once = ["oadrDistributeEvent"];
    assert.deepEqual(came, [once, [], once, [], [], [], [], []]);
  });

  it("rule 52: hands out a cancelled event again until it is acknowledged", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({ eventId: "event-1" });
    await open.vtn.events.cancel("event-1");
    await ven.drain();
    open.clock.advance(seconds(10));

    const { events } = expectMessage("oadrDistributeEvent", await ven.poll());
    await ven.respond({ eventId: "event-1", modificationNumber: 1 });
    open.clock.advance(minutes(10));

    assert.deepEqual(
      events.map(({ eventDescriptor }) => eventDescriptor.eventStatus),
      ["cancelled"],
    );
    assert.deepEqual(await ven.drain(), []);
  });

  it("rule 12: hands out once what must not be answered", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ responseRequired: "never" }));

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    open.clock.advance(minutes(10));

    assert.deepEqual(await ven.drain(), []);
  });

  it("hands out a new event at once, also to a VEN that has yet to answer another", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ eventId: "a" }));
    await ven.drain();

    await open.vtn.events.create(anEvent({ eventId: "b" }));

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
  });
});
