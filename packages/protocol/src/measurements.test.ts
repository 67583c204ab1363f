import assert from "node:assert/strict";
import { describe, it } from "vitest";

import {
  currency,
  currencyPerKW,
  currencyPerKWh,
  currencyPerThm,
  customUnit,
  energyReal,
  MEASUREMENTS,
  powerReal,
  pulseCount,
  temperature,
} from "./measurements.ts";

const power = { scale: "none", powerAttributes: { hertz: 50, voltage: 230, ac: true } };

// prettier-ignore
const schemaTexts = {
  VOLTAGE: { name: "voltage", description: "Voltage", unit: "V", scale: "none" },
  CURRENT: { name: "current", description: "Current", unit: "A", scale: "none" },
  FREQUENCY: { name: "frequency", description: "Frequency", unit: "Hz", scale: "none" },
  ENERGY_REAL: { name: "energyReal", description: "RealEnergy", unit: "Wh", scale: "none" },
  ENERGY_REACTIVE: { name: "energyReactive", description: "ReactiveEnergy", unit: "VARh", scale: "none" },
  ENERGY_APPARENT: { name: "energyApparent", description: "ApparentEnergy", unit: "VAh", scale: "none" },
  POWER_REAL: { name: "powerReal", description: "RealPower", unit: "W", ...power },
  POWER_REACTIVE: { name: "powerReactive", description: "ReactivePower", unit: "VAR", ...power },
  POWER_APPARENT: { name: "powerApparent", description: "ApparentPower", unit: "VA", ...power },
  PULSE_COUNT: { name: "pulseCount", description: "pulse count", unit: "count", pulseFactor: 0.001 },
  TEMPERATURE: { name: "temperature", description: "temperature", unit: "celsius", scale: "none" },
  THERM: { name: "therm", description: "Therm", unit: "thm", scale: "none" },
  CURRENCY: { name: "currency", description: "currency", unit: "XXX", scale: "none" },
  CURRENCY_PER_KW: { name: "currencyPerKW", description: "currencyPerKW", unit: "XXX", scale: "none" },
  CURRENCY_PER_KWH: { name: "currencyPerKWh", description: "currencyPerKWh", unit: "XXX", scale: "none" },
  CURRENCY_PER_THM: { name: "currencyPerThm", description: "currency", unit: "XXX", scale: "none" },
} as const;

const aliases = {
  REAL_ENERGY: "ENERGY_REAL",
  ACTIVE_ENERGY: "ENERGY_REAL",
  REACTIVE_ENERGY: "ENERGY_REACTIVE",
  APPARENT_ENERGY: "ENERGY_APPARENT",
  REAL_POWER: "POWER_REAL",
  ACTIVE_POWER: "POWER_REAL",
  REACTIVE_POWER: "POWER_REACTIVE",
  APPARENT_POWER: "POWER_APPARENT",
} as const;

describe("MEASUREMENTS", () => {
  it("has OpenLEADR's names", () => {
    assert.deepEqual(Object.keys(MEASUREMENTS).sort(), [...Object.keys(schemaTexts), ...Object.keys(aliases)].sort());
  });

  for (const [name, texts] of Object.entries(schemaTexts)) {
    it(`gives ${name} the schema's texts`, () => {
      assert.deepEqual(MEASUREMENTS[name as keyof typeof schemaTexts], texts);
    });
  }

  for (const [alias, name] of Object.entries(aliases)) {
    it(`gives ${name} its second name ${alias}`, () => {
      assert.deepEqual(MEASUREMENTS[alias as keyof typeof aliases], MEASUREMENTS[name]);
    });
  }
});

describe("presets", () => {
  it("take a scale and the supply", () => {
    assert.deepEqual(powerReal({ scale: "k", hertz: 60, voltage: 120, unit: "J/s" }), {
      name: "powerReal",
      description: "RealPower",
      unit: "J/s",
      scale: "k",
      powerAttributes: { hertz: 60, voltage: 120, ac: true },
    });
  });

  it("give direct current no frequency", () => {
    assert.deepEqual(powerReal({ ac: false }).powerAttributes, { hertz: 0, voltage: 230, ac: false });
  });

  it("leave the shared tables as they are", () => {
    const kilo = energyReal({ scale: "k" });

    assert.equal(kilo.scale, "k");
    assert.equal(MEASUREMENTS.ENERGY_REAL.scale, "none");
  });

  for (const [name, make, description] of [
    ["currency", currency, "currency"],
    ["currencyPerKW", currencyPerKW, "currencyPerKW"],
    ["currencyPerKWh", currencyPerKWh, "currencyPerKWh"],
    ["currencyPerThm", currencyPerThm, "currency"],
  ] as const) {
    it(`make ${name} of a currency`, () => {
      assert.deepEqual(make("EUR", { scale: "c" }), { name, description, unit: "EUR", scale: "c" });
    });
  }

  it("measure temperature in either unit", () => assert.equal(temperature("fahrenheit").unit, "fahrenheit"));

  it("give a pulse its energy and no scale", () => {
    assert.deepEqual(pulseCount(1), { name: "pulseCount", description: "pulse count", unit: "count", pulseFactor: 1 });
  });

  it("make any other quantity a custom unit", () => {
    assert.deepEqual(customUnit("Flow", "l/min"), {
      name: "customUnit",
      description: "Flow",
      unit: "l/min",
      scale: "none",
    });
  });
});
