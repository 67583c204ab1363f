import assert from "node:assert/strict";
import { hours, minutes, seconds, type Duration } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { EventPatch } from "../src/index.ts";
import { afterNoon, anEvent } from "./events.ts";
import { expectMessage, openVtn, type OpenVtn, type TestVen } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("EiEvent: modification", () => {
  it("rules 5, 115: raises the modificationNumber by 1, renews createdDateTime, and tells the VEN", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { eventDescriptor, ...event } = await open.vtn.events.create(anEvent());
    await ven.drain();
    open.clock.advance(minutes(1));

    const modified = await open.vtn.events.modify("event-1", {
      eventDescriptor: { priority: 3, modificationReason: "the sun came out" },
      activePeriod: { dtstart: afterNoon(hours(2)) },
    });

    assert.deepEqual(modified, {
      ...event,
      eventDescriptor: {
        ...eventDescriptor,
        priority: 3,
        modificationNumber: 1,
        modificationDateTime: afterNoon(minutes(1)),
        modificationReason: "the sun came out",
        createdDateTime: afterNoon(minutes(1)),
      },
      activePeriod: { ...event.activePeriod, dtstart: afterNoon(hours(2)) },
    });
    assert.deepEqual(expectMessage("oadrDistributeEvent", await ven.poll()).events, [modified]);
    assert.deepEqual(await open.vtn.events.get("event-1"), modified);
    assert.deepEqual(open.statuses.at(-2), { type: "eventModified", eventId: "event-1", modificationNumber: 1 });
  });

  const rich = {
    ...anEvent({ period: { recovery: minutes(5) } }),
    eventDescriptor: { eventId: "event-1", priority: 1, vtnComment: "hot" },
  };
  for (const [title, patch] of [
    ["an empty patch", {}],
    ["a patch to what is there already", { eventDescriptor: { priority: 1 }, signals: rich.signals }],
    ["a patch of undefined", { eventDescriptor: { priority: undefined }, activePeriod: undefined }],
    ["taking away what is not there", { baseline: null, activePeriod: { rampUp: null } }],
  ] as const satisfies readonly (readonly [string, EventPatch])[]) {
    it(`rule 5: ${title} does nothing`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      const event = await open.vtn.events.create(rich);
      await ven.drain();
      await ven.respond({});
      const told = open.statuses.length;

      assert.deepEqual(await open.vtn.events.modify("event-1", patch), event);

      assert.equal(open.statuses.length, told);
      assert.deepEqual(await ven.drain(), []);
    });
  }

  it("takes away what null stands for, and the reason of the change before", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(rich);
    await open.vtn.events.modify("event-1", { eventDescriptor: { modificationReason: "first" } });

    const { eventDescriptor, activePeriod } = await open.vtn.events.modify("event-1", {
      eventDescriptor: { priority: null, vtnComment: null },
      activePeriod: { recovery: null },
    });

    for (const name of ["priority", "vtnComment", "modificationReason"]) assert.ok(!(name in eventDescriptor), name);
    assert.ok(!("recovery" in activePeriod));
    assert.equal(eventDescriptor.modificationNumber, 2);
  });

  it("rule 8: gives the event the duration of its new signals", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());

    const modified = await open.vtn.events.modify("event-1", { signals: anEvent({ values: [1, 2, 3] }).signals });

    assert.equal(modified.activePeriod.duration, minutes(90));
    assert.deepEqual(
      modified.signals[0]?.intervals.map(({ uid }) => uid),
      ["0", "1", "2"],
    );
  });

  it("leaves alone what makes it this event in this version", async () => {
    await using open = await openVtn(inMemory);
    const event = await open.vtn.events.create(anEvent());

    const eventDescriptor = { eventId: "other", modificationNumber: 7, createdDateTime: afterNoon(minutes(9)) };

    assert.deepEqual(await open.vtn.events.modify("event-1", { eventDescriptor } as EventPatch), event);
  });

  for (const [rule, title, code, patch] of [
    ["rule 8: ", "whose intervals do not add up", "ERR_OADR_RULE", { activePeriod: { duration: minutes(20) } }],
    ["rule 9: ", "whose SIMPLE level is none", "ERR_OADR_RULE", { signals: anEvent({ values: [7] }).signals }],
    ["rule 63: ", "that names a VEN twice", "ERR_OADR_RULE", { targets: [{ venId: "a" }, { venId: "a" }] }],
    ["rule 105: ", "without notification", "ERR_OADR_RULE", { activePeriod: { notification: null } }],
    ["", "without signals", "ERR_OADR_INVALID", { signals: [] }],
    ["", "with a text that XML cannot carry", "ERR_OADR_INVALID", { eventDescriptor: { vtnComment: "\u0000" } }],
  ] as const satisfies readonly (readonly [string, string, string, EventPatch])[]) {
    it(`${rule}refuses to make it an event ${title}, and stores nothing`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      const event = await open.vtn.events.create(anEvent());
      await ven.drain();
      await ven.respond({});

      await assert.rejects(open.vtn.events.modify("event-1", patch), { code });

      assert.deepEqual(await open.vtn.events.get("event-1"), event);
      assert.deepEqual(await ven.drain(), []);
    });
  }

  it("rules 5, 502: makes two changes at once one after the other, and tells of both in one message", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({});

    await Promise.all([
      open.vtn.events.modify("event-1", { eventDescriptor: { priority: 3 } }),
      open.vtn.events.modify("event-1", { eventDescriptor: { vtnComment: "hot" } }),
    ]);

    const { events } = expectMessage("oadrDistributeEvent", await ven.poll());
    const { modificationNumber, priority, vtnComment } = events[0]?.eventDescriptor ?? {};
    assert.deepEqual(
      { modificationNumber, priority, vtnComment },
      { modificationNumber: 2, priority: 3, vtnComment: "hot" },
    );
    assert.deepEqual(await ven.drain(), []);
  });

  it("rule 20: of a change and a cancellation at once, makes the one that comes first and keeps the number right", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());

    const outcomes = await Promise.allSettled([
      open.vtn.events.cancel("event-1"),
      open.vtn.events.modify("event-1", { eventDescriptor: { priority: 3 } }),
    ]);

    const { eventDescriptor } = (await open.vtn.events.get("event-1")) ?? {};
    assert.equal(outcomes[0].status, "fulfilled");
    assert.equal(outcomes[1].status, "rejected");
    assert.equal(eventDescriptor?.modificationNumber, 1);
  });

  it("refuses to modify an unknown event with 452", async () => {
    await using open = await openVtn(inMemory);

    await assert.rejects(open.vtn.events.modify("nonsense", {}), { responseCode: 452 });
  });
});

describe("EiEvent: modification and answers", () => {
  it("rules 48, 52: asks for an answer to the new version until it comes, and keeps the old one until then", async () => {
    await using open = await openVtn();
    const ven = await anAnsweredEvent(open);
    await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 3 } });

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await answeredVersions(open), [0]);
    assert.equal(await ven.respond({ modificationNumber: 0 }), 450);
    open.clock.advance(seconds(10));
    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    assert.equal(await ven.respond({ modificationNumber: 1, optType: "optOut" }), 200);
    open.clock.advance(seconds(10));

    assert.deepEqual(await ven.drain(), []);
    assert.deepEqual(await answeredVersions(open), [1]);
  });

  it("rule 12: sends a change once where no answer is allowed", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ responseRequired: "never" }));
    await ven.drain();

    await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 3 } });
    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    open.clock.advance(minutes(1));

    assert.deepEqual(await ven.drain(), []);
  });

  it("rule 12: asks for an answer once it is required", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ responseRequired: "never" }));
    await ven.drain();

    await open.vtn.events.modify("event-1", { responseRequired: "always" });
    await ven.drain();
    open.clock.advance(minutes(1));

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
  });
});

describe("EiEvent: modification of the targets", () => {
  it("rules 50, 61: takes an event from a VEN by leaving it out, and tells that VEN once", async () => {
    await using open = await openVtn();
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    await open.vtn.events.create(anEvent({ eventId: "other" }));
    await open.vtn.events.create(anEvent({ venIds: [kitchen.venId, pantry.venId] }));
    for (const ven of [kitchen, pantry]) {
      await ven.drain();
      await ven.respond({ eventId: "other" }, { eventId: "event-1" });
    }

    await open.vtn.events.modify("event-1", { targets: [{ venId: kitchen.venId }] });

    assert.deepEqual(await eventIdsOfPoll(pantry), ["other"]);
    assert.deepEqual(await pantry.drain(), []);
    assert.deepEqual(await pantry.eventIds(), ["other", "event-1"].slice(0, 1));
    assert.deepEqual(await eventIdsOfPoll(kitchen), ["other", "event-1"]);
    assert.equal(await pantry.respond({ modificationNumber: 1 }), 452);
  });

  it("rule 61: sends a VEN that loses its only event a message without events", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();

    await open.vtn.events.modify("event-1", { targets: [{ venId: "somebody else" }] });

    assert.deepEqual(await eventIdsOfPoll(ven), []);
    assert.deepEqual(await ven.drain(), []);
    assert.deepEqual(await open.vtn.events.responses("event-1"), []);
  });

  it("does not tell a VEN of the loss of an event that it never saw", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    await open.vtn.events.modify("event-1", { targets: [{ venId: "somebody else" }] });

    assert.deepEqual(await ven.drain(), []);
  });

  it("rule 50: gives an event to a VEN that joins, and anew to one that comes back", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    await open.vtn.events.create(anEvent({ venIds: [kitchen.venId] }));
    await kitchen.drain();
    await kitchen.respond({});

    await open.vtn.events.modify("event-1", { targets: [{ venId: pantry.venId }] });
    assert.deepEqual(await eventIdsOfPoll(pantry), ["event-1"]);
    await kitchen.drain();
    await open.vtn.events.modify("event-1", { targets: [] });

    assert.deepEqual(await eventIdsOfPoll(kitchen), ["event-1"]);
    assert.deepEqual(await eventIdsOfPoll(pantry), ["event-1"]);
  });
});

describe("EiEvent: modification and the past", () => {
  const threeIntervals = [1, 2, 3].map((value) => ({ duration: minutes(30), value }));
  const running = anEvent({ startsIn: minutes(-45), values: [1, 2, 3], period: { startAfter: minutes(5) } });

  for (const [title, patch, what] of [
    ["the start", { activePeriod: { dtstart: afterNoon(minutes(-44)) } }, "activePeriod.dtstart"],
    ["the start-after", { activePeriod: { startAfter: minutes(6) } }, "activePeriod.startAfter"],
    ["the start-after, to none", { activePeriod: { startAfter: null } }, "activePeriod.startAfter"],
    ["the ramp-up", { activePeriod: { rampUp: minutes(6) } }, "activePeriod.rampUp"],
    ["the notification", { activePeriod: { notification: minutes(6) } }, "activePeriod.notification"],
    ["the value of an elapsed interval", aSignal([30, 0], [30, 2], [30, 3]), "signal 0"],
    ["the end of an elapsed interval", aSignal([31, 1], [29, 2], [30, 3]), "signal 0"],
    ["the value of a part of the running interval that is over", aSignal([30, 1], [10, 2], [50, 3]), "signal 0"],
    ["the end, into the past", aSignal([30, 1], [15, 2]), "the end"],
    ["the meaning of a signal", { signals: [{ signalName: "x-other", intervals: threeIntervals }] }, "signal 0"],
    ["the ID of a signal", { signals: [{ signalId: "7", intervals: threeIntervals }] }, "signal 0"],
    ["a baseline that began before now", { baseline: aBaseline(minutes(-1)) }, "the baseline"],
  ] as const satisfies readonly (readonly [string, EventPatch, string])[]) {
    it(`rule 20: refuses to change ${title} while the event is active`, async () => {
      await using open = await openVtn(inMemory);
      const event = await open.vtn.events.create(running);

      const modification = open.vtn.events.modify("event-1", patch);

      await assert.rejects(modification, {
        responseCode: 451,
        responseDescription: new RegExp(`^rule 20: ${what} .*event-1`),
      });
      assert.deepEqual(await open.vtn.events.get("event-1"), event);
    });
  }

  for (const [title, patch] of [
    ["the end, to come later", aSignal([30, 1], [30, 2], [30, 3], [30, 0])],
    ["the end, to come earlier", aSignal([30, 1], [16, 2])],
    ["the value of the running interval", aSignal([30, 1], [30, 3], [30, 3])],
    ["the value from now on", aSignal([30, 1], [15, 2], [45, 0])],
    ["intervals to come", aSignal([30, 1], [30, 2], [15, 0], [15, 1])],
    ["the recovery", { activePeriod: { recovery: minutes(5) } }],
    ["a baseline to come", { baseline: aBaseline(minutes(1)) }],
    ["what people read", { eventDescriptor: { vtnComment: "hot" } }],
    ["priority, programme and kind", { eventDescriptor: { priority: 1, marketContext: "oadr://b", testEvent: true } }],
    ["the targets", { targets: [{ resourceId: "oven" }] }],
  ] as const satisfies readonly (readonly [string, EventPatch])[]) {
    it(`rule 20: changes ${title} while the event is active`, async () => {
      await using open = await openVtn(inMemory);
      await open.vtn.events.create(running);

      const { eventDescriptor } = await open.vtn.events.modify("event-1", patch);

      assert.equal(eventDescriptor.modificationNumber, 1);
      assert.equal(eventDescriptor.eventStatus, "active");
    });
  }

  it("rule 20: refuses to move the start of a pending event into the past", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());

    const dtstart = afterNoon(seconds(-1));
    await assert.rejects(open.vtn.events.modify("event-1", { activePeriod: { dtstart } }), { responseCode: 451 });
    const started = await open.vtn.events.modify("event-1", { activePeriod: { dtstart: afterNoon(seconds(0)) } });

    assert.equal(started.eventDescriptor.eventStatus, "active");
  });

  it("rules 20, 47: ends an event without an end, but not in the past", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create({
      ...running,
      ...aSignal([0, 1]),
      activePeriod: { dtstart: afterNoon(minutes(-45)) },
    });

    await assert.rejects(open.vtn.events.modify("event-1", aSignal([45, 1])), { responseCode: 451 });
    const { activePeriod } = await open.vtn.events.modify("event-1", aSignal([46, 1]));

    assert.equal(activePeriod.duration, minutes(46));
  });

  for (const [status, prepare] of [
    ["completed", async ({ clock }: OpenVtn) => clock.advance(hours(2))],
    ["cancelled", async ({ vtn }: OpenVtn) => void (await vtn.events.cancel("event-1"))],
  ] as const) {
    it(`rule 20: refuses to change an event that is ${status}`, async () => {
      await using open = await openVtn(inMemory);
      await open.vtn.events.create(anEvent());
      await prepare(open);

      await assert.rejects(open.vtn.events.modify("event-1", { eventDescriptor: { priority: 3 } }), {
        responseCode: 451,
        responseDescription: `rule 20: event event-1 is ${status} and cannot change`,
      });
    });
  }
});

/** A patch to one SIMPLE signal, each interval as its minutes and its value. */
function aSignal(...intervals: readonly (readonly [number, number])[]) {
  return { signals: [{ intervals: intervals.map(([length, value]) => ({ duration: minutes(length), value })) }] };
}

function aBaseline(startsIn: Duration): NonNullable<EventPatch["baseline"]> {
  const intervals = [{ duration: minutes(30), uid: "0", value: 5 }];
  const names = { baselineId: "baseline-1", baselineName: "usual", resourceIds: [] };
  return { dtstart: afterNoon(startsIn), duration: minutes(30), intervals, ...names };
}

async function anAnsweredEvent(open: OpenVtn): Promise<TestVen> {
  const ven = await open.register();
  await open.vtn.events.create(anEvent());
  await ven.drain();
  await ven.respond({});
  return ven;
}

async function answeredVersions({ vtn }: OpenVtn): Promise<readonly number[]> {
  return (await vtn.events.responses("event-1")).map(({ modificationNumber }) => modificationNumber);
}

async function eventIdsOfPoll(ven: TestVen): Promise<readonly string[]> {
  const { events } = expectMessage("oadrDistributeEvent", await ven.poll());
  return events.map(({ eventDescriptor }) => eventDescriptor.eventId);
}
