import assert from "node:assert/strict";
import { minutes, type Duration } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { overlap } from "../src/event/event-overlap.ts";
import type { EventAnswer, EventPatch, EventRecord } from "../src/index.ts";
import { completeEvent } from "../src/event/new-event.ts";
import { afterNoon, anEvent, type EventInWords } from "./events.ts";
import { noon, openVtn } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("overlap of events", () => {
  const startAfter = minutes(10);
  for (const [title, one, other, expected] of [
    ["apart", {}, { startsIn: minutes(91) }, false],
    ["adjacent", {}, { startsIn: minutes(90) }, false],
    ["with a second in common", {}, { startsIn: minutes(89) }, true],
    ["of which one lies within the other", { values: [1, 2, 3] }, { startsIn: minutes(90) }, true],
    ["of one time", {}, {}, true],
    [
      "of which one begins in the start-after of the other",
      { period: { startAfter } },
      { startsIn: minutes(99) },
      true,
    ],
    [
      "of which one begins after the start-after of the other",
      { period: { startAfter } },
      { startsIn: minutes(100) },
      false,
    ],
    ["of which one has no end", { period: { duration: minutes(0) } }, { startsIn: minutes(9999) }, true],
    [
      "of which one was there before one without an end",
      { startsIn: minutes(0) },
      { period: { duration: minutes(0) } },
      false,
    ],
  ] as const satisfies readonly (readonly [string, EventInWords, EventInWords, boolean])[]) {
    it(`rule 18: two events ${title} ${expected ? "overlap" : "do not overlap"}`, () => {
      assert.equal(overlap(aRecord("a", one), aRecord("b", other)), expected);
      assert.equal(overlap(aRecord("b", other), aRecord("a", one)), expected);
    });
  }

  for (const [title, answers, expected] of [
    ["nobody had answered it", [], false],
    ["it was acknowledged before", [anAnswer(1, minutes(75))], false],
    ["it was acknowledged during the other", [anAnswer(1, minutes(85))], true],
    ["one has not acknowledged it", [anAnswer(1, minutes(75)), anAnswer(0, minutes(1), "pantry")], true],
  ] as const satisfies readonly (readonly [string, readonly EventAnswer[], boolean])[]) {
    it(`rule 18: an event and a cancelled one ${expected ? "overlap" : "do not overlap"} when ${title}`, () => {
      const one = aRecord("a", { startsIn: minutes(80) });

      assert.equal(overlap(one, aRecord("b", { cancelledIn: minutes(70) }), answers), expected);
    });
  }

  it("rule 18: a cancelled event lasts for its start-after once it is acknowledged", () => {
    const cancelled = aRecord("b", { cancelledIn: minutes(70), period: { startAfter } });

    assert.ok(overlap(aRecord("a", { startsIn: minutes(84) }), cancelled, [anAnswer(1, minutes(75))]));
    assert.ok(!overlap(aRecord("a", { startsIn: minutes(85) }), cancelled, [anAnswer(1, minutes(75))]));
  });
});

describe("EiEvent: overlap", () => {
  const second = anEvent({ eventId: "event-2", startsIn: minutes(80) });

  it("rule 18: tells of events that overlap, unless told otherwise", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());

    await open.vtn.events.create(second);

    assert.deepEqual(open.statuses.slice(-2), [
      { type: "eventCreated", eventId: "event-2" },
      { type: "eventsOverlap", eventId: "event-2", overlapping: ["event-1"] },
    ]);
  });

  it("rule 18: says nothing where overlap is allowed", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "allow" });
    await open.vtn.events.create(anEvent());

    await open.vtn.events.create(second);

    assert.deepEqual(open.statuses.at(-1), { type: "eventCreated", eventId: "event-2" });
  });

  it("rule 18: says nothing of events of two market contexts", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "refuse" });
    await open.vtn.events.create(anEvent());

    await open.vtn.events.create({ ...second, eventDescriptor: { marketContext: "oadr://another" } });

    assert.equal((await open.vtn.events.list()).length, 2);
  });

  it("rule 18: refuses an event that overlaps, where that is forbidden, also at the same time", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "refuse" });

    const outcomes = await Promise.allSettled([anEvent(), second].map((event) => open.vtn.events.create(event)));

    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === "rejected" ? String(outcome.reason) : outcome.status)),
      ["fulfilled", "NotAllowedError: 451 rule 18: event event-2 overlaps event-1"],
    );
    assert.equal((await open.vtn.events.list()).length, 1);
  });

  for (const [title, patch, code] of [
    ["refuses a change that makes events overlap", { activePeriod: { dtstart: afterNoon(minutes(80)) } }, 451],
    [
      "lets an event be changed that does not overlap",
      { activePeriod: { dtstart: afterNoon(minutes(90)) } },
      undefined,
    ],
  ] as const satisfies readonly (readonly [string, EventPatch, number | undefined])[]) {
    it(`rule 18: ${title}`, async () => {
      await using open = await openVtn({ ...inMemory, overlap: "refuse" });
      await open.vtn.events.create(anEvent());
      await open.vtn.events.create(anEvent({ eventId: "event-2", startsIn: minutes(200) }));

      const outcome = await open.vtn.events.modify("event-2", patch).catch(({ responseCode }) => responseCode);

      assert.equal(typeof outcome === "number" ? outcome : undefined, code);
    });
  }

  it("rule 18: tells of an overlap once, not with every change", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent());
    await open.vtn.events.create(second);

    await open.vtn.events.modify("event-2", { eventDescriptor: { priority: 3 } });

    assert.equal(open.statuses.at(-1)?.type, "eventModified");
  });

  it("rule 18: takes an event in place of one that is cancelled once that is acknowledged", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "refuse" });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({});
    await open.vtn.events.cancel("event-1");

    await assert.rejects(open.vtn.events.create(second), { responseCode: 451 });
    await ven.drain();
    await ven.respond({ modificationNumber: 1 });
    await open.vtn.events.create(second);

    assert.deepEqual(await ven.eventIds(), ["event-2"]);
  });

  it("rule 18: does not wait for a VEN that the event is not for to acknowledge a cancellation", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "refuse" });
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    await open.vtn.events.create(anEvent());
    for (const ven of [kitchen, pantry]) {
      await ven.drain();
      await ven.respond({});
    }
    await open.vtn.events.cancel("event-1");
    await kitchen.drain();
    await kitchen.respond({ modificationNumber: 1 });

    const forKitchen = { ...second, targets: [{ venId: kitchen.venId }] };
    await assert.rejects(open.vtn.events.create(second), { responseCode: 451 });
    await open.vtn.events.create(forKitchen);

    assert.equal((await open.vtn.events.list()).length, 2);
  });

  it("rule 18: lets an event for one group and one for another overlap, as long as no VEN is in both", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "refuse" });
    await open.vtn.enrolments.set("kitchen", { groupIds: ["north"] });
    await open.vtn.events.create({ ...anEvent(), targets: [{ groupId: "north" }] });
    const south = { ...second, targets: [{ groupId: "south" }] };

    await open.vtn.events.create(south);
    await open.vtn.enrolments.set("kitchen", { groupIds: ["north", "south"] });

    const third = { ...south, eventDescriptor: { eventId: "event-3" } };
    await assert.rejects(open.vtn.events.create(third), { message: /event-3 overlaps event-1, event-2/ });
  });
});

interface RecordInWords extends EventInWords {
  /** From noon. */
  readonly cancelledIn?: Duration;
}

function aRecord(eventId: string, { cancelledIn, ...words }: RecordInWords = {}): EventRecord {
  const event = completeEvent(anEvent({ ...words, eventId }), { now: noon, newId: () => eventId });
  if (cancelledIn === undefined) return { event, cancelled: false, audience: "everyone" };
  const changed = { modificationNumber: 1, modificationDateTime: afterNoon(cancelledIn) };
  const eventDescriptor = { ...event.eventDescriptor, ...changed };
  return { event: { ...event, eventDescriptor }, cancelled: true, audience: "everyone" };
}

function anAnswer(modificationNumber: number, answeredIn: Duration, venId = "kitchen"): EventAnswer {
  const answeredAt = afterNoon(answeredIn);
  return { eventId: "b", venId, modificationNumber, optType: "optIn", responseCode: 200, answeredAt };
}
