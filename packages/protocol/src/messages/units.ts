import { CURRENCY, type Currency, CURRENCY_DESCRIPTION, SI_SCALE_CODE, TEMPERATURE_UNIT } from "../enumerations.ts";
import { one } from "../schema/field.ts";
import { decimal, float } from "../schema/numbers.ts";
import { choice, type Particle } from "../schema/particle.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { boolean, fixed, oneOf, text, type Scalar } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { atomFeed } from "./green-button.ts";

const scale = one("scale:siScaleCode", oneOf(Object.values(SI_SCALE_CODE), "xs:string"));

const powerAttributesFields = sequence({
  /** Grid frequency in Hz; 0 for direct current. */
  hertz: one("power:hertz", decimal),
  /** Nominal voltage in V. */
  voltage: one("power:voltage", decimal),
  /** Alternating current. */
  ac: one("power:ac", boolean),
});
/** The supply that a power is measured on. */
export interface PowerAttributes extends Infer<typeof powerAttributesFields> {}
const powerAttributes: Schema<PowerAttributes> = powerAttributesFields;

/** A unit whose two texts the schema fixes, in the namespace of `prefix`. */
function unitOf<const D extends string, const U extends string>(prefix: "power" | "oadr", description: D, unit: U) {
  return sequence({
    description: one(`${prefix}:itemDescription`, fixed(description)),
    unit: one(`${prefix}:itemUnits`, fixed(unit)),
    scale,
  });
}

function powerOf<const D extends string, const U extends string>(description: D, unit: Scalar<U>) {
  return sequence({
    description: one("power:itemDescription", fixed(description)),
    unit: one("power:itemUnits", unit),
    scale,
    powerAttributes: one("power:powerAttributes", powerAttributes),
  });
}

const currencyCode: Scalar<Currency> = oneOf(Object.values(CURRENCY));

const currency = sequence({
  description: one("oadr:itemDescription", oneOf(Object.values(CURRENCY_DESCRIPTION))),
  /** ISO 4217 code, from the list of 2010. */
  unit: one("oadr:itemUnits", currencyCode),
  scale,
});

const temperature = sequence({
  description: one("oadr:itemDescription", fixed("temperature")),
  unit: one("oadr:itemUnits", oneOf(Object.values(TEMPERATURE_UNIT))),
  scale,
});

const pulseCount = sequence({
  description: one("oadr:itemDescription", fixed("pulse count")),
  unit: one("oadr:itemUnits", fixed("count")),
  /** kWh per count. */
  pulseFactor: one("oadr:pulseFactor", float),
});

const customUnit = sequence({
  description: one("oadr:itemDescription", text),
  unit: one("oadr:itemUnits", text),
  scale,
});

const gbDataDescription = sequence({ feed: one(atomFeed) });

/** `emix:itemBase`: what is measured, and in which unit. `name` is the element's, in camelCase. */
// prettier-ignore
const measurementChoice = choice("name", {
  voltage:           ["power:voltage", unitOf("power", "Voltage", "V")],
  energyApparent:    ["power:energyApparent", unitOf("power", "ApparentEnergy", "VAh")],
  energyReactive:    ["power:energyReactive", unitOf("power", "ReactiveEnergy", "VARh")],
  energyReal:        ["power:energyReal", unitOf("power", "RealEnergy", "Wh")],
  powerApparent:     ["power:powerApparent", powerOf("ApparentPower", fixed("VA"))],
  powerReactive:     ["power:powerReactive", powerOf("ReactivePower", fixed("VAR"))],
  powerReal:         ["power:powerReal", powerOf("RealPower", oneOf(["W", "J/s"]))],
  current:           ["oadr:current", unitOf("oadr", "Current", "A")],
  frequency:         ["oadr:frequency", unitOf("oadr", "Frequency", "Hz")],
  therm:             ["oadr:Therm", unitOf("oadr", "Therm", "thm")],
  temperature:       ["oadr:temperature", temperature],
  pulseCount:        ["oadr:pulseCount", pulseCount],
  currency:          ["oadr:currency", currency],
  currencyPerKWh:    ["oadr:currencyPerKWh", currency],
  currencyPerKW:     ["oadr:currencyPerKW", currency],
  currencyPerThm:    ["oadr:currencyPerThm", currency],
  customUnit:        ["oadr:customUnit", customUnit],
  gbDataDescription: ["oadr:oadrGBDataDescription", gbDataDescription],
} satisfies Record<string, readonly [string, Schema<object>]>);

/** What is measured, and in which unit; told apart by `name`. */
export type Measurement = ReturnType<(typeof measurementChoice)["decode"]>;
export const measurement: Particle<Measurement> = measurementChoice;
