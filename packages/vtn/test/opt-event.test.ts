import assert from "node:assert/strict";
import type { Target } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { NewEvent, OptRecord, OptSubject } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { openVtn, type OpenVtn } from "./open-vtn.ts";
import { anEventOpt, codeOf } from "./opts.ts";

const inMemory = { listen: false } as const;

describe("EiOpt: events", () => {
  it("rule 206: an opt takes the state of an event from the answers, for good", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.respond({ optType: "optIn" });
    const { venId } = ven;

    const before = await stateOf(open, { venId });
    await open.call("oadrCreateOpt", anEventOpt(ven));
    await ven.respond({ optType: "optIn" });

    assert.equal(before, "optIn by oadrCreatedEvent");
    assert.equal(await stateOf(open, { venId }), "optOut by oadrCreateOpt");
    assert.deepEqual(
      (await open.vtn.events.responses("event-1")).map(({ optType }) => optType),
      ["optIn"],
    );
  });

  it("rule 206: an answer does not take the state back after a modification either", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const { venId } = ven;
    await open.vtn.events.create(anEvent());
    await open.call("oadrCreateOpt", anEventOpt(ven));

    await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 1 } });
    await ven.respond({ modificationNumber: 1, optType: "optIn" });
    await open.vtn.events.cancel("event-1");
    await ven.respond({ modificationNumber: 2, optType: "optIn" });

    assert.equal(await stateOf(open, { venId }), "optOut by oadrCreateOpt");
  });

  it("rule 206: another opt changes the state, and is the only one kept", async () => {
    const handed: OptRecord[] = [];
    await using open = await openVtn({ ...inMemory, onCreateOpt: (opt) => void handed.push(opt) });
    const ven = await open.register();
    const { venId } = ven;
    await open.vtn.events.create(anEvent());
    await open.call("oadrCreateOpt", anEventOpt(ven, { optId: "a" }));

    await open.call("oadrCreateOpt", anEventOpt(ven, { optId: "b", optType: "optIn" }));

    assert.equal(await stateOf(open, { venId }), "optIn by oadrCreateOpt");
    assert.deepEqual(await open.vtn.opts.forEvent("event-1"), handed.slice(1));
    assert.deepEqual(open.statuses.at(-1), {
      type: "optCreated",
      venId,
      optId: "b",
      optType: "optIn",
      eventId: "event-1",
    });
  });

  it("rule 206: an opt for some resources leaves the others to the answers", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { venId } = ven;
    await open.vtn.events.create(eventFor({ venId }, { resourceId: "a" }, { resourceId: "b" }));
    await ven.respond({ optType: "optIn" });

    await open.call("oadrCreateOpt", anEventOpt(ven, { resourceIds: ["a"] }));

    assert.equal(await stateOf(open, { venId, resourceId: "a" }), "optOut by oadrCreateOpt");
    assert.equal(await stateOf(open, { venId, resourceId: "b" }), "optIn by oadrCreatedEvent");
    assert.equal(await stateOf(open, { venId }), "optIn by oadrCreatedEvent");
  });

  for (const targets of [[], undefined]) {
    it(`rule 206: an opt with ${targets === undefined ? "only the venID as" : "no"} target is for all resources`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      const { venId } = ven;
      await open.vtn.events.create(eventFor({ venId }, { resourceId: "a" }, { resourceId: "b" }));
      await open.call("oadrCreateOpt", anEventOpt(ven, { optType: "optIn", resourceIds: ["a"] }));

      await open.call("oadrCreateOpt", { ...anEventOpt(ven), ...(targets !== undefined && { targets }) });

      for (const resourceId of ["a", "b", undefined])
        assert.equal(await stateOf(open, { venId, resourceId }), "optOut by oadrCreateOpt");
      assert.equal((await open.vtn.opts.forEvent("event-1", venId)).length, 1);
    });
  }

  it("rule 206: opts for resources of an event stand side by side", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const { venId } = ven;
    await open.vtn.events.create(anEvent());
    await open.call("oadrCreateOpt", anEventOpt(ven, { resourceIds: ["a", "b"] }));

    await open.call("oadrCreateOpt", anEventOpt(ven, { optType: "optIn", resourceIds: ["b"] }));
    const between = await open.vtn.opts.forEvent("event-1");
    const inBoth = await stateOf(open, { venId, resourceId: "b" });
    await open.call("oadrCreateOpt", anEventOpt(ven, { optType: "optIn", resourceIds: ["a"] }));

    assert.deepEqual(
      between.map(({ optType, targets }) => [optType, targets]),
      [
        ["optOut", [{ resourceId: "a" }, { resourceId: "b" }]],
        ["optIn", [{ resourceId: "b" }]],
      ],
    );
    assert.equal(inBoth, "optIn by oadrCreateOpt");
    assert.equal(await stateOf(open, { venId, resourceId: "a" }), "optIn by oadrCreateOpt");
    assert.equal((await open.vtn.opts.forEvent("event-1")).length, 2);
  });

  it("rule 206: the opts of two VENs for an event stand apart", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    await open.vtn.events.create(anEvent());
    await open.call("oadrCreateOpt", anEventOpt(kitchen));

    await open.call("oadrCreateOpt", anEventOpt(pantry, { optType: "optIn" }));

    assert.equal(await stateOf(open, kitchen), "optOut by oadrCreateOpt");
    assert.equal(await stateOf(open, pantry), "optIn by oadrCreateOpt");
    assert.deepEqual(
      (await open.vtn.opts.forEvent("event-1")).map(({ venId }) => venId),
      [kitchen.venId, pantry.venId],
    );
    assert.equal((await open.vtn.opts.forEvent("event-1", pantry.venId)).length, 1);
    assert.deepEqual(await open.vtn.opts.forEvent("event-2"), []);
  });

  it("rule 206: an opt for an event is no schedule", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const { venId } = ven;
    await open.vtn.events.create(anEvent());

    await open.call("oadrCreateOpt", anEventOpt(ven));

    assert.deepEqual(await open.vtn.opts.schedules(), []);
    assert.equal((await open.vtn.opts.availability({ venId })).isAvailable, undefined);
  });

  it("rule 46: takes an empty schedule, market context and class list beside an event for none", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    const code = await codeOf(open, { ...anEventOpt(ven), vavailability: [], marketContext: "", deviceClasses: [] });

    assert.equal(code, 200);
  });

  it("rule 209: an opt for a class of devices leaves the others to the answers", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const { venId } = ven;
    await open.vtn.events.create(anEvent());
    await ven.respond({ optType: "optIn" });

    await open.call("oadrCreateOpt", anEventOpt(ven, { deviceClasses: ["Thermostat"] }));

    assert.equal(await stateOf(open, { venId, deviceClass: "Thermostat" }), "optOut by oadrCreateOpt");
    assert.equal(await stateOf(open, { venId, deviceClass: "Pool_Pump" }), "optIn by oadrCreatedEvent");
    assert.equal(await stateOf(open, { venId }), "optIn by oadrCreatedEvent");
  });

  it("says nothing of a VEN that has said nothing, nor of unknown events and VENs", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await open.register();
    await open.vtn.events.create(anEvent());

    assert.equal(await open.vtn.events.optState("event-1", { venId }), undefined);
    assert.equal(await open.vtn.events.optState("event-1", { venId: "nobody" }), undefined);
    assert.equal(await open.vtn.events.optState("nonsense", { venId }), undefined);
  });

  it("rule 206: refuses an opt for an event that asks for no answer with 451", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ responseRequired: "never" }));

    await assert.rejects(open.call("oadrCreateOpt", anEventOpt(ven)), { responseCode: 451 });

    assert.deepEqual(await open.vtn.opts.forEvent("event-1"), []);
  });

  it("rule 206: refuses an opt for a resource that the event is not for with 462", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.enrolments.set(ven.venId, { groupIds: ["north"] });
    await open.vtn.events.create(eventFor({ resourceId: "a" }, { groupId: "north" }));

    for (const words of [{ resourceIds: ["b"] }, { resourceIds: ["a", "b"] }, { targets: [{ groupId: "a" }] }])
      await assert.rejects(open.call("oadrCreateOpt", anEventOpt(ven, words)), { responseCode: 462 });

    assert.deepEqual(await open.vtn.opts.forEvent("event-1"), []);
    await open.call("oadrCreateOpt", anEventOpt(ven, { resourceIds: ["a"], targets: [{ groupId: "north" }] }));
  });

  it("rules 22, 206: takes an opt for any resource of a VEN that is itself among the event's targets", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(eventFor({ venId: ven.venId }, { resourceId: "a" }));

    await open.call("oadrCreateOpt", anEventOpt(ven, { resourceIds: ["b"] }));

    const state = await open.vtn.events.optState("event-1", { venId: ven.venId, resourceId: "b" });
    assert.equal(state?.optType, "optOut");
  });

  for (const [title, words, responseCode] of [
    ["an unknown event", { eventId: "nonsense" }, 452],
    ["an event without ID", { eventId: "" }, 452],
    ["another version", { modificationNumber: 1 }, 450],
  ] as const) {
    it(`rule 48: refuses an opt for ${title} with ${responseCode}`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      await open.vtn.events.create(anEvent());

      assert.equal(await codeOf(open, anEventOpt(ven, words)), responseCode);

      assert.deepEqual(await open.vtn.opts.forEvent("event-1"), []);
    });
  }

  it("rule 48: refuses an opt for another VEN's event with 452", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    await open.vtn.events.create(anEvent({ venIds: [kitchen.venId] }));

    await assert.rejects(open.call("oadrCreateOpt", anEventOpt(pantry)), { responseCode: 452 });
  });

  it("keeps a thousand opts of a VEN for one event, and no more", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    for (let id = 0; id < 1000; id += 1)
      await open.call("oadrCreateOpt", anEventOpt(ven, { resourceIds: [String(id)] }));

    assert.equal(await codeOf(open, anEventOpt(ven, { resourceIds: ["more"] })), 469);
    assert.equal(await codeOf(open, anEventOpt(ven, { resourceIds: ["7"] })), 200);
  });
});

function eventFor(...targets: readonly Target[]): NewEvent {
  return { ...anEvent(), targets };
}

async function stateOf({ vtn }: OpenVtn, subject: Pick<OptSubject, "venId" | "resourceId" | "deviceClass">) {
  const state = await vtn.events.optState("event-1", subject);
  return state === undefined ? undefined : `${state.optType} by ${state.kind}`;
}
