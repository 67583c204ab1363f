import { MEASUREMENTS, type Measurement, type PowerAttributes, type SiScaleCode } from "@openleadr/protocol";

/** What one says of a measurement. */
export interface MeasurementChoice {
  readonly measurement?: Measurement | string | undefined;
  readonly scale?: SiScaleCode | undefined;
  readonly powerAttributes?: Partial<PowerAttributes> | undefined;
}

/** The measurement that is meant. Throws `RangeError` for a preset that is none, and for details it does not have. */
export function measurementOf({ measurement, scale, powerAttributes }: MeasurementChoice): Measurement | undefined {
  const base = typeof measurement === "string" ? preset(measurement) : measurement;
  const scaled = scale === undefined ? base : withScale(base, scale);
  return powerAttributes === undefined ? scaled : withPower(scaled, powerAttributes);
}

function preset(name: string): Measurement {
  const found = Object.entries<Measurement>(MEASUREMENTS).find(([known]) => known === name);
  if (found !== undefined) return found[1];
  const names = Object.keys(MEASUREMENTS).join(" | ");
  throw new RangeError(`measurement: expected ${names}, or one of one's own, got ${JSON.stringify(name)}`);
}

function withScale(measurement: Measurement | undefined, scale: SiScaleCode): Measurement {
  if (measurement !== undefined && "scale" in measurement) return { ...measurement, scale };
  throw new RangeError(
    `scale: expected none for ${measurement?.name ?? "no measurement"}, got ${JSON.stringify(scale)}`,
  );
}

function withPower(measurement: Measurement | undefined, given: Partial<PowerAttributes>): Measurement {
  if (measurement === undefined || !("powerAttributes" in measurement))
    throw new RangeError(`powerAttributes: expected none for ${measurement?.name ?? "no measurement"}, got some`);
  const { powerAttributes } = measurement;
  const { ac = powerAttributes.ac, voltage = powerAttributes.voltage } = given;
  const { hertz = ac === powerAttributes.ac ? powerAttributes.hertz : ac ? 50 : 0 } = given;
  return { ...measurement, powerAttributes: { hertz, voltage, ac } };
}
