import type { EventSignal } from "../messages/event.ts";
import { isSimple, signalsOf } from "./events.ts";
import { violation, type Rule } from "./rule.ts";

/**
 * Rule 104: a signal with a name of the standard has a type, a unit and values that Table 1 allows it.
 *
 * SIMPLE has rules of its own for type and values (116 and 9). Table 1 gives x-loadControlLevelOffset no unit, the DR
 * Program Guide temperature; both pass.
 */
export const standardSignals: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { signal, path } of signalsOf(message)) {
    const types = isSimple(signal) ? SIMPLE : signals[signal.signalName];
    if (types === undefined) continue;
    const row = isSimple(signal) ? types.level : types[signal.signalType];
    if (row === undefined) {
      const expected = `${Object.keys(types).join(" | ")} for ${signal.signalName}`;
      yield violation(104, `${path}.signalType`, { expected, got: signal.signalType });
    } else yield* checkRow(signal, path, row);
  }
};

function* checkRow(
  { signalName, signalType, measurement, intervals }: EventSignal,
  path: string,
  { units, values }: Row,
) {
  const what = `${signalName}/${signalType}`;
  if (!units.includes(measurement?.name)) {
    const expected = `${units.map((unit) => unit ?? "no unit").join(" | ")} for ${what}`;
    yield violation(104, `${path}.measurement`, { expected, got: measurement?.name });
  }
  for (const [index, { value }] of intervals.entries()) {
    if (values === undefined || values.allow(value)) continue;
    yield violation(104, `${path}.intervals[${index}].value`, {
      expected: `${values.expected} for ${what}`,
      got: value,
    });
  }
}

interface Row {
  /** Names of the measurements the signal may have; undefined for none. */
  readonly units: readonly (string | undefined)[];
  /** Any number, if left out. */
  readonly values?: { readonly expected: string; allow(value: number): boolean };
}

type Types = Readonly<Partial<Record<EventSignal["signalType"], Row>>>;

const none = [undefined];
const power = ["powerReal", "powerApparent", "powerReactive"];
const energy = ["energyReal", "energyApparent", "energyReactive"];
const currency = ["currency", "currencyPerKWh", "currencyPerKW", "currencyPerThm"];
const fraction = { expected: "0 to 1", allow: (value: number) => value >= 0 && value <= 1 };
const step = { expected: "a whole number", allow: Number.isInteger };
const smallStep = {
  expected: "a whole number from -10 to 10",
  allow: (value: number) => Number.isInteger(value) && Math.abs(value) <= 10,
};

const SIMPLE: Types = { level: { units: none } };

const energyPrice: Types = {
  price: { units: ["currencyPerKWh"] },
  priceRelative: { units: ["currencyPerKWh"] },
  priceMultiplier: { units: none },
};

// Table 1 of the profile specification.
const signals: Readonly<Partial<Record<string, Types>>> = {
  ELECTRICITY_PRICE: energyPrice,
  ENERGY_PRICE: energyPrice,
  DEMAND_CHARGE: {
    price: { units: ["currencyPerKW"] },
    priceRelative: { units: ["currencyPerKW"] },
    priceMultiplier: { units: none },
  },
  BID_PRICE: { price: { units: currency } },
  BID_LOAD: { setpoint: { units: power } },
  BID_ENERGY: { setpoint: { units: energy } },
  CHARGE_STATE: {
    setpoint: { units: energy },
    delta: { units: energy },
    multiplier: { units: none, values: fraction },
  },
  LOAD_DISPATCH: {
    setpoint: { units: power },
    delta: { units: power },
    multiplier: { units: none },
    level: { units: power, values: smallStep },
  },
  LOAD_CONTROL: {
    "x-loadControlCapacity": { units: none, values: fraction },
    "x-loadControlLevelOffset": { units: [undefined, "temperature"], values: step },
    "x-loadControlSetpoint": { units: none },
    "x-loadControlPercentOffset": { units: none },
  },
};
