import type { Currency, SiScaleCode, TemperatureUnit } from "./enumerations.ts";
import type { Measurement, PowerAttributes } from "./messages/units.ts";

/** What stands before the unit. */
export interface ScaleOptions {
  /** Power of ten, e.g. `"k"` for kWh. @default "none" */
  readonly scale?: SiScaleCode | undefined;
}

/** How power is measured; what is left out is a European household's supply. */
export interface PowerOptions extends ScaleOptions {
  /** Frequency in hertz. @default 50, or 0 for direct current */
  readonly hertz?: number | undefined;
  /** Nominal voltage in volts. @default 230 */
  readonly voltage?: number | undefined;
  /** Whether it is alternating current. @default true */
  readonly ac?: boolean | undefined;
}

/** The measurement of one name. */
type Unit<Name extends Measurement["name"]> = Extract<Measurement, { readonly name: Name }>;

/** Real power, in watts or joules per second. */
export const powerReal = (
  options: PowerOptions & { readonly unit?: "W" | "J/s" | undefined } = {},
): Unit<"powerReal"> => ({
  name: "powerReal",
  description: "RealPower",
  unit: options.unit ?? "W",
  scale: scaleOf(options),
  powerAttributes: powerAttributes(options),
});

/** Apparent power, in volt-amperes. */
export const powerApparent = (options: PowerOptions = {}): Unit<"powerApparent"> => ({
  name: "powerApparent",
  description: "ApparentPower",
  unit: "VA",
  scale: scaleOf(options),
  powerAttributes: powerAttributes(options),
});

/** Reactive power, in reactive volt-amperes. */
export const powerReactive = (options: PowerOptions = {}): Unit<"powerReactive"> => ({
  name: "powerReactive",
  description: "ReactivePower",
  unit: "VAR",
  scale: scaleOf(options),
  powerAttributes: powerAttributes(options),
});

/** Real energy, in watt-hours. */
export const energyReal = (options: ScaleOptions = {}): Unit<"energyReal"> => ({
  name: "energyReal",
  description: "RealEnergy",
  unit: "Wh",
  scale: scaleOf(options),
});

/** Apparent energy, in volt-ampere-hours. */
export const energyApparent = (options: ScaleOptions = {}): Unit<"energyApparent"> => ({
  name: "energyApparent",
  description: "ApparentEnergy",
  unit: "VAh",
  scale: scaleOf(options),
});

/** Reactive energy, in reactive volt-ampere-hours. */
export const energyReactive = (options: ScaleOptions = {}): Unit<"energyReactive"> => ({
  name: "energyReactive",
  description: "ReactiveEnergy",
  unit: "VARh",
  scale: scaleOf(options),
});

/** Voltage, in volts. */
export const voltage = (options: ScaleOptions = {}): Unit<"voltage"> => ({
  name: "voltage",
  description: "Voltage",
  unit: "V",
  scale: scaleOf(options),
});

/** Current, in amperes. */
export const current = (options: ScaleOptions = {}): Unit<"current"> => ({
  name: "current",
  description: "Current",
  unit: "A",
  scale: scaleOf(options),
});

/** Frequency, in hertz. */
export const frequency = (options: ScaleOptions = {}): Unit<"frequency"> => ({
  name: "frequency",
  description: "Frequency",
  unit: "Hz",
  scale: scaleOf(options),
});

/** Heat of gas, in therms. */
export const therm = (options: ScaleOptions = {}): Unit<"therm"> => ({
  name: "therm",
  description: "Therm",
  unit: "thm",
  scale: scaleOf(options),
});

/** Temperature, e.g. `temperature("celsius")`. */
export const temperature = (unit: TemperatureUnit, options: ScaleOptions = {}): Unit<"temperature"> => ({
  name: "temperature",
  description: "temperature",
  unit,
  scale: scaleOf(options),
});

/** Pulses of a meter. `pulseFactor` is the energy of one pulse in kWh, e.g. 0.001 for a meter with 1000 pulses per kWh. */
export const pulseCount = (pulseFactor: number): Unit<"pulseCount"> => ({
  name: "pulseCount",
  description: "pulse count",
  unit: "count",
  pulseFactor,
});

/** An amount of money, e.g. `currency("EUR")`. */
export const currency = (unit: Currency, options: ScaleOptions = {}): Unit<"currency"> => ({
  name: "currency",
  description: "currency",
  unit,
  scale: scaleOf(options),
});

/** A price of power, per kilowatt, e.g. `currencyPerKW("EUR")`. */
export const currencyPerKW = (unit: Currency, options: ScaleOptions = {}): Unit<"currencyPerKW"> => ({
  name: "currencyPerKW",
  description: "currencyPerKW",
  unit,
  scale: scaleOf(options),
});

/** A price of energy, per kilowatt-hour, e.g. `currencyPerKWh("EUR")`. */
export const currencyPerKWh = (unit: Currency, options: ScaleOptions = {}): Unit<"currencyPerKWh"> => ({
  name: "currencyPerKWh",
  description: "currencyPerKWh",
  unit,
  scale: scaleOf(options),
});

/** A price of gas, per therm, e.g. `currencyPerThm("USD")`. The schema has no description of its own for it. */
export const currencyPerThm = (unit: Currency, options: ScaleOptions = {}): Unit<"currencyPerThm"> => ({
  name: "currencyPerThm",
  description: "currency",
  unit,
  scale: scaleOf(options),
});

/** Any other quantity, e.g. `customUnit("Flow", "l/min")`. */
export const customUnit = (description: string, unit: string, options: ScaleOptions = {}): Unit<"customUnit"> => ({
  name: "customUnit",
  description,
  unit,
  scale: scaleOf(options),
});

/**
 * The quantities OpenLEADR knows, by its names, each in its plain unit: no scale, 50 Hz, 230 V, alternating current.
 *
 * Currencies are `XXX`, ISO 4217's "no currency", and the temperature is in celsius: take {@link currencyPerKWh} and its
 * siblings, or {@link temperature}, to say which. A pulse counts 0.001 kWh.
 *
 * @see OpenADR 2.0b, `emix:itemBase` and its substitutes
 */
export const MEASUREMENTS = {
  VOLTAGE: voltage(),
  CURRENT: current(),
  FREQUENCY: frequency(),
  ENERGY_REAL: energyReal(),
  REAL_ENERGY: energyReal(),
  ACTIVE_ENERGY: energyReal(),
  ENERGY_REACTIVE: energyReactive(),
  REACTIVE_ENERGY: energyReactive(),
  ENERGY_APPARENT: energyApparent(),
  APPARENT_ENERGY: energyApparent(),
  POWER_REAL: powerReal(),
  REAL_POWER: powerReal(),
  ACTIVE_POWER: powerReal(),
  POWER_REACTIVE: powerReactive(),
  REACTIVE_POWER: powerReactive(),
  POWER_APPARENT: powerApparent(),
  APPARENT_POWER: powerApparent(),
  PULSE_COUNT: pulseCount(0.001),
  TEMPERATURE: temperature("celsius"),
  THERM: therm(),
  CURRENCY: currency("XXX"),
  CURRENCY_PER_KW: currencyPerKW("XXX"),
  CURRENCY_PER_KWH: currencyPerKWh("XXX"),
  CURRENCY_PER_THM: currencyPerThm("XXX"),
} as const satisfies Readonly<Record<string, Measurement>>;

function scaleOf({ scale = "none" }: ScaleOptions): SiScaleCode {
  return scale;
}

function powerAttributes({ ac = true, hertz = ac ? 50 : 0, voltage = 230 }: PowerOptions): PowerAttributes {
  return { hertz, voltage, ac };
}
