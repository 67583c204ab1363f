import assert from "node:assert/strict";
import { minutes, type Target } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { NewEvent } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { openVtn, registerAs, type OpenVtn } from "./open-vtn.ts";

const inMemory = { listen: false } as const;
const north: Target = { groupId: "north" };

function anEventFor(targets: readonly Target[], eventId = "event-1"): NewEvent {
  return { ...anEvent({ eventId }), targets };
}

describe("onResolveTargets", () => {
  const feeder: Target = { pnode: "feeder 7" };

  it("says which VENs an event is for, beside those its targets mean by themselves", async () => {
    const asked: unknown[] = [];
    const onResolveTargets = async ({ targets }: { readonly targets: readonly Target[] }) => {
      asked.push(targets);
      return ["ven-2", "ven-2"];
    };
    await using open = await openVtn({ onResolveTargets });
    const [first, second] = [await registerAs(open, "ven-1"), await registerAs(open, "ven-2")];
    await open.vtn.enrolments.set("ven-1", { pnodes: ["feeder 7"] });

    const event = await open.vtn.events.create(anEventFor([feeder]));

    assert.deepEqual(asked, [[feeder]]);
    assert.deepEqual(event.targets, [feeder]);
    assert.deepEqual((await open.vtn.events.audience("event-1")).toSorted(), ["ven-1", "ven-2"]);
    assert.deepEqual((await second.requestEvents()).events[0]?.targets, [feeder]);
    assert.deepEqual(await first.eventIds(), ["event-1"]);
  });

  it("is not asked about an event without targets, which is for everyone", async () => {
    await using open = await openVtn({
      ...inMemory,
      onResolveTargets: () => assert.fail("expected not to be asked"),
    });
    const ven = await open.register();

    await open.vtn.events.create(anEvent());

    assert.deepEqual(await ven.eventIds(), ["event-1"]);
  });

  for (const [title, onResolveTargets, error] of [
    ["throws", () => Promise.reject(new Error("no map")), /no map/],
    ["gives what is no venID", () => ["ven-1", ""], /onResolveTargets: expected venIDs, got ""/],
  ] as const) {
    it(`leaves all as it was when it ${title}`, async () => {
      let isBroken = false;
      await using open = await openVtn({
        ...inMemory,
        onResolveTargets: () => (isBroken ? onResolveTargets() : ["ven-1"]),
      });
      const ven = await registerAs(open, "ven-1");
      const event = await open.vtn.events.create(anEventFor([feeder]));
      await ven.drain();
      isBroken = true;

      await assert.rejects(open.vtn.events.create(anEventFor([feeder], "event-2")), { message: error });
      await assert.rejects(open.vtn.events.modify("event-1", { targets: [north] }), { message: error });
      await assert.rejects(open.vtn.events.resolveTargets("event-1"), { message: error });

      assert.deepEqual(await open.vtn.events.list(), [event]);
      assert.deepEqual(await ven.eventIds(), ["event-1"]);
    });
  }

  it("is asked anew by resolveTargets: VENs join and leave, and the event stays as it is", async () => {
    let venIds = ["ven-1"];
    await using open = await openVtn({ onResolveTargets: () => venIds });
    const [first, second, third] = [
      await registerAs(open, "ven-1"),
      await registerAs(open, "ven-2"),
      await registerAs(open, "ven-3"),
    ];
    const event = await open.vtn.events.create(anEventFor([feeder, { venId: "ven-3" }]));
    for (const ven of [first, second, third]) await ven.drain();
    for (const ven of [first, third]) await ven.respond({});

    venIds = ["ven-2"];
    await open.vtn.events.resolveTargets("event-1");

    assert.deepEqual(await open.vtn.events.get("event-1"), event);
    assert.deepEqual(open.statuses.at(-1), { type: "targetsResolved", eventId: "event-1" });
    assert.deepEqual(await first.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await first.eventIds(), []);
    assert.deepEqual(await second.drain(), ["oadrDistributeEvent"]);
    assert.deepEqual(await third.drain(), []);
  });

  it("cannot be asked anew about an event that is unknown, over, or off", async () => {
    await using open = await openVtn({ ...inMemory, onResolveTargets: () => [] });
    await open.vtn.events.create(anEventFor([feeder]));
    await open.vtn.events.cancel("event-1");

    await assert.rejects(open.vtn.events.resolveTargets("event-1"), { responseCode: 451 });
    await assert.rejects(open.vtn.events.resolveTargets("event-2"), { responseCode: 452 });
  });

  it("is asked about a VEN that registers, for each event in force or to come", async () => {
    const asked: unknown[] = [];
    await using open = await openVtn({
      onResolveTargets: ({ eventDescriptor: { eventId } }, { venId }) => {
        if (venId !== undefined) asked.push([eventId, venId]);
        return eventId === "none" || venId === undefined ? [] : [venId];
      },
    });
    await open.vtn.events.create({ ...anEventFor([feeder], "over"), activePeriod: anEvent().activePeriod });
    open.clock.advance(minutes(100));
    for (const eventId of ["some", "none", "off"])
      await open.vtn.events.create({ ...anEventFor([feeder], eventId), ...periodIn(open) });
    await open.vtn.events.cancel("off");

    const ven = await registerAs(open, "ven-1");

    assert.deepEqual(asked, [
      ["some", "ven-1"],
      ["none", "ven-1"],
    ]);
    assert.deepEqual(await ven.drain(), ["oadrRegisterReport", "oadrDistributeEvent"]);
    assert.deepEqual(await ven.eventIds(), ["some"]);
  });

  it("keeps a VEN from registering as long as it throws", async () => {
    let isBroken = false;
    await using open = await openVtn({
      ...inMemory,
      onResolveTargets: () => {
        if (isBroken) throw new Error("no map");
        return ["ven-1"];
      },
    });
    await open.vtn.events.create(anEventFor([feeder]));
    isBroken = true;

    await assert.rejects(registerAs(open, "ven-2"));
    assert.deepEqual(await open.vtn.vens.list(), []);
  });
});

function periodIn({ clock }: OpenVtn): Pick<NewEvent, "activePeriod"> {
  return { activePeriod: { dtstart: new Date(clock.now().getTime() + minutes(60)) } };
}
