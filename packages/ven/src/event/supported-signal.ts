import { SIGNAL_NAME, type EventSignal, type Measurement, type SignalType } from "@openleadr/protocol";

/** A signal that a VEN understands: by its name, or also by its types and units. */
export type SupportedSignal =
  | string
  | {
      readonly signalName: string;
      /** @default all that the standard gives the signal */
      readonly signalTypes?: readonly SignalType[] | undefined;
      /** The measurements its values may be in, by name, such as `powerReal`; a signal without one is taken. @default all */
      readonly measurements?: readonly Measurement["name"][] | undefined;
    };

/** The signals of the standard (OpenADR 2.0b, Table 1), to be extended: `[...STANDARD_SIGNALS, "x-weather"]`. */
export const STANDARD_SIGNALS: readonly string[] = Object.freeze(Object.values(SIGNAL_NAME));

/**
 * What makes a signal one that the VEN does not support; undefined if it does.
 *
 * @see OpenADR 2.0b, rules 48, 109
 */
export function unsupported(
  { signalName, signalType, measurement }: EventSignal,
  supported: readonly SupportedSignal[],
): string | undefined {
  const ofName = supported.filter((each) => (typeof each === "string" ? each : each.signalName) === signalName);
  if (ofName.length === 0) return `signal ${signalName} is not supported`;
  const ofType = ofName.filter((each) => typeof each === "string" || isIn(each.signalTypes, signalType));
  if (ofType.length === 0) return `signal ${signalName} with type ${signalType} is not supported`;
  const name = measurement?.name;
  if (name === undefined || ofType.some((each) => typeof each === "string" || isIn(each.measurements, name)))
    return undefined;
  return `signal ${signalName} with type ${signalType} in ${name} is not supported`;
}

function isIn<T>(list: readonly T[] | undefined, value: T): boolean {
  return list === undefined || list.includes(value);
}
