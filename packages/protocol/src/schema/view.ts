import { isRecord, type Place } from "./place.ts";
import { Unencodable, type Schema } from "./schema.ts";

/** How a value that users see stands for one on the wire. */
export interface View<Wire, Seen> {
  /** The type's name, for the documentation. */
  readonly name: string;
  /** What users see, and JSON shows. Only its JSON side and its shape are used. */
  readonly seen: Schema<Seen>;
  read(wire: Wire): Seen;
  write(seen: Seen): Wire;
  /** What is wrong with a value whose parts are right, if anything. */
  fault?(seen: Seen): { readonly key: string; readonly expected: string } | undefined;
}

/** A schema whose values look other than what stands on the wire. */
export function viewed<Wire, Seen>(wire: Schema<Wire>, view: View<Wire, Seen>): Schema<Seen> {
  const check = (value: Seen, place: Place): Seen => {
    const fault = isRecord(value) && place.faults.length === 0 ? view.fault?.(value) : undefined;
    if (fault !== undefined)
      place.at(fault.key).fault(fault.expected, (value as Readonly<Record<string, unknown>>)[fault.key]);
    return value;
  };
  return {
    shape: { kind: "view", name: view.name, wire: wire.shape, view: view.seen.shape },
    decode: (element, reading) => view.read(wire.decode(element, reading)),
    encode(value) {
      if (view.fault?.(value) !== undefined) throw new Unencodable();
      return wire.encode(view.write(value));
    },
    toJson: (value, place) => view.seen.toJson(check(value, place), place),
    fromJson: (json, place) => check(view.seen.fromJson(json, place), place),
  };
}
