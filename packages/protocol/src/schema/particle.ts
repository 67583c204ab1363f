import type { XmlElement } from "../xml/element.ts";
import { isRecord, type Json, type Place } from "./place.ts";
import type { Reading } from "./reading.ts";
import { nothing, Unencodable, type Infer, type Schema } from "./schema.ts";
import type { OptionShape } from "./shape.ts";

/** One element of a sequence: which it may be, and how it is read and written, tags included. */
export interface Particle<T> {
  readonly options: readonly OptionShape[];
  decode(element: XmlElement, reading: Reading): T;
  encode(value: T): string;
  toJson(value: T, place: Place): Json;
  fromJson(json: Json, place: Place): T;
}

/** The element `name`, which holds what `schema` says. */
export function element<T>(name: string, schema: Schema<T>): Particle<T> {
  const encode = tagged(name, schema);
  return {
    options: [{ element: name, content: schema.shape }],
    decode: (at, reading) => schema.decode(at, reading),
    encode,
    toJson: (value, place) => schema.toJson(value, place),
    fromJson: (json, place) => schema.fromJson(json, place),
  };
}

function tagged<T>(name: string, schema: Schema<T>): (value: T) => string {
  const [open, close] = [`<${name}>`, `</${name}>`];
  if (schema.encodeAttributes === undefined) return (value) => open + schema.encode(value) + close;
  return (value) => `<${name}${schema.encodeAttributes?.(value) ?? ""}>${schema.encode(value)}${close}`;
}

/** A member of a choice: the element's canonical name and what it holds. */
export type Alternative = readonly [element: string, schema: Schema<object>];

type Union<Key extends string, M extends Record<string, Alternative>> = {
  [K in keyof M]: Flatten<{ readonly [P in Key]: K } & Infer<M[K][1]>>;
}[keyof M];
type Flatten<T> = { [K in keyof T]: T[K] };

/**
 * Exactly one of several elements, read as a union that the property `key` tells apart: an `xs:choice`, or the members
 * of a substitution group.
 */
export function choice<Key extends string, const M extends Record<string, Alternative>>(
  key: Key,
  alternatives: M,
): Particle<Union<Key, M>> {
  const entries = Object.entries<Alternative>(alternatives);
  const byElement = new Map(entries.map(([kind, [name, schema]]) => [name, { kind, schema }]));
  const byKind = new Map(entries.map(([kind, [name, schema]]) => [kind, element(name, schema)]));
  const expected = entries.map(([kind]) => kind).join(" | ");
  const kindOf = (value: unknown): unknown => (isRecord(value) ? value[key] : undefined);
  const without = (value: object): object => ({ ...value, [key]: undefined });
  return {
    options: entries.map(([value, [name, schema]]) => ({ element: name, tag: { key, value }, content: schema.shape })),
    decode(at, reading) {
      const alternative = byElement.get(at.name);
      if (alternative === undefined) return nothing();
      return { [key]: alternative.kind, ...alternative.schema.decode(at, reading) } as Union<Key, M>;
    },
    encode(value) {
      const particle = byKind.get(String(kindOf(value)));
      if (particle === undefined) throw new Unencodable();
      return particle.encode(without(value));
    },
    toJson(value, place) {
      const particle = byKind.get(String(kindOf(value)));
      if (particle !== undefined)
        return { [key]: String(kindOf(value)), ...(particle.toJson(without(value), place) as object) };
      place.at(key).fault(expected, kindOf(value));
      return null;
    },
    fromJson(json, place) {
      const kind = kindOf(json);
      const particle = typeof kind === "string" ? byKind.get(kind) : undefined;
      if (particle === undefined || !isRecord(json)) {
        place.at(key).fault(expected, kind);
        return nothing();
      }
      const { [key]: _, ...rest } = json as Record<string, Json>;
      return { [key]: kind, ...particle.fromJson(rest, place) } as Union<Key, M>;
    },
  };
}

/** Exactly one of two elements whose values look different, so that no property needs to tell them apart. */
export function either<A, B>(first: Either<A>, second: Either<B>): Particle<A | B> {
  const [a, b] = [element(...first.element), element(...second.element)];
  return {
    options: [...a.options, ...b.options],
    decode: (at, reading) => (at.name === first.element[0] ? a : b).decode(at, reading),
    encode: (value) => (first.is(value) ? a.encode(value) : second.is(value) ? b.encode(value) : refuse()),
    toJson(value, place) {
      if (first.is(value)) return a.toJson(value, place);
      if (second.is(value)) return b.toJson(value, place);
      place.fault(`${first.expected} or ${second.expected}`, value);
      return null;
    },
    fromJson: (json, place) => (isRecord(json) === first.isObject ? a : b).fromJson(json, place),
  };
}

/** One side of {@link either}. */
export interface Either<T> {
  readonly element: readonly [name: string, schema: Schema<T>];
  readonly expected: string;
  /** Whether its JSON is an object. */
  readonly isObject: boolean;
  is(value: unknown): value is T;
}

function refuse(): never {
  throw new Unencodable();
}
