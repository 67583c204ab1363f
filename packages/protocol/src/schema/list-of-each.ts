import { XmlElement } from "../xml/element.ts";
import { element } from "./particle.ts";
import { isRecord, type Json, type Place } from "./place.ts";
import { nothing, Unencodable, type Infer, type Schema } from "./schema.ts";

type Members = Record<string, readonly [element: string, schema: Schema<unknown>]>;

/** One item: an object with exactly one of the properties. */
export type EachOf<M extends Members> = { [K in keyof M]: { readonly [P in K]: Infer<M[K][1]> } }[keyof M];

/**
 * A sequence of members that each may stand any number of times, read as one list of objects with one property each:
 * `[{ venId: "ven-1" }, { groupId: "north" }]`. On the wire they stand in the schema's order, which is the order in
 * which they are read; the list to be written may have any.
 */
export function listOfEach<const M extends Members>(members: M): Schema<readonly EachOf<M>[]> {
  const entries = Object.entries<readonly [string, Schema<unknown>]>(members);
  const particles = entries.map(([key, [name, schema]], rank) => ({
    key,
    name,
    rank,
    particle: element(name, schema),
  }));
  const byElement = new Map(particles.map((entry) => [entry.name, entry]));
  const byKey = new Map(particles.map((entry) => [entry.key, entry]));
  const expected = `an object with one of ${entries.map(([key]) => key).join(" | ")}`;

  const entryOf = (item: unknown): (typeof particles)[number] | undefined => {
    const keys = isRecord(item) ? Object.keys(item) : [];
    return keys.length === 1 ? byKey.get(keys[0] ?? "") : undefined;
  };
  const convert = (items: unknown, place: Place, to: "toJson" | "fromJson"): Record<string, Json>[] => {
    if (!Array.isArray(items)) {
      place.fault("a list", items);
      return nothing();
    }
    return items.flatMap((item: Readonly<Record<string, Json>>, index) => {
      const entry = entryOf(item);
      if (entry === undefined) place.at(index).fault(expected, item);
      return entry === undefined
        ? []
        : [{ [entry.key]: entry.particle[to](item[entry.key] ?? null, place.at(index).at(entry.key)) as Json }];
    });
  };
  return {
    shape: {
      kind: "listOfEach",
      fields: particles.map(({ key, particle }) => ({
        key,
        cardinality: "many",
        options: particle.options,
        spread: false,
        attribute: false,
      })),
    },
    decode(at, reading) {
      if (at.hasAttributes) reading.checkAttributes(at);
      const items: Record<string, unknown>[] = [];
      let last = 0;
      for (const child of at.children) {
        if (typeof child === "string") reading.expectBlank(child, at);
        if (!(child instanceof XmlElement)) continue;
        const entry = byElement.get(child.name);
        if (entry === undefined) {
          reading.deviation(child, particles.map(({ name }) => name).join(" | "), `element ${child.name}`);
          continue;
        }
        if (entry.rank < last)
          reading.deviation(child, `${child.name} before ${particles[last]?.name ?? "others"}`, "it after");
        last = Math.max(last, entry.rank);
        items.push({ [entry.key]: entry.particle.decode(child, reading) });
      }
      return items as unknown as readonly EachOf<M>[];
    },
    encode(items) {
      if (!Array.isArray(items)) throw new Unencodable();
      const written = items.map((item: Readonly<Record<string, unknown>>) => {
        const entry = entryOf(item);
        if (entry === undefined) throw new Unencodable();
        return { rank: entry.rank, text: entry.particle.encode(item[entry.key]) };
      });
      return written
        .sort((a, b) => a.rank - b.rank)
        .map(({ text }) => text)
        .join("");
    },
    toJson: (items, place) => convert(items, place, "toJson"),
    fromJson: (json, place) => convert(json, place, "fromJson") as unknown as readonly EachOf<M>[],
  };
}
