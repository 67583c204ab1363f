import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { AvailabilityQuery, OptRecord } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon, openVtn, type OpenVtn, type TestVen } from "./open-vtn.ts";
import { aSchedule } from "./opts.ts";

const inMemory = { listen: false } as const;

describe("EiOpt: schedules", () => {
  it("rule 200: keeps a schedule of plain spans, and hands it on", async () => {
    const handed: [OptRecord, string | undefined][] = [];
    await using open = await openVtn({ onCreateOpt: (opt, { venId }) => void handed.push([opt, venId]) });
    const ven = await open.register();

    const answer = await open.call(
      "oadrCreateOpt",
      aSchedule(ven, { marketContext: "oadr://heat", resourceIds: ["a"] }),
    );

    const [schedule] = await open.vtn.opts.schedules(ven.venId);
    const { recordId = "", state, ...kept } = schedule ?? {};
    assert.deepEqual(answer?.payload, {
      response: { responseCode: 200, responseDescription: "OK", requestId: "req-7" },
      optId: "opt-1",
    });
    assert.deepEqual(kept, {
      kind: "schedule",
      venId: ven.venId,
      optId: "opt-1",
      optType: "optOut",
      optReason: "notParticipating",
      targets: [{ resourceId: "a" }],
      deviceClasses: [],
      createdDateTime: noon,
      receivedAt: noon,
      marketContext: "oadr://heat",
      vavailability: [{ dtstart: noon, duration: hours(1) }],
    });
    assert.equal(state, "active");
    assert.deepEqual(handed, [[{ ...kept, recordId }, ven.venId]]);
    const { venId } = ven;
    assert.deepEqual(open.statuses.at(-1), {
      type: "optCreated",
      venId,
      optId: "opt-1",
      optType: "optOut",
      eventId: undefined,
    });
  });

  it("says nothing of a VEN that has said nothing", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await open.register();

    assert.deepEqual(await open.vtn.opts.availability({ venId }), { isAvailable: undefined, schedule: undefined });
  });

  for (const [optType, isAvailable] of [
    ["optIn", true],
    ["optOut", false],
  ] as const) {
    it(`rule 201: leaves to the programme what is outside an ${optType} schedule`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();

      await open.call("oadrCreateOpt", aSchedule(ven, { optType }));

      assert.equal(await isOpenAt(open, ven, { at: afterNoon(minutes(-1)) }), undefined);
      assert.equal(await isOpenAt(open, ven, { at: noon }), isAvailable);
      assert.equal(await isOpenAt(open, ven, { at: afterNoon(minutes(59)) }), isAvailable);
      assert.equal(await isOpenAt(open, ven, { at: afterNoon(minutes(60)) }), undefined);
    });
  }

  for (const [first, second] of [
    ["optIn", "optOut"],
    ["optOut", "optIn"],
  ] as const) {
    it(`rule 201: the newer of overlapping ${first} and ${second} schedules counts, or whichever is asked for`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();

      await open.call("oadrCreateOpt", aSchedule(ven, { optType: first, optId: "a" }));
      await open.call("oadrCreateOpt", aSchedule(ven, { optType: second, optId: "b" }));

      assert.equal(await isOpenAt(open, ven), second === "optIn");
      assert.equal(await isOpenAt(open, ven, { precedence: "newest" }), second === "optIn");
      assert.equal(await isOpenAt(open, ven, { precedence: "optIn" }), true);
      assert.equal(await isOpenAt(open, ven, { precedence: "optOut" }), false);
    });
  }

  it("rule 202: a schedule without targets is for all of the VEN", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    await open.call("oadrCreateOpt", { ...aSchedule(ven), targets: [] });

    assert.equal(await isOpenAt(open, ven), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "a" }), false);
  });

  it("rule 202: a schedule with targets is for any of them, and for nothing else", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { resourceIds: ["a", "b"], targets: [{ groupId: "north" }] }));

    assert.equal(await isOpenAt(open, ven, { resourceId: "b" }), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "c", targets: [{ groupId: "north" }] }), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "c", targets: [{ groupName: "north" }] }), undefined);
    assert.equal(await isOpenAt(open, ven), undefined);
  });

  it("rule 203: a new schedule replaces the whole one before", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a", spans: [[hours(0), hours(2)]] }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b", resourceIds: ["oven"] }));

    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "c", spans: [[hours(1), hours(2)]] }));

    assert.deepEqual(await states(open, ven), ["a superseded", "b superseded", "c active"]);
    assert.equal(await isOpenAt(open, ven), undefined);
    assert.equal(await isOpenAt(open, ven, { resourceId: "oven" }), undefined);
    assert.equal(await isOpenAt(open, ven, { at: afterNoon(hours(2)) }), false);
  });

  it("rule 203: a new schedule for some resources leaves the others alone", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a" }));

    await open.call(
      "oadrCreateOpt",
      aSchedule(ven, { optId: "b", resourceIds: ["oven"], spans: [[hours(5), hours(1)]] }),
    );

    assert.deepEqual(await states(open, ven), ["a active", "b active"]);
    assert.equal(await isOpenAt(open, ven), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "stove" }), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "oven" }), undefined);
    assert.equal(await isOpenAt(open, ven, { resourceId: "oven", at: afterNoon(hours(5)) }), false);
  });

  it("rule 203: schedules that together take all resources of one supersede it", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a", resourceIds: ["oven", "stove"] }));

    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b", resourceIds: ["oven"] }));
    const between = await states(open, ven);
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "c", resourceIds: ["stove"] }));

    assert.deepEqual(between, ["a active", "b active"]);
    assert.deepEqual(await states(open, ven), ["a superseded", "b active", "c active"]);
  });

  it("rule 203: keeps optIn and optOut schedules apart", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a", optType: "optOut" }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b", optType: "optIn", spans: [[hours(1), hours(1)]] }));

    assert.deepEqual(await states(open, ven), ["a active", "b active"]);
    assert.equal(await isOpenAt(open, ven), false);
    assert.equal(await isOpenAt(open, ven, { at: afterNoon(hours(1)) }), true);
  });

  it("rule 203: keeps the schedules of two VENs apart", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];

    await open.call("oadrCreateOpt", aSchedule(kitchen, { optType: "optOut" }));
    await open.call("oadrCreateOpt", aSchedule(pantry, { optType: "optIn" }));

    assert.equal(await isOpenAt(open, kitchen), false);
    assert.equal(await isOpenAt(open, pantry), true);
    assert.deepEqual(
      (await open.vtn.opts.schedules()).map(({ venId, state }) => [venId, state]),
      [
        [kitchen.venId, "active"],
        [pantry.venId, "active"],
      ],
    );
  });

  it("rule 205: a schedule for a market context counts there only", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { marketContext: "oadr://heat" }));

    assert.equal(await isOpenAt(open, ven, { marketContext: "oadr://heat" }), false);
    assert.equal(await isOpenAt(open, ven, { marketContext: "oadr://cold" }), undefined);
    assert.equal(await isOpenAt(open, ven), undefined);
  });

  it("rule 205: a schedule for a market context overrides a general one there, and no other's", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a" }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b", marketContext: "oadr://cold" }));

    await open.call(
      "oadrCreateOpt",
      aSchedule(ven, { optId: "c", marketContext: "oadr://heat", spans: [[hours(9), hours(1)]] }),
    );

    assert.equal(await isOpenAt(open, ven, { marketContext: "oadr://heat" }), undefined);
    assert.equal(await isOpenAt(open, ven, { marketContext: "oadr://cold" }), false);
    assert.equal(await isOpenAt(open, ven), false);
    assert.deepEqual(await states(open, ven), ["a active", "b active", "c active"]);
  });

  it("rule 46: takes an empty market context for none", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { marketContext: "" }));

    assert.equal(await isOpenAt(open, ven), false);
  });

  it("rule 209: a schedule for classes of devices is for these only", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { resourceIds: ["a"], deviceClasses: ["Thermostat", "x-lamp"] }));

    assert.equal(await isOpenAt(open, ven, { resourceId: "a", deviceClass: "Thermostat" }), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "a", deviceClass: "x-lamp" }), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "b", deviceClass: "Thermostat" }), undefined);
    assert.equal(await isOpenAt(open, ven, { resourceId: "a", deviceClass: "Pool_Pump" }), undefined);
    assert.equal(await isOpenAt(open, ven, { resourceId: "a" }), undefined);
  });

  it("rule 209: a schedule for a class of devices does not supersede a general one", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a" }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b", deviceClasses: ["Thermostat"] }));

    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "c", deviceClasses: ["Thermostat", "Pool_Pump"] }));

    assert.deepEqual(await states(open, ven), ["a active", "b superseded", "c active"]);
  });

  it("rule 210: a span of duration 0 has no end", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { spans: [[hours(1), hours(0)]] }));

    assert.equal(await isOpenAt(open, ven), undefined);
    assert.equal(await isOpenAt(open, ven, { at: new Date("2126-01-01T00:00:00Z") }), false);
    open.clock.advance(hours(2));
    assert.deepEqual(await states(open, ven), ["opt-1 active"]);
  });

  it("a schedule whose last span is over has expired", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call(
      "oadrCreateOpt",
      aSchedule(ven, {
        spans: [
          [hours(2), hours(1)],
          [hours(0), hours(1)],
        ],
      }),
    );

    open.clock.advance(minutes(179));
    const before = await states(open, ven);
    open.clock.advance(minutes(1));

    assert.deepEqual(before, ["opt-1 active"]);
    assert.deepEqual(await states(open, ven), ["opt-1 expired"]);
  });

  it("rule 406: forgets the opts of a VEN that registers anew", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven));

    await open.register();

    assert.equal(await isOpenAt(open, ven), undefined);
    assert.deepEqual(await open.vtn.opts.schedules(), []);
  });

  it("keeps a thousand schedules of a VEN, and drops superseded ones for more", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "x", resourceIds: ["0"] }));
    for (let id = 0; id < 999; id += 1)
      await open.call("oadrCreateOpt", aSchedule(ven, { optId: "y", resourceIds: [String(id)] }));

    await open.call("oadrCreateOpt", aSchedule(ven, { resourceIds: ["more"] }));
    const another = open.call("oadrCreateOpt", aSchedule(ven, { resourceIds: ["too many"] }));

    await assert.rejects(another, { responseCode: 469 });
    const kept = await open.vtn.opts.schedules(ven.venId);
    assert.equal(kept.length, 1000);
    assert.equal(kept[0]?.optId, "y");
    assert.equal(await isOpenAt(open, ven, { resourceId: "more" }), false);
    assert.equal(await isOpenAt(open, ven, { resourceId: "too many" }), undefined);
  });

  it("keeps a thousand schedules of a VEN, and drops the oldest when it is over", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    for (let id = 0; id < 1000; id += 1)
      await open.call("oadrCreateOpt", aSchedule(ven, { optId: String(id), resourceIds: [String(id)] }));
    open.clock.advance(hours(1));

    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "more", resourceIds: ["more"] }));

    const kept = await open.vtn.opts.schedules(ven.venId);
    assert.deepEqual([kept.length, kept[0]?.optId, kept.at(-1)?.optId], [1000, "1", "more"]);
  });
});

async function isOpenAt(
  { vtn }: OpenVtn,
  { venId }: TestVen,
  query: Omit<AvailabilityQuery, "venId"> = {},
): Promise<boolean | undefined> {
  return (await vtn.opts.availability({ venId, ...query })).isAvailable;
}

async function states({ vtn }: OpenVtn, { venId }: TestVen): Promise<readonly string[]> {
  return (await vtn.opts.schedules(venId)).map(({ optId, state }) => `${optId} ${state}`);
}
