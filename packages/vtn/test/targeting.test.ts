import assert from "node:assert/strict";
import { minutes, type Target } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { Enrolment, NewEvent } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { openVtn, registerAs, type OpenVtn, type TestVen } from "./open-vtn.ts";

const inMemory = { listen: false } as const;
const north: Target = { groupId: "north" };

function anEventFor(targets: readonly Target[], eventId = "event-1"): NewEvent {
  return { ...anEvent({ eventId }), targets };
}

const area = {
  id: "area-1",
  polygon: { id: "polygon-1", posList: [50, 10, 51, 10, 51, 11, 50, 10] },
};

describe("targets: whom an event is for", () => {
  for (const [target, enrolment] of [
    [{ aggregatedPnode: "zone 7" }, { aggregatedPnodes: ["zone 7"] }],
    [{ endDeviceAsset: "Thermostat" }, { endDeviceAssets: ["Thermostat"] }],
    [{ meterAsset: "meter 7" }, { meterAssets: ["meter 7"] }],
    [{ pnode: "node 7" }, { pnodes: ["node 7"] }],
    [{ serviceArea: area }, { serviceAreas: [{ polygon: area.polygon, id: area.id }] }],
    [{ serviceDeliveryPoint: "point 7" }, { serviceDeliveryPoints: ["point 7"] }],
    [{ serviceLocation: area }, { serviceLocations: [area] }],
    [
      { transportInterface: { pointOfReceipt: "a", pointOfDelivery: "b" } },
      { transportInterfaces: [{ pointOfDelivery: "b", pointOfReceipt: "a" }] },
    ],
    [{ groupId: "north" }, { groupIds: ["north"] }],
    [{ groupName: "The North" }, { groupNames: ["The North"] }],
    [{ resourceId: "oven" }, { resourceIds: ["oven"] }],
    [{ partyId: "party-7" }, { partyIds: ["party-7"] }],
  ] as const satisfies readonly (readonly [Target, Enrolment])[]) {
    const [type = ""] = Object.keys(target);

    it(`gives an event for a ${type} to the VENs that are enrolled with it, and passes it on`, async () => {
      await using open = await openVtn();
      const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
      await open.vtn.enrolments.set(kitchen.venId, enrolment);

      await open.vtn.events.create(anEventFor([target]));

      assert.deepEqual((await kitchen.requestEvents()).events[0]?.targets, [target]);
      assert.deepEqual(await pantry.drain(), []);
      assert.deepEqual(await open.vtn.events.audience("event-1"), [kitchen.venId]);
    });

    it(`gives an event for a ${type} that nobody is enrolled with to nobody`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();

      await open.vtn.events.create(anEventFor([target]));

      assert.deepEqual(await ven.drain(), []);
      assert.deepEqual(await ven.eventIds(), []);
      assert.deepEqual(await open.vtn.events.audience("event-1"), []);
    });
  }

  it("rule 22: gives an event to each VEN that one of several targets means", async () => {
    await using open = await openVtn();
    const [kitchen, pantry, attic, cellar] = await registerAll(open, "kitchen", "pantry", "attic", "cellar");
    await open.vtn.enrolments.set(kitchen.venId, { groupIds: ["north"] });
    await open.vtn.enrolments.set(pantry.venId, { resourceIds: ["oven"] });

    await open.vtn.events.create(anEventFor([{ venId: attic.venId }, north], "group and VEN"));
    await open.vtn.events.create(anEventFor([{ resourceId: "oven" }, north], "group and resource"));

    assert.deepEqual(await kitchen.eventIds(), ["group and VEN", "group and resource"]);
    assert.deepEqual(await pantry.eventIds(), ["group and resource"]);
    assert.deepEqual(await attic.eventIds(), ["group and VEN"]);
    assert.deepEqual(await cellar.eventIds(), []);
  });

  it("takes a resource beside a venID for a part of that VEN, which means no other", async () => {
    await using open = await openVtn();
    const [kitchen, pantry] = await registerAll(open, "kitchen", "pantry");
    await open.vtn.enrolments.set(pantry.venId, { resourceIds: ["oven"] });
    const targets = [{ resourceId: "oven" }, { venId: kitchen.venId }];

    await open.vtn.events.create(anEventFor(targets));

    assert.deepEqual((await kitchen.requestEvents()).events[0]?.targets, targets);
    assert.deepEqual(await pantry.eventIds(), []);
  });

  it("gives an event of a market context to those enrolled in it or in all, and to those it names", async () => {
    await using open = await openVtn();
    const [kitchen, pantry, attic] = await registerAll(open, "kitchen", "pantry", "attic");
    const heat = { eventDescriptor: { eventId: "event-1", marketContext: "oadr://heat" } };
    await open.vtn.enrolments.set(kitchen.venId, { marketContexts: ["oadr://heat"], groupIds: ["north"] });
    await open.vtn.enrolments.set(pantry.venId, { marketContexts: ["oadr://cold"], groupIds: ["north"] });

    await open.vtn.events.create({ ...anEvent(), ...heat });
    await open.vtn.events.create({
      ...anEventFor([north]),
      eventDescriptor: { ...heat.eventDescriptor, eventId: "2" },
    });
    const named = {
      ...anEventFor([{ venId: pantry.venId }]),
      eventDescriptor: { ...heat.eventDescriptor, eventId: "3" },
    };
    await open.vtn.events.create(named);

    assert.deepEqual(await kitchen.eventIds(), ["event-1", "2"]);
    assert.deepEqual(await pantry.eventIds(), ["3"]);
    assert.deepEqual(await attic.eventIds(), ["event-1"]);
  });

  it("rule 111: does not ask for the device classes of signals, which narrow what acts within a VEN", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const deviceClasses = [{ endDeviceAsset: "Thermostat" }] as const;
    await open.vtn.enrolments.set(ven.venId, { endDeviceAssets: ["Water_Heater"] });

    const { signals } = await open.vtn.events.create({
      ...anEvent(),
      signals: [{ intervals: [{ duration: minutes(30), value: 1 }], deviceClasses }],
    });

    assert.deepEqual(signals[0]?.deviceClasses, deviceClasses);
    assert.deepEqual((await ven.requestEvents()).events[0]?.signals, signals);
  });
});

describe("targets: what a VEN sees", () => {
  it("rule 63: shows each VEN itself alone among the VENs", async () => {
    await using open = await openVtn();
    const vens = await registerAll(open, "kitchen", "pantry");

    await open.vtn.events.create(anEventFor([north, ...vens.map(({ venId }) => ({ venId }))]));

    for (const ven of vens)
      assert.deepEqual((await ven.requestEvents()).events[0]?.targets, [north, { venId: ven.venId }]);
  });

  it("shows a VEN its own resources, and nobody else's", async () => {
    await using open = await openVtn();
    const [kitchen, pantry] = await registerAll(open, "kitchen", "pantry");
    await open.vtn.enrolments.set(kitchen.venId, { resourceIds: ["oven", "hob"], groupIds: ["north"] });
    await open.vtn.enrolments.set(pantry.venId, { resourceIds: ["fridge"] });

    await open.vtn.events.create(
      anEventFor([north, ...["oven", "hob", "fridge"].map((resourceId) => ({ resourceId }))]),
    );

    assert.deepEqual(await targetsSeen(kitchen), [north, { resourceId: "oven" }, { resourceId: "hob" }]);
    assert.deepEqual(await targetsSeen(pantry), [north, { resourceId: "fridge" }]);
  });

  it("rule 22: leaves a VEN the parts it does not know rather than none, which would mean all of it", async () => {
    await using open = await openVtn({ ...inMemory, onResolveTargets: () => ["ven-1"] });
    await open.vtn.enrolments.set("ven-1", { resourceIds: ["oven"] });
    const ven = await registerAs(open, "ven-1");

    await open.vtn.events.create(anEventFor([{ resourceId: "site 7" }]));

    assert.deepEqual((await ven.requestEvents()).events[0]?.targets, [{ resourceId: "site 7" }]);
  });
});

describe("enrolments", () => {
  it("gives back what was set, by VEN, and tells of it", async () => {
    await using open = await openVtn(inMemory);
    const enrolment = { groupIds: ["north"], resourceIds: ["oven", "hob"], marketContexts: ["oadr://heat"] };

    await open.vtn.enrolments.set("kitchen", enrolment);
    await open.vtn.enrolments.set("pantry", {});

    assert.deepEqual(await open.vtn.enrolments.get("kitchen"), enrolment);
    assert.equal(await open.vtn.enrolments.get("attic"), undefined);
    assert.deepEqual(
      [...(await open.vtn.enrolments.list())],
      [
        ["kitchen", enrolment],
        ["pantry", {}],
      ],
    );
    assert.deepEqual(open.statuses.at(-1), { type: "enrolled", venId: "pantry" });
    await open.vtn.enrolments.remove("kitchen");
    assert.equal(await open.vtn.enrolments.get("kitchen"), undefined);
  });

  for (const [title, venId, enrolment, message] of [
    ["without a venID", "", {}, /venId: expected an ID, got ""/],
    ["with an empty ID", "kitchen", { groupIds: ["north", ""] }, /groupIds\[1\]: expected an ID, got ""/],
    ["with a text for a list", "kitchen", { groupIds: "north" }, /groupIds: expected a list, got "north"/],
    ["with a list of unknown name", "kitchen", { groupId: ["north"] }, /expected one of .*groupIds.*"groupId"/],
    ["with venIDs", "kitchen", { venIds: ["pantry"] }, /venIds: expected none/],
    ["with a text for an area", "kitchen", { serviceAreas: ["here"] }, /serviceAreas\[0\]: expected an object/],
    ["with a number for a market context", "kitchen", { marketContexts: [7] }, /marketContexts\[0\].*got 7/],
  ] as const) {
    it(`refuses one ${title}, and stores nothing`, async () => {
      await using open = await openVtn(inMemory);

      await assert.rejects(open.vtn.enrolments.set(venId, enrolment as Enrolment), { name: "RangeError", message });

      assert.equal((await open.vtn.enrolments.list()).size, 0);
    });
  }

  it("count for a VEN that registers later, and that registers anew", async () => {
    await using open = await openVtn();
    await open.vtn.enrolments.set("ven-1", { groupIds: ["north"] });
    await open.vtn.events.create(anEventFor([north]));

    for (const _ of ["first", "anew"]) {
      const ven = await registerAs(open, "ven-1");
      assert.deepEqual(await ven.drain(), ["oadrRegisterReport", "oadrDistributeEvent"]);
    }
  });

  it("rule 50: gives a VEN that joins a group the events that run, with its next poll", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEventFor([north]));
    assert.deepEqual(await ven.drain(), []);
    open.clock.advance(minutes(70));

    await open.vtn.enrolments.set(ven.venId, { groupIds: ["north"] });

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await ven.eventIds(), ["event-1"]);
    assert.equal(await ven.respond({}), 200);
  });

  it("rule 61: takes its events from a VEN that leaves a group, and its answers with them", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.enrolments.set(ven.venId, { groupIds: ["north"] });
    await open.vtn.events.create(anEventFor([north]));
    await ven.drain();
    await ven.respond({});

    await open.vtn.enrolments.set(ven.venId, { groupIds: ["south"] });

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await ven.eventIds(), []);
    assert.equal(await ven.respond({}), 452);
    assert.deepEqual(await open.vtn.events.responses("event-1"), []);
  });

  it("leave alone an event that is over: the VEN's answers stay, and late ones count", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.enrolments.set(ven.venId, { groupIds: ["north"] });
    await open.vtn.events.create(anEventFor([north]));
    await ven.drain();
    open.clock.advance(minutes(90));

    await open.vtn.enrolments.remove(ven.venId);

    assert.deepEqual(await ven.drain(), []);
    assert.equal(await ven.respond({ optType: "optOut" }), 200);
    assert.equal((await open.vtn.events.responses("event-1"))[0]?.optType, "optOut");
  });
});

describe("targets: a change of them", () => {
  it("rules 5, 61: gives the event to the group that it is for by now, and takes it from the other", async () => {
    await using open = await openVtn();
    const [kitchen, pantry] = await registerAll(open, "kitchen", "pantry");
    await open.vtn.enrolments.set(kitchen.venId, { groupIds: ["north"] });
    await open.vtn.enrolments.set(pantry.venId, { groupIds: ["south"] });
    await open.vtn.events.create(anEventFor([north]));
    await kitchen.drain();

    const { eventDescriptor } = await open.vtn.events.modify("event-1", { targets: [{ groupId: "south" }] });

    assert.equal(eventDescriptor.modificationNumber, 1);
    assert.deepEqual(await kitchen.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await kitchen.eventIds(), []);
    assert.deepEqual(await pantry.eventIds(), ["event-1"]);
  });

  it("keeps an event to the VENs enrolled in the market context that it moves to", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = await registerAll(open, "kitchen", "pantry");
    await open.vtn.enrolments.set(kitchen.venId, { marketContexts: ["oadr://unknown.context"] });
    await open.vtn.enrolments.set(pantry.venId, { marketContexts: ["oadr://heat"] });
    await open.vtn.events.create(anEvent());
    await kitchen.drain();

    await open.vtn.events.modify("event-1", { eventDescriptor: { marketContext: "oadr://heat" } });

    assert.deepEqual(await kitchen.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await kitchen.eventIds(), []);
    assert.deepEqual(await pantry.eventIds(), ["event-1"]);
  });
});

async function targetsSeen(ven: TestVen): Promise<readonly Target[] | undefined> {
  return (await ven.requestEvents()).events[0]?.targets;
}

async function registerAll<Names extends readonly string[]>(
  open: OpenVtn,
  ...names: Names
): Promise<{ readonly [Index in keyof Names]: TestVen }> {
  const vens: TestVen[] = [];
  for (const name of names) vens.push(await open.register(name));
  return vens as { readonly [Index in keyof Names]: TestVen };
}
