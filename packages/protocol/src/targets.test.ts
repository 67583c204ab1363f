import assert from "node:assert/strict";
import { describe, it } from "vitest";

import type { Target } from "./messages/target.ts";
import { groupTargets, resolveTargets, targetsAgree, type TargetsByType, ungroupTargets } from "./targets.ts";

const targets: readonly Target[] = [{ venId: "ven-1" }, { groupId: "north" }, { venId: "ven-2" }];
const byType = { venIds: ["ven-1", "ven-2"], groupIds: ["north"] };

describe("targets", () => {
  it("are grouped by kind", () => assert.deepEqual(groupTargets(targets), byType));

  it("have a list for each of the thirteen kinds, in the order of the schema", () => {
    const area = { polygon: { posList: [0, 0, 1, 1, 0, 0] } };
    const all: readonly Target[] = [
      { aggregatedPnode: "a" },
      { endDeviceAsset: "b" },
      { meterAsset: "c" },
      { pnode: "d" },
      { serviceArea: area },
      { serviceDeliveryPoint: "e" },
      { serviceLocation: area },
      { transportInterface: { pointOfReceipt: "f", pointOfDelivery: "g" } },
      { groupId: "h" },
      { groupName: "i" },
      { resourceId: "j" },
      { venId: "k" },
      { partyId: "l" },
    ];

    const grouped = groupTargets(all.toReversed());

    assert.deepEqual(grouped, {
      aggregatedPnodes: ["a"],
      endDeviceAssets: ["b"],
      meterAssets: ["c"],
      pnodes: ["d"],
      serviceAreas: [area],
      serviceDeliveryPoints: ["e"],
      serviceLocations: [area],
      transportInterfaces: [{ pointOfReceipt: "f", pointOfDelivery: "g" }],
      groupIds: ["h"],
      groupNames: ["i"],
      resourceIds: ["j"],
      venIds: ["k"],
      partyIds: ["l"],
    });
    assert.deepEqual(ungroupTargets(grouped), all);
  });

  it("have no lists when there are none", () => assert.deepEqual(groupTargets([]), {}));

  it("are listed again in the order of the schema", () => {
    assert.deepEqual(ungroupTargets(byType), [{ groupId: "north" }, { venId: "ven-1" }, { venId: "ven-2" }]);
  });

  it("refuse a list of unknown name", () => {
    assert.throws(() => ungroupTargets({ vens: ["ven-1"] } as TargetsByType), {
      name: "RangeError",
      message: /got "vens"$/,
    });
  });

  for (const kind of ["ven", "toString"]) {
    it(`refuse the unknown kind ${kind}`, () => {
      assert.throws(() => groupTargets([{ [kind]: "ven-1" } as unknown as Target]), {
        name: "RangeError",
        message: new RegExp(`got "${kind}"$`),
      });
    });
  }

  for (const [what, grouped, agree] of [
    ["the same ones", byType, true],
    ["the same ones and an empty list", { ...byType, partyIds: [] }, true],
    ["one too few", { venIds: ["ven-1", "ven-2"] }, false],
    ["one too many", { ...byType, partyIds: ["p"] }, false],
    ["another one", { venIds: ["ven-1", "ven-3"], groupIds: ["north"] }, false],
  ] as const) {
    it(`${agree ? "agree" : "disagree"} with lists of ${what}`, () =>
      assert.equal(targetsAgree(targets, grouped), agree));
  }
});

describe("resolveTargets", () => {
  for (const [what, options, expected] of [
    ["a list", { targets }, targets],
    ["a single target", { target: { venId: "ven-1" } }, [{ venId: "ven-1" }]],
    ["lists by kind", { targetsByType: { venIds: ["ven-1"] } }, [{ venId: "ven-1" }]],
    ["both forms, if they agree", { targets, targetsByType: byType }, targets],
    ["nothing", {}, []],
  ] as const) {
    it(`takes ${what}`, () => assert.deepEqual(resolveTargets(options), expected));
  }

  for (const [what, options] of [
    ["a list and other lists by kind", { targets, targetsByType: { venIds: ["ven-1"] } }],
    ["a single target and another list", { target: { venId: "ven-1" }, targets }],
    ["a single target and other lists by kind", { target: { venId: "ven-1" }, targetsByType: { venIds: ["ven-2"] } }],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => resolveTargets(options), { name: "RangeError", message: /to mean the same targets/ });
    });
  }
});
