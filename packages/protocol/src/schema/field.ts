import type { XmlElement } from "../xml/element.ts";
import { escapeAttribute } from "../xml/text.ts";
import { element, type Particle } from "./particle.ts";
import type { Json, Place } from "./place.ts";
import type { Reading } from "./reading.ts";
import type { Scalar } from "./scalar.ts";
import { nothing, Unencodable, type Schema } from "./schema.ts";
import type { Fields, Sequence, Shape as ShapeOf } from "./sequence.ts";
import type { Cardinality, FieldShape, Shape } from "./shape.ts";

/** One member of a sequence, with the value it contributes. */
export interface Field<T> {
  readonly shape: Omit<FieldShape, "key">;
  /** Whether it may stand several times, and is read into a list. */
  readonly repeats: boolean;
  readonly required: boolean;
  /** It means nothing, and leaves no trace in the value. */
  readonly isIgnored?: true;
  /** Reads one of its elements. */
  decode(element: XmlElement, reading: Reading): unknown;
  /** Writes all of its elements. Throws {@link Unencodable} for a value it cannot have. */
  encode(value: T): string;
  toJson(value: T, place: Place): Json | undefined;
  fromJson(json: Json | undefined, place: Place): T;
}

/** A member whose own members become members of the sequence it stands in. */
export interface Spread<F extends Fields> extends Field<ShapeOf<F>> {
  readonly sequence: Sequence<F>;
}

/** A {@link Spread} that may be left out with all its members. */
export interface OptionalSpread<F extends Fields> extends Field<Partial<ShapeOf<F>>> {
  readonly sequence: Sequence<F>;
  readonly required: false;
}

/** A member written as an attribute. */
export interface AttributeField<T> extends Field<T> {
  readonly attribute: { readonly name: string; readonly scalar: Scalar<string> };
}

/** A member that must stand exactly once. */
export function one<T>(name: string, schema: Schema<T>): Field<T>;
export function one<T>(particle: Particle<T>): Field<T>;
export function one<T>(...given: Given<T>): Field<T> {
  const particle = particleOf(given);
  const expected = expectedOf(particle);
  return {
    ...base(particle, "one"),
    encode: (value) => (value === undefined ? refuse() : particle.encode(value)),
    toJson: (value, place) => (value === undefined ? missing(place, expected) : particle.toJson(value, place)),
    fromJson: (json, place) => (json === undefined ? missing(place, expected) : particle.fromJson(json, place)),
  };
}

/** A member that may be left out; absent elements are absent properties. */
export function optional<T>(name: string, schema: Schema<T>): Field<T | undefined>;
export function optional<T>(particle: Particle<T>): Field<T | undefined>;
export function optional<T>(...given: Given<T>): Field<T | undefined> {
  const particle = particleOf(given);
  return {
    ...base(particle, "optional"),
    encode: (value) => (value === undefined ? "" : particle.encode(value)),
    toJson: (value, place) => (value === undefined ? undefined : particle.toJson(value, place)),
    fromJson: (json, place) => (json === undefined ? undefined : particle.fromJson(json, place)),
  };
}

/** A member that may stand any number of times; none is an empty list. */
export function many<T>(name: string, schema: Schema<T>): Field<readonly T[]>;
export function many<T>(particle: Particle<T>): Field<readonly T[]>;
export function many<T>(...given: Given<T>): Field<readonly T[]> {
  return repeated(particleOf(given), "many");
}

/** A member that must stand at least once. */
export function oneOrMore<T>(name: string, schema: Schema<T>): Field<readonly T[]>;
export function oneOrMore<T>(particle: Particle<T>): Field<readonly T[]>;
export function oneOrMore<T>(...given: Given<T>): Field<readonly T[]> {
  return repeated(particleOf(given), "oneOrMore");
}

/** An element whose members are members of the sequence itself, as `qualifiedEventID`'s are. */
export function spread<F extends Fields>(name: string, sequence: Sequence<F>): Spread<F> {
  const particle = element(name, sequence);
  return {
    ...base(particle, "one"),
    shape: { ...base(particle, "one").shape, spread: true },
    sequence,
    encode: (value) => `<${name}>${sequence.encodeMembers(value)}</${name}>`,
    toJson: () => undefined,
    fromJson: () => nothing(),
  };
}

/** As {@link spread}, where the element may be left out; then all its members are. */
export function optionalSpread<F extends Fields>(name: string, sequence: Sequence<F>): OptionalSpread<F> {
  const { shape, encode, ...whole } = spread(name, sequence);
  const isAbsent = (value: object): boolean =>
    sequence.keys.every((key) => (value as Readonly<Record<string, unknown>>)[key] === undefined);
  return {
    ...whole,
    shape: { ...shape, cardinality: "optional" },
    required: false,
    encode: (value) => (isAbsent(value) ? "" : encode(value as ShapeOf<F>)),
  };
}

/** An element that the schema demands or allows and that means nothing; it leaves no trace in the value. */
export function ignored(name: string, schema: Schema<undefined>): Field<undefined> {
  const particle = element(name, schema);
  return {
    ...base(particle, "one"),
    isIgnored: true,
    encode: () => particle.encode(undefined),
    toJson: () => undefined,
    fromJson: () => undefined,
  };
}

/** An attribute that may be left out. */
export function attribute(name: string, scalar: Scalar<string>): AttributeField<string | undefined> {
  const particle = element(name, scalar);
  return {
    ...base(particle, "optional"),
    shape: { ...base(particle, "optional").shape, attribute: true },
    attribute: { name, scalar },
    encode(value) {
      if (value === undefined) return "";
      const text = scalar.format(value);
      if (text === undefined) throw new Unencodable();
      return ` ${name}="${escapeAttribute(text)}"`;
    },
    toJson: (value, place) => (value === undefined ? undefined : scalar.toJson(value, place)),
    fromJson: (json, place) => (json === undefined ? undefined : scalar.fromJson(json, place)),
  };
}

type Given<T> = readonly [Particle<T>] | readonly [string, Schema<T>];

function particleOf<T>(given: Given<T>): Particle<T> {
  return given.length === 1 ? given[0] : element(given[0], given[1]);
}

function base<T>(
  particle: Particle<T>,
  cardinality: Cardinality,
): Pick<Field<T>, "shape" | "repeats" | "required" | "decode"> {
  return {
    shape: { cardinality, options: particle.options, spread: false, attribute: false },
    repeats: cardinality === "many" || cardinality === "oneOrMore",
    required: cardinality === "one" || cardinality === "oneOrMore",
    decode: particle.decode,
  };
}

function repeated<T>(particle: Particle<T>, cardinality: "many" | "oneOrMore"): Field<readonly T[]> {
  const expected = listExpected[cardinality];
  const isFit = (list: unknown): list is readonly unknown[] =>
    Array.isArray(list) && (list.length > 0 || cardinality === "many");
  return {
    ...base(particle, cardinality),
    encode(values) {
      if (!isFit(values)) throw new Unencodable();
      let out = "";
      for (const value of values) out += particle.encode(value);
      return out;
    },
    toJson(values, place) {
      if (isFit(values)) return values.map((value, index) => particle.toJson(value, place.at(index)));
      return missing(place, expected, values);
    },
    fromJson(json, place) {
      if (json === undefined && cardinality === "many") return [];
      if (!isFit(json)) return missing(place, expected, json);
      return json.map((item, index) => particle.fromJson(item, place.at(index)));
    },
  };
}

function expectedOf<T>({ options: [only, other] }: Pick<Particle<T>, "options">): string {
  return only === undefined || other !== undefined ? "a value" : expectedIn(only.content);
}

/** What must be where nothing is, in words. */
function expectedIn(shape: Shape): string {
  if (shape.kind === "scalar") return shape.expected;
  if (shape.kind === "listOfEach") return "a list";
  if (shape.kind !== "wrapper") return "an object";
  const { cardinality } = shape.field;
  return cardinality === "many" || cardinality === "oneOrMore" ? listExpected[cardinality] : expectedOf(shape.field);
}

const listExpected = { many: "a list", oneOrMore: "a list of at least one" };

function missing<T>(place: Place, expected: string, got?: unknown): T {
  place.fault(expected, got);
  return nothing();
}

function refuse(): never {
  throw new Unencodable();
}
