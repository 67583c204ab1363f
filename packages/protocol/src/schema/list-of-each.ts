import { XmlElement } from "../xml/element.ts";
import { element, type Particle } from "./particle.ts";
import { isRecord, type Json, type Place } from "./place.ts";
import type { Reading } from "./reading.ts";
import { nothing, Unencodable, type Infer, type Schema } from "./schema.ts";
import type { FieldShape } from "./shape.ts";

type Members = Record<string, readonly [element: string, schema: Schema<unknown>]>;

/** One item: an object with exactly one of the properties. */
export type EachOf<M extends Members> = { [K in keyof M]: { readonly [P in K]: Infer<M[K][1]> } }[keyof M];

/**
 * A sequence of members that each may stand any number of times, read as one list of objects with one property each:
 * `[{ venId: "ven-1" }, { groupId: "north" }]`. On the wire they stand in the schema's order, which is the order in
 * which they are read; the list to be written may have any.
 */
export function listOfEach<const M extends Members>(members: M): Schema<readonly EachOf<M>[]> {
  return new ListOfEach(members) as Schema<unknown> as Schema<readonly EachOf<M>[]>;
}

interface Entry {
  readonly key: string;
  readonly name: string;
  /** Place in the schema's order. */
  readonly rank: number;
  readonly particle: Particle<unknown>;
}

type Item = Readonly<Record<string, unknown>>;

class ListOfEach implements Schema<readonly Item[]> {
  readonly shape: { readonly kind: "listOfEach"; readonly fields: readonly FieldShape[] };
  readonly #entries: readonly Entry[];
  readonly #byElement: ReadonlyMap<string, Entry>;
  readonly #byKey: ReadonlyMap<string, Entry>;

  constructor(members: Members) {
    const entries = Object.entries(members);
    this.#entries = entries.map(([key, [name, schema]], rank) => ({
      key,
      name,
      rank,
      particle: element(name, schema),
    }));
    this.#byElement = new Map(this.#entries.map((entry) => [entry.name, entry]));
    this.#byKey = new Map(this.#entries.map((entry) => [entry.key, entry]));
    this.shape = { kind: "listOfEach", fields: this.#entries.map(shapeOf) };
  }

  decode(at: XmlElement, reading: Reading): readonly Item[] {
    if (at.hasAttributes) reading.checkAttributes(at);
    const items: Item[] = [];
    let last = 0;
    for (const child of at.children) {
      if (typeof child === "string") reading.expectBlank(child, at);
      if (!(child instanceof XmlElement)) continue;
      const entry = this.#byElement.get(child.name);
      if (entry === undefined) {
        reading.deviation(child, this.#entries.map(({ name }) => name).join(" | "), `element ${child.name}`);
        continue;
      }
      if (entry.rank < last)
        reading.deviation(child, `${child.name} before ${this.#entries[last]?.name ?? "others"}`, "it after");
      last = Math.max(last, entry.rank);
      items.push({ [entry.key]: entry.particle.decode(child, reading) });
    }
    return items;
  }

  encode(items: readonly Item[]): string {
    if (!Array.isArray(items)) throw new Unencodable();
    const written = items.map((item: Item) => {
      const entry = this.#entryOf(item);
      if (entry === undefined) throw new Unencodable();
      return { rank: entry.rank, text: entry.particle.encode(item[entry.key]) };
    });
    return written
      .sort((a, b) => a.rank - b.rank)
      .map(({ text }) => text)
      .join("");
  }

  toJson(items: readonly Item[], place: Place): Json {
    return this.#convert(items, place, (particle, value, at) => particle.toJson(value, at));
  }

  fromJson(json: Json, place: Place): readonly Item[] {
    return this.#convert(json, place, (particle, value, at) => particle.fromJson(value as Json, at));
  }

  #convert<T>(
    items: unknown,
    place: Place,
    convert: (particle: Particle<unknown>, value: unknown, at: Place) => T,
  ): Record<string, T>[] {
    if (!Array.isArray(items)) {
      place.fault("a list", items);
      return nothing();
    }
    return items.flatMap((item: Item, index) => {
      const entry = this.#entryOf(item);
      if (entry === undefined) {
        place.at(index).fault(`an object with one of ${this.#entries.map(({ key }) => key).join(" | ")}`, item);
        return [];
      }
      return [{ [entry.key]: convert(entry.particle, item[entry.key], place.at(index).at(entry.key)) }];
    });
  }

  #entryOf(item: unknown): Entry | undefined {
    const keys = isRecord(item) ? Object.keys(item) : [];
    return keys.length === 1 ? this.#byKey.get(keys[0] ?? "") : undefined;
  }
}

function shapeOf({ key, particle }: Entry): FieldShape {
  return { key, cardinality: "many", options: particle.options, spread: false, attribute: false };
}
