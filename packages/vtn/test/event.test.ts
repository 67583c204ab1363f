import assert from "node:assert/strict";
import { hours, milliseconds, minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { afterNoon, anEvent } from "./events.ts";
import { expectMessage, noon, openVtn } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("EiEvent: creation", () => {
  it("rules 2, 4, 14, 105: fills in all that is left out", async () => {
    await using open = await openVtn(inMemory);

    const event = await open.vtn.events.create({
      activePeriod: { dtstart: afterNoon(hours(1)) },
      signals: [
        {
          intervals: [
            { duration: minutes(30), value: 1 },
            { duration: minutes(15), value: 2 },
          ],
        },
      ],
    });

    assert.deepEqual(event, {
      eventDescriptor: {
        eventId: "id-1",
        modificationNumber: 0,
        marketContext: "oadr://unknown.context",
        createdDateTime: noon,
        eventStatus: "far",
        testEvent: false,
      },
      activePeriod: { dtstart: afterNoon(hours(1)), duration: minutes(45), notification: seconds(0) },
      signals: [
        {
          intervals: [
            { duration: minutes(30), uid: "0", value: 1 },
            { duration: minutes(15), uid: "1", value: 2 },
          ],
          signalName: "SIMPLE",
          signalType: "level",
          signalId: "0",
          currentValue: 0,
        },
      ],
      targets: [],
      responseRequired: "always",
    });
  });

  it("gives an event to its VENs as it was created", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    const event = await open.vtn.events.create(anEvent());

    assert.deepEqual((await ven.requestEvents()).events, [event]);
    assert.deepEqual(await open.vtn.events.get("event-1"), event);
    assert.deepEqual(await open.vtn.events.list(), [event]);
  });

  it("tells of the event, and of whom it was sent to", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await open.register();

    await open.vtn.events.create(anEvent());
    await open.call("oadrPoll", { venId });

    assert.deepEqual(open.statuses.slice(-2), [
      { type: "eventCreated", eventId: "event-1" },
      { type: "eventsSent", venId, eventIds: ["event-1"] },
    ]);
  });

  const simple = { signals: [{ intervals: [{ duration: minutes(30), value: 7 }] }] };
  const short = { activePeriod: { dtstart: afterNoon(hours(1)), duration: minutes(20) } };
  const twins = [{ signalId: "a" }, { signalId: "a" }].map((ids) => ({
    ...ids,
    intervals: [{ duration: minutes(30), value: 1 }],
  }));
  const endless = { signals: [{ intervals: [{ value: 1 }] }] };
  for (const [rule, title, code, given] of [
    ["rule 8: ", "whose intervals do not add up", "ERR_OADR_RULE", short],
    ["rule 9: ", "whose SIMPLE level is none", "ERR_OADR_RULE", simple],
    ["rule 63: ", "that names a VEN twice", "ERR_OADR_RULE", { targets: [{ venId: "ven-1" }, { venId: "ven-1" }] }],
    ["rule 102: ", "with an interval without duration", "ERR_OADR_RULE", endless],
    ["rule 107: ", "with two signals of one ID", "ERR_OADR_RULE", { signals: twins }],
    ["", "without signals", "ERR_OADR_INVALID", { signals: [] }],
    ["", "with a text that XML cannot carry", "ERR_OADR_INVALID", { eventDescriptor: { vtnComment: "\u0000" } }],
    ["", "with half a second", "ERR_OADR_INVALID", { activePeriod: { dtstart: noon, rampUp: milliseconds(500) } }],
    ["", "that is over", "ERR_OADR_REJECTED", { activePeriod: { dtstart: afterNoon(hours(-1)) } }],
  ] as const) {
    it(`${rule}refuses an event ${title}, and stores nothing`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();

      const creation = open.vtn.events.create({ ...anEvent(), ...given });

      await assert.rejects(creation, { code });
      assert.deepEqual(await open.vtn.events.list(), []);
      assert.deepEqual(await ven.drain(), []);
    });
  }

  it("names the rule that an event breaks", async () => {
    await using open = await openVtn(inMemory);

    await assert.rejects(open.vtn.events.create({ ...anEvent(), ...short }), {
      message: /events\[0\].*rule 8: .*PT20M/,
    });
  });

  it("rule 70: refuses a second event of one ID, also at the same time", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent({ values: [1] }));

    await assert.rejects(open.vtn.events.create(anEvent({ values: [2] })), { responseCode: 451 });
    const race = [1, 2].map((value) => open.vtn.events.create(anEvent({ eventId: "event-2", values: [value] })));
    const outcomes = await Promise.allSettled(race);

    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
    assert.equal((await open.vtn.events.get("event-1"))?.signals[0]?.intervals[0]?.value, 1);
  });
});

describe("EiEvent: distribution", () => {
  it("rules 40, 41: answers a request with its requestID, and with one of its own", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    const { response, requestId, vtnId } = await ven.requestEvents();

    assert.deepEqual(response, { responseCode: 200, responseDescription: "OK", requestId: "req-7" });
    assert.match(requestId, /^id-\d+$/);
    assert.equal(vtnId, "vtn-1");
  });

  it("rules 3, 15: active before pending, by priority with 0 last, then by start", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    for (const [eventId, startsIn, priority] of [
      ["pending, late", 20, 1],
      ["pending, early", 10, 0],
      ["active, priority 0", -20, 0],
      ["active, no priority, older", -25, undefined],
      ["active, priority 2", -5, 2],
      ["active, priority 1", -5, 1],
      ["active, priority 1, older", -10, 1],
    ] as const)
      await open.vtn.events.create(
        anEvent({ eventId, startsIn: minutes(startsIn), ...(priority !== undefined && { priority }) }),
      );

    assert.deepEqual(await ven.eventIds(), [
      "active, priority 1, older",
      "active, priority 1",
      "active, priority 2",
      "active, no priority, older",
      "active, priority 0",
      "pending, early",
      "pending, late",
    ]);
  });

  it("rule 15: a cancelled event keeps its place", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    for (const [eventId, startsIn] of [
      ["first", 10],
      ["second", 20],
    ] as const)
      await open.vtn.events.create(anEvent({ eventId, startsIn: minutes(startsIn) }));
    await ven.drain();

    await open.vtn.events.cancel("first");

    assert.deepEqual(await ven.eventIds(), ["first", "second"]);
  });

  it("rule 27: sends no more events than asked for, the first ones, each time the same", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    for (const eventId of ["a", "b", "c"]) await open.vtn.events.create(anEvent({ eventId }));

    assert.deepEqual(await ven.eventIds(2), ["a", "b"]);
    assert.deepEqual(await ven.eventIds(2), ["a", "b"]);
    assert.deepEqual(await ven.eventIds(0), []);
  });

  it("rule 50: sends all events of a VEN, the answered and the refused too", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ eventId: "a" }));
    await ven.drain();
    await ven.respond({ eventId: "a", optType: "optOut" });

    await open.vtn.events.create(anEvent({ eventId: "b" }));
    const { events } = expectMessage("oadrDistributeEvent", await ven.poll());

    assert.deepEqual(
      events.map(({ eventDescriptor }) => eventDescriptor.eventId),
      ["a", "b"],
    );
  });

  it("rule 63: shows each VEN its own venID alone", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    const oven = { resourceId: "oven" };
    const targets = [oven, { venId: kitchen.venId }, { venId: pantry.venId }];

    const event = await open.vtn.events.create({ ...anEvent(), targets });

    assert.deepEqual(event.targets, targets);
    for (const ven of [kitchen, pantry])
      assert.deepEqual((await ven.requestEvents()).events[0]?.targets, [oven, { venId: ven.venId }]);
  });

  it("does not show a VEN the events of others", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];

    await open.vtn.events.create(anEvent({ venIds: [kitchen.venId] }));

    assert.deepEqual(await pantry.drain(), []);
    assert.deepEqual(await pantry.eventIds(), []);
    assert.deepEqual(await kitchen.drain(), ["oadrDistributeEvent"]);
  });

  it("gives an event without venIDs to a VEN that comes later", async () => {
    await using open = await openVtn();
    await open.vtn.events.create(anEvent());

    const ven = await open.register();

    assert.deepEqual(await ven.eventIds(), ["event-1"]);
  });

  it("rule 115: gives all events of one message the createdDateTime of the latest change", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    for (const eventId of ["a", "b"]) await open.vtn.events.create(anEvent({ eventId }));
    await ven.drain();
    open.clock.advance(minutes(1));

    await open.vtn.events.cancel("a");
    const { events } = await ven.requestEvents();

    assert.deepEqual(
      events.map(({ eventDescriptor }) => eventDescriptor.createdDateTime),
      [afterNoon(minutes(1)), afterNoon(minutes(1))],
    );
  });
});
