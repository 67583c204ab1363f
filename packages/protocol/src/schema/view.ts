import type { Schema } from "./schema.ts";

/** How a value that users see stands for one on the wire. */
export interface View<Wire, Seen> {
  /** The type's name, for the documentation. */
  readonly name: string;
  /** What users see, and JSON shows. Only its JSON side and its shape are used. */
  readonly seen: Schema<Seen>;
  read(wire: Wire): Seen;
  write(seen: Seen): Wire;
}

/** A schema whose values look other than what stands on the wire. */
export function viewed<Wire, Seen>(wire: Schema<Wire>, { name, seen, read, write }: View<Wire, Seen>): Schema<Seen> {
  return {
    shape: { kind: "view", name, wire: wire.shape, view: seen.shape },
    decode: (element, reading) => read(wire.decode(element, reading)),
    encode: (value) => wire.encode(write(value)),
    toJson: (value, place) => seen.toJson(value, place),
    fromJson: (json, place) => seen.fromJson(json, place),
  };
}
