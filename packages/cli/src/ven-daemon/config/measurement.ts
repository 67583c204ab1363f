import {
  CURRENCY,
  currency,
  currencyPerKW,
  currencyPerKWh,
  currencyPerThm,
  customUnit,
  MEASUREMENTS,
  powerApparent,
  powerReactive,
  powerReal,
  pulseCount,
  SI_SCALE_CODE,
  temperature,
  TEMPERATURE_UNIT,
  type Currency,
  type Measurement,
  type SiScaleCode,
  type TemperatureUnit,
} from "@openleadr/protocol";
import { optional, required, someKeys } from "./mapping.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { flag, number, oneOf, refine, text } from "./readers.ts";

/** What can be said of a measurement, beside its name. */
interface Details {
  readonly unit: string | undefined;
  readonly description: string | undefined;
  readonly scale: SiScaleCode | undefined;
  readonly voltage: number | undefined;
  readonly hertz: number | undefined;
  readonly ac: boolean | undefined;
  readonly pulseFactor: number | undefined;
}

const details = {
  unit: optional(text),
  description: optional(text),
  scale: optional(oneOf(...Object.values(SI_SCALE_CODE))),
  voltage: optional(number(0)),
  hertz: optional(number(0)),
  ac: optional(flag),
  pulseFactor: optional(number(0)),
};

/** The keys of a measurement, all of which stand in the mapping of its data point. */
export const measurementKeys: readonly string[] = ["measurement", ...Object.keys(details)];

/** A kind of measurement: what has to, and what may, be said of it. */
interface Kind {
  readonly needs?: readonly (keyof Details)[];
  readonly takes?: readonly (keyof Details)[];
  readonly units?: readonly string[];
  make(details: Details): Measurement;
}

type Kinds = Readonly<Partial<Record<string, Kind>>>;

const scaled = (measurement: Extract<Measurement, { readonly scale: SiScaleCode }>): Kind => ({
  takes: ["scale"],
  make: ({ scale = "none" }) => ({ ...measurement, scale }),
});

const power: readonly (keyof Details)[] = ["scale", "voltage", "hertz", "ac"];

const money = (make: typeof currency | typeof currencyPerKW | typeof currencyPerKWh | typeof currencyPerThm): Kind => ({
  needs: ["unit"],
  takes: ["scale"],
  units: Object.values(CURRENCY),
  make: ({ unit, scale }) => make(unit as Currency, { scale }),
});

// prettier-ignore
const kinds: Kinds = {
  powerReal:      { takes: [...power, "unit"], units: ["W", "J/s"], make: ({ unit, ...rest }) => powerReal({ ...rest, unit: unit as "W" }) },
  powerApparent:  { takes: power, make: powerApparent },
  powerReactive:  { takes: power, make: powerReactive },
  energyReal:     scaled(MEASUREMENTS.ENERGY_REAL),
  energyApparent: scaled(MEASUREMENTS.ENERGY_APPARENT),
  energyReactive: scaled(MEASUREMENTS.ENERGY_REACTIVE),
  pulseCount:     { needs: ["pulseFactor"], make: ({ pulseFactor = 0 }) => pulseCount(pulseFactor) },
  voltage:        scaled(MEASUREMENTS.VOLTAGE),
  current:        scaled(MEASUREMENTS.CURRENT),
  frequency:      scaled(MEASUREMENTS.FREQUENCY),
  therm:          scaled(MEASUREMENTS.THERM),
  temperature:    { needs: ["unit"], takes: ["scale"], units: Object.values(TEMPERATURE_UNIT), make: ({ unit, scale }) => temperature(unit as TemperatureUnit, { scale }) },
  currency:       money(currency),
  currencyPerKW:  money(currencyPerKW),
  currencyPerKWh: money(currencyPerKWh),
  currencyPerThm: money(currencyPerThm),
  customUnit:     { needs: ["description", "unit"], takes: ["scale"], make: ({ description = "", unit = "", scale }) => customUnit(description, unit, { scale }) },
};

/** What the reports of the standard may measure (rule 331). */
const usageKinds: Kinds = Object.fromEntries(
  Object.entries(kinds).filter(([name]) => ["powerReal", "energyReal", "pulseCount"].includes(name)),
);

/** The measurement of a data point, from among its keys; undefined if it has none. */
export const measurement: Reader<Measurement | undefined> = refine(
  someKeys({ measurement: optional(kindOf(kinds)), ...details }),
  ({ measurement: kind, ...rest }, place) => {
    if (kind !== undefined) return complete(place, kind, rest);
    return tellStrangers(place, { allowed: [], of: "a data point without measurement" }) ? invalid : undefined;
  },
);

/** The measurement of a data point in a report whose name is not one's own. */
export const usageMeasurement: Reader<Measurement> = refine(
  someKeys({ measurement: required(kindOf(usageKinds)), ...details }),
  ({ measurement: kind, ...rest }, place) => complete(place, kind, rest),
);

interface NamedKind extends Kind {
  readonly name: string;
}

function kindOf(allowed: Kinds): Reader<NamedKind> {
  return (place) => {
    const name = String(place.scalar);
    const kind = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (kind !== undefined) return { name, ...kind };
    const hint = Object.hasOwn(kinds, name) ? ", or a reportName that begins with x-" : "";
    return place.mistake(`${Object.keys(allowed).join(" | ")}${hint}`);
  };
}

function complete(place: Place, kind: NamedKind, given: Details): Measurement | Invalid {
  const { name, needs = [], takes = [], units } = kind;
  const hasStrangers = tellStrangers(place, { allowed: [...needs, ...takes], of: name });
  const missing = needs.filter((key) => given[key] === undefined);
  for (const key of missing) place.complain(`expected the key ${key}${meanings[key] ?? ""} for ${name}, got none`);
  const { unit } = given;
  const isUnknown = unit !== undefined && units !== undefined && !units.includes(unit);
  if (isUnknown) place.child("unit")?.mistake(units.length > 5 ? "a currency such as EUR" : units.join(" | "));
  return hasStrangers || missing.length > 0 || isUnknown ? invalid : kind.make(given);
}

const meanings: Readonly<Partial<Record<keyof Details, string>>> = {
  pulseFactor: " (the energy of a pulse in kWh)",
};

/** Whether there are keys of a measurement that do not go with what there is; they are told of. */
function tellStrangers(
  place: Place,
  { allowed, of }: { readonly allowed: readonly string[]; readonly of: string },
): boolean {
  const strangers = Object.keys(details)
    .filter((key) => !allowed.includes(key))
    .flatMap((key) => place.child(key) ?? []);
  for (const stranger of strangers) stranger.complain(`does not go with ${of}`);
  return strangers.length > 0;
}
