import assert from "node:assert/strict";
import type { Target } from "@openleadr/protocol";
import { STANDARD_SIGNALS, type VenOptions, type VenResource } from "@openleadr/ven";
import { describe, it } from "vitest";
import { anActingBench, intervals } from "./acting-ven.ts";
import type { EventOptions } from "./scripted-vtn.ts";

const resources: readonly VenResource[] = [
  { resourceId: "boiler", deviceClasses: ["Water_Heater"], groupIds: ["north"] },
  { resourceId: "hall", deviceClasses: ["Thermostat"], groupIds: ["north"], meterAssets: ["meter-7"] },
  { resourceId: "office", deviceClasses: ["Thermostat", "x-radiator"], partyIds: ["tenant"] },
];

/** What the VEN answers to an event, and the resources that its handler is told. */
async function resolved(options: Partial<VenOptions>, event: EventOptions): Promise<string> {
  let told = "nobody";
  await using bench = await anActingBench({
    onEvent: (_event, context) => ((told = context.resources.join(" ")), "optIn"),
    ...options,
  });
  await bench.distribute(event);
  return `${bench.answers()[0]?.replace("event-1/0 ", "")}: ${told}`;
}

/** A signal for one class of devices. */
function signalFor(endDeviceAsset: string, value: number) {
  return {
    signalName: "LOAD_CONTROL",
    signalType: "x-loadControlCapacity",
    signalId: endDeviceAsset,
    deviceClasses: [{ endDeviceAsset }],
    intervals: intervals(["PT1H", value]),
  } as const;
}

describe("the targets of an event at a VEN", () => {
  for (const [what, targets, expected] of [
    ["no target", [], "200 optIn: boiler hall office"],
    ["the VEN", [{ venId: "ven-1" }], "200 optIn: boiler hall office"],
    ["another VEN", [{ venId: "ven-2" }], "462 optOut: nobody"],
    ["a resource", [{ resourceId: "hall" }], "200 optIn: hall"],
    ["resources in another order", [{ resourceId: "office" }, { resourceId: "boiler" }], "200 optIn: boiler office"],
    ["a foreign resource", [{ resourceId: "cellar" }], "462 optOut: nobody"],
    ["a foreign resource or ours", [{ resourceId: "cellar" }, { resourceId: "hall" }], "200 optIn: hall"],
    ["the VEN or a resource", [{ venId: "ven-1" }, { resourceId: "hall" }], "200 optIn: boiler hall office"],
    ["a group", [{ groupId: "north" }], "200 optIn: boiler hall"],
    ["a foreign group", [{ groupId: "south" }], "462 optOut: nobody"],
    ["a party or a meter", [{ partyId: "tenant" }, { meterAsset: "meter-7" }], "200 optIn: hall office"],
    ["a group of the VEN", [{ groupName: "all of us" }], "200 optIn: boiler hall office"],
    ["a device class", [{ endDeviceAsset: "Thermostat" }], "200 optIn: hall office"],
    [
      "a path of ours",
      [{ transportInterface: { pointOfReceipt: "a", pointOfDelivery: "b" } }],
      "200 optIn: boiler hall office",
    ],
  ] as const satisfies readonly (readonly [string, readonly Target[], string])[]) {
    it(`rule 22: resolves ${what}`, async () => {
      const memberOf = {
        groupNames: ["all of us"],
        transportInterfaces: [{ pointOfReceipt: "a", pointOfDelivery: "b" }],
      };

      assert.equal(await resolved({ resources, memberOf }, { targets }), expected);
    });
  }

  for (const [what, targets, expected] of [
    ["a resource", [{ resourceId: "hall" }], "200 optIn: hall"],
    ["the VEN", [{ venId: "ven-1" }], "200 optIn: "],
    ["another VEN", [{ venId: "ven-2" }], "462 optOut: nobody"],
    ["another VEN, or a resource", [{ venId: "ven-2" }, { resourceId: "hall" }], "200 optIn: hall"],
    ["a party that may be ours", [{ partyId: "tenant" }], "200 optIn: "],
    ["its group", [{ groupId: "north" }], "200 optIn: "],
    ["a group that is not its own", [{ groupId: "south" }], "462 optOut: nobody"],
  ] as const satisfies readonly (readonly [string, readonly Target[], string])[]) {
    it(`rule 22: takes ${what} for what it may be when the VEN does not know its resources`, async () => {
      assert.equal(await resolved({ memberOf: { groupIds: ["north"] } }, { targets }), expected);
    });
  }

  for (const [what, signal, expected] of [
    ["of a class we have", [{ endDeviceAsset: "Thermostat" }], "200 optIn: boiler hall"],
    [
      "of any of two classes",
      [{ endDeviceAsset: "Sauna" }, { endDeviceAsset: "Thermostat" }],
      "200 optIn: boiler hall",
    ],
    ["of a class we do not have", [{ endDeviceAsset: "Sauna" }], "469 optOut: nobody"],
    ["of a class only others of ours are of", [{ endDeviceAsset: "x-radiator" }], "469 optOut: nobody"],
  ] as const satisfies readonly (readonly [string, readonly Target[], string])[]) {
    it(`rules 111, 112: looks for resources of the event ${what}`, async () => {
      const event = { targets: [{ groupId: "north" }], signal: { deviceClasses: signal } };

      assert.equal(await resolved({ resources }, event), expected);
    });
  }

  it("rule 111: gives each resource the signals of its classes, and leaves out those of others", async () => {
    await using bench = await anActingBench({ resources });

    await bench.distribute({
      signal: signalFor("Thermostat", 0.5),
      moreSignals: [signalFor("Sauna", 0.1), signalFor("Water_Heater", 0.8)],
    });
    await bench.until("01:30");

    assert.deepEqual(bench.journal.slice(1), ["01:00 interval event-1 LOAD_CONTROL=0.5 LOAD_CONTROL=0.8 until 02:00"]);
    const valueOf = (resourceId: string) => bench.ven.signalAt(bench.clock.now(), { resourceId })?.value;
    assert.deepEqual(
      [valueOf("boiler"), valueOf("hall"), valueOf("office"), valueOf("cellar")],
      [0.8, 0.5, 0.5, undefined],
    );
    assert.deepEqual(bench.ven.signalAt(bench.clock.now())?.resources, ["hall", "office"]);
  });

  for (const [bad, message] of [
    [[], "resources: expected at least one, or undefined, got none"],
    [[{ resourceId: "" }], 'resources: expected IDs, each once, got ""'],
    [[{ resourceId: "a" }, { resourceId: "a" }], 'resources: expected IDs, each once, got "a"'],
  ] as const) {
    it(`refuses the resources ${JSON.stringify(bad)}`, async () => {
      await assert.rejects(anActingBench({ resources: bad }), new RangeError(message));
    });
  }
});

describe("the programmes and signals of a VEN", () => {
  it("rule 48: refuses an event of a foreign market context with 462", async () => {
    assert.equal(await resolved({ marketContexts: ["http://market"] }, {}), "200 optIn: ");
    assert.equal(await resolved({ marketContexts: ["http://elsewhere"] }, {}), "462 optOut: nobody");
  });

  it("rule 512: compares market contexts as URIs", async () => {
    assert.equal(await resolved({ marketContexts: ["HTTP://Market:80/"] }, {}), "200 optIn: ");
  });

  it("rule 19: takes what is of its market context, and refuses the rest", async () => {
    await using bench = await anActingBench({ resources });

    await bench.distribute({ eventId: "a" }, { eventId: "b", targets: [{ groupId: "south" }] }, { eventId: "c" });

    assert.deepEqual(bench.answers(), ["a/0 200 optIn", "b/0 462 optOut", "c/0 200 optIn"]);
  });

  const price = { signalName: "ELECTRICITY_PRICE", signalType: "priceMultiplier" } as const;
  const setpoint = {
    signalName: "LOAD_DISPATCH",
    signalType: "setpoint",
    measurement: {
      name: "powerReal",
      description: "RealPower",
      unit: "W",
      scale: "k",
      powerAttributes: { hertz: 50, voltage: 230, ac: true },
    },
  } as const;
  const weather = { signalName: "x-weather", signalType: "level" } as const;
  for (const [what, signals, signal, expected] of [
    ["a signal it was not told of", ["SIMPLE"], price, 460],
    ["a signal it was told of", ["ELECTRICITY_PRICE"], price, 200],
    ["a signal of another type than it was told of", [{ ...price, signalTypes: ["price"] }], price, 460],
    ["a signal of a type it was told of", [{ ...price, signalTypes: ["price", "priceMultiplier"] }], price, 200],
    ["an x- signal it was told of", [...STANDARD_SIGNALS, "x-weather"], weather, 200],
    ["a unit it was told of", [{ ...setpoint, measurements: ["powerReal"] }], setpoint, 200],
    ["a unit it was not told of", [{ ...setpoint, measurements: ["powerApparent"] }], setpoint, 460],
  ] as const) {
    it(`rules 48, 109: answers ${expected} to ${what}`, async () => {
      await using bench = await anActingBench({ signals });

      await bench.distribute({ signal });

      assert.deepEqual(bench.answers(), [`event-1/0 ${expected} ${expected === 200 ? "optIn" : "optOut"}`]);
    });
  }

  for (const [what, event] of [
    ["an event", { duration: "-PT1H" }],
    ["a start-after", { startAfter: "-PT1M" }],
    ["an interval", { signal: { intervals: intervals(["PT2H", 1], ["-PT1H", 2]) } }],
  ] as const) {
    it(`rule 33: refuses ${what} of a negative duration with 459`, async () => {
      await using bench = await anActingBench();

      await bench.distribute(event);

      assert.deepEqual(bench.answers(), ["event-1/0 459 optOut"]);
    });
  }

  for (const [what, event] of [
    ["lasts", { duration: "P300000Y" }],
    ["may begin late by", { startAfter: "P300000Y" }],
    ["is prepared for", { rampUp: "P300000Y" }],
    ["is recovered from", { recovery: "P300000Y" }],
    ["has no end, and whose interval lasts", { duration: "PT0S", signal: { intervals: intervals(["P300000Y", 1]) } }],
    [
      "has no end, and whose intervals add up to",
      { duration: "PT0S", signal: { intervals: intervals(["P200000Y", 1], ["P200000Y", 2]) } },
    ],
  ] as const) {
    it(`rule 33: refuses an event that ${what} hundreds of thousands of years with 454`, async () => {
      await using bench = await anActingBench();

      await bench.distribute(event);
      await bench.until("01:10");

      assert.deepEqual(bench.answers(), ["event-1/0 454 optOut"]);
      assert.deepEqual(bench.journal, []);
    });
  }

  it("does not take an event that it refuses for news each time that it comes", async () => {
    await using bench = await anActingBench({ marketContexts: [] });
    await bench.distribute({});
    const polls = bench.told("polled").length;

    await bench.distribute({});

    assert.equal(bench.told("polled").length - polls, 2);
    assert.equal(bench.told("eventReceived").length, 1);
    assert.deepEqual(bench.answers(), ["event-1/0 462 optOut"]);
  });
});
