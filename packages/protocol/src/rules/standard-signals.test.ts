import { describe, it } from "vitest";

import { anEvent, aSignal, distribute, intervals } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import type { SignalName, SignalType } from "../enumerations.ts";
import {
  currency,
  currencyPerKW,
  currencyPerKWh,
  energyReal,
  powerReactive,
  powerReal,
  temperature,
} from "../measurements.ts";
import type { Measurement } from "../messages/units.ts";

interface Case {
  readonly name: SignalName | `x-${string}`;
  readonly type: SignalType;
  readonly unit?: Measurement;
  readonly values?: readonly [number, number];
}

function signalling({ name, type, unit, values = [0, 1] }: Case) {
  const signal = aSignal({ signalName: name, signalType: type, intervals: intervals(...values) });
  return distribute(anEvent({ signals: [unit === undefined ? signal : { ...signal, measurement: unit }] }));
}

const [euro, euroPerKW, euroPerKWh] = [currency("EUR"), currencyPerKW("EUR"), currencyPerKWh("EUR")];

describe("standard signals", () => {
  for (const each of [
    { name: "SIMPLE", type: "level" },
    { name: "ELECTRICITY_PRICE", type: "price", unit: euroPerKWh, values: [-3, 1e6] },
    { name: "ELECTRICITY_PRICE", type: "priceRelative", unit: euroPerKWh },
    { name: "ELECTRICITY_PRICE", type: "priceMultiplier" },
    { name: "ENERGY_PRICE", type: "price", unit: euroPerKWh },
    { name: "DEMAND_CHARGE", type: "price", unit: euroPerKW },
    { name: "DEMAND_CHARGE", type: "priceMultiplier" },
    { name: "BID_PRICE", type: "price", unit: euro },
    { name: "BID_PRICE", type: "price", unit: euroPerKWh },
    { name: "BID_LOAD", type: "setpoint", unit: powerReal() },
    { name: "BID_ENERGY", type: "setpoint", unit: energyReal() },
    { name: "CHARGE_STATE", type: "delta", unit: energyReal() },
    { name: "CHARGE_STATE", type: "multiplier", values: [0, 1] },
    { name: "LOAD_DISPATCH", type: "setpoint", unit: powerReactive() },
    { name: "LOAD_DISPATCH", type: "delta", unit: powerReal(), values: [-500, 0.5] },
    { name: "LOAD_DISPATCH", type: "multiplier", values: [7, -7] },
    { name: "LOAD_DISPATCH", type: "level", unit: powerReal(), values: [-10, 10] },
    { name: "LOAD_CONTROL", type: "x-loadControlCapacity", values: [0.5, 1] },
    { name: "LOAD_CONTROL", type: "x-loadControlLevelOffset", values: [-2, 20] },
    { name: "LOAD_CONTROL", type: "x-loadControlLevelOffset", unit: temperature("celsius") },
    { name: "LOAD_CONTROL", type: "x-loadControlSetpoint", values: [21.5, 22] },
    { name: "LOAD_CONTROL", type: "x-loadControlPercentOffset", values: [-10.5, 10] },
    { name: "x-mine", type: "delta", unit: euro, values: [99.9, -1] },
  ] as const satisfies readonly Case[]) {
    it(`rule 104: accepts ${each.name} ${each.type} in ${"unit" in each ? each.unit.name : "no unit"}`, () => {
      expectValid(signalling(each));
    });
  }

  for (const [each, expected] of [
    [{ name: "ELECTRICITY_PRICE", type: "level" }, "price | priceRelative | priceMultiplier for ELECTRICITY_PRICE"],
    [{ name: "ENERGY_PRICE", type: "delta" }, "price | priceRelative | priceMultiplier for ENERGY_PRICE"],
    [{ name: "DEMAND_CHARGE", type: "setpoint" }, "price | priceRelative | priceMultiplier for DEMAND_CHARGE"],
    [{ name: "BID_PRICE", type: "priceRelative" }, "price for BID_PRICE"],
    [{ name: "BID_LOAD", type: "delta" }, "setpoint for BID_LOAD"],
    [{ name: "BID_ENERGY", type: "level" }, "setpoint for BID_ENERGY"],
    [{ name: "CHARGE_STATE", type: "level" }, "setpoint | delta | multiplier for CHARGE_STATE"],
    [{ name: "LOAD_DISPATCH", type: "price" }, "setpoint | delta | multiplier | level for LOAD_DISPATCH"],
    [
      { name: "LOAD_CONTROL", type: "setpoint" },
      "x-loadControlCapacity | x-loadControlLevelOffset | x-loadControlSetpoint | x-loadControlPercentOffset for LOAD_CONTROL",
    ],
  ] as const satisfies readonly (readonly [Case, string])[]) {
    it(`rule 104: refuses ${each.name} ${each.type}`, () => {
      const message = `expected ${expected}, got "${each.type}"`;

      expectViolation(signalling(each), { rule: 104, path: "events[0].signals[0].signalType", message });
    });
  }

  for (const [each, expected, got] of [
    [{ name: "SIMPLE", type: "level", unit: powerReal() }, "no unit", '"powerReal"'],
    [{ name: "ELECTRICITY_PRICE", type: "price" }, "currencyPerKWh", "nothing"],
    [{ name: "ELECTRICITY_PRICE", type: "price", unit: euroPerKW }, "currencyPerKWh", '"currencyPerKW"'],
    [{ name: "ENERGY_PRICE", type: "priceMultiplier", unit: euroPerKWh }, "no unit", '"currencyPerKWh"'],
    [{ name: "DEMAND_CHARGE", type: "priceRelative", unit: euroPerKWh }, "currencyPerKW", '"currencyPerKWh"'],
    [{ name: "BID_PRICE", type: "price" }, "currency | currencyPerKWh | currencyPerKW | currencyPerThm", "nothing"],
    [
      { name: "BID_LOAD", type: "setpoint", unit: energyReal() },
      "powerReal | powerApparent | powerReactive",
      '"energyReal"',
    ],
    [
      { name: "BID_ENERGY", type: "setpoint", unit: powerReal() },
      "energyReal | energyApparent | energyReactive",
      '"powerReal"',
    ],
    [{ name: "CHARGE_STATE", type: "setpoint" }, "energyReal | energyApparent | energyReactive", "nothing"],
    [{ name: "LOAD_DISPATCH", type: "level" }, "powerReal | powerApparent | powerReactive", "nothing"],
    [{ name: "LOAD_DISPATCH", type: "multiplier", unit: powerReal() }, "no unit", '"powerReal"'],
    [
      { name: "LOAD_CONTROL", type: "x-loadControlLevelOffset", unit: powerReal() },
      "no unit | temperature",
      '"powerReal"',
    ],
    [{ name: "LOAD_CONTROL", type: "x-loadControlCapacity", unit: powerReal() }, "no unit", '"powerReal"'],
  ] as const satisfies readonly (readonly [Case, string, string])[]) {
    it(`rule 104: refuses ${each.name} ${each.type} in ${got}`, () => {
      const message = `expected ${expected} for ${each.name}/${each.type}, got ${got}`;

      expectViolation(signalling(each), { rule: 104, path: "events[0].signals[0].measurement", message });
    });
  }

  for (const [each, expected] of [
    [{ name: "CHARGE_STATE", type: "multiplier", values: [0, 1.01] }, "0 to 1"],
    [{ name: "CHARGE_STATE", type: "multiplier", values: [0, -0.01] }, "0 to 1"],
    [{ name: "LOAD_DISPATCH", type: "level", unit: powerReal(), values: [0, 11] }, "a whole number from -10 to 10"],
    [{ name: "LOAD_DISPATCH", type: "level", unit: powerReal(), values: [0, -11] }, "a whole number from -10 to 10"],
    [{ name: "LOAD_DISPATCH", type: "level", unit: powerReal(), values: [0, 0.5] }, "a whole number from -10 to 10"],
    [{ name: "LOAD_CONTROL", type: "x-loadControlCapacity", values: [0, 2] }, "0 to 1"],
    [{ name: "LOAD_CONTROL", type: "x-loadControlLevelOffset", values: [0, 0.5] }, "a whole number"],
  ] as const satisfies readonly (readonly [Case, string])[]) {
    it(`rule 104: refuses the value ${each.values[1]} in ${each.name} ${each.type}`, () => {
      const message = `expected ${expected} for ${each.name}/${each.type}, got ${each.values[1]}`;

      expectViolation(signalling(each), { rule: 104, path: "events[0].signals[0].intervals[1].value", message });
    });
  }
});
