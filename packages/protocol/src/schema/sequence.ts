import { XmlElement } from "../xml/element.ts";
import { shortened } from "../xml/text.ts";
import type { AttributeField, Field, OptionalSpread, Spread } from "./field.ts";
import { isRecord, type Json, type Place } from "./place.ts";
import type { AttributeRules, Reading } from "./reading.ts";
import { nothing, Unencodable, type Schema } from "./schema.ts";
import type { FieldShape } from "./shape.ts";

/** The members of a sequence, by the property they are read into, in the order in which they stand on the wire. */
export type Fields = Record<string, Field<unknown>>;

type Value<F> = F extends Field<infer T> ? T : never;
type Own<F extends Fields> = { readonly [K in keyof F as Kind<F[K], K, "required">]: Value<F[K]> } & {
  readonly [K in keyof F as Kind<F[K], K, "optional">]?: Exclude<Value<F[K]>, undefined>;
};
type Kind<F, K, Wanted> = F extends { readonly sequence: unknown }
  ? never
  : [Value<F>] extends [undefined]
    ? never
    : undefined extends Value<F>
      ? Wanted extends "optional"
        ? K
        : never
      : Wanted extends "required"
        ? K
        : never;
type SpreadOf<F extends Fields> = Joined<{ [K in keyof F]: Spreading<F[K]> }[keyof F]>;
type Spreading<F> =
  F extends OptionalSpread<infer G> ? Partial<Shape<G>> : F extends Spread<infer G> ? Shape<G> : never;
type Joined<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;
type Flatten<T> = { [K in keyof T]: T[K] };

// Keys are mapped with `as`, not picked with `Exclude`: only so do the doc comments on fields, and going to their
// definition, survive on the properties of the inferred type.
/** The plain object that a sequence of these fields reads and writes. */
export type Shape<F extends Fields> = Flatten<Own<F> & SpreadOf<F>>;

/**
 * An `xs:sequence`: members in the order in which they are declared.
 *
 * Generic over the fields, not over the shape they make: only so do the comments on fields reach the declarations that
 * users of the package read.
 */
export interface Sequence<F extends Fields> extends Schema<Shape<F>>, SequenceParts<Shape<F>> {}

/** The parts of reading and writing that a sequence lends to the one it is spread into. */
export interface SequenceParts<T> {
  /** Every property of its values. */
  readonly keys: readonly string[];
  /** Reads members into an object that may have other properties already. */
  decodeInto(target: Record<string, unknown>, element: XmlElement, reading: Reading): void;
  /** Writes members of an object that may have other properties besides. */
  encodeMembers(value: T): string;
  jsonMembers(value: T, place: Place): Record<string, Json>;
  membersFromJson(json: Readonly<Record<string, Json>>, place: Place): Record<string, unknown>;
}

/** `accepted` are attributes that the element may have and that do not become properties. */
export function sequence<const F extends Fields>(fields: F, accepted: AttributeRules = {}): Sequence<F> {
  return new Members(fields, accepted) as Schema<unknown> as Sequence<F>;
}

interface Member {
  readonly key: string;
  readonly field: Field<unknown>;
  readonly spread: SequenceParts<unknown> | undefined;
  /** The element's name where there is but one. */
  readonly only: string | undefined;
}

type Record_ = Record<string, unknown>;

class Members implements Schema<unknown>, SequenceParts<unknown> {
  readonly keys: readonly string[];
  readonly shape: { readonly kind: "sequence"; readonly fields: readonly FieldShape[] };
  readonly encodeAttributes?: (value: unknown) => string;
  readonly #members: readonly Member[];
  readonly #indexOf = new Map<string, number>();
  readonly #requiredMask: number;
  /** Properties that are lists, also where none of their elements stand. */
  readonly #lists: readonly string[];
  readonly #attributes: readonly (readonly [string, AttributeField<unknown>])[];
  readonly #accepted: AttributeRules;

  constructor(fields: Fields, accepted: AttributeRules) {
    const entries = Object.entries(fields);
    this.#members = entries.filter(([, field]) => !("attribute" in field)).map(([key, field]) => memberOf(key, field));
    this.#attributes = entries.filter((entry): entry is [string, AttributeField<unknown>] => "attribute" in entry[1]);
    this.#accepted = {
      ...accepted,
      ...Object.fromEntries(this.#attributes.map(([, { attribute }]) => [attribute.name, attribute.scalar])),
    };
    for (const [index, { field }] of this.#members.entries()) {
      for (const option of field.shape.options) this.#indexOf.set(option.element, index);
    }
    this.#requiredMask = this.#members.reduce(
      (mask, { field }, index) => (field.required ? mask | (1 << index) : mask),
      0,
    );
    this.#lists = this.#members.filter(({ field }) => field.repeats).map(({ key }) => key);
    this.keys = entries.flatMap(([key, field]) => spreadOf(field)?.keys ?? (field.isIgnored === true ? [] : [key]));
    this.shape = {
      kind: "sequence",
      fields: entries.map(([key, field]) => ({ key: field.isIgnored === true ? undefined : key, ...field.shape })),
    };
    if (this.#attributes.length > 0) this.encodeAttributes = (value) => this.#writeAttributes(value);
  }

  decode(element: XmlElement, reading: Reading): unknown {
    const target = {};
    this.decodeInto(target, element, reading);
    return target;
  }

  decodeInto(target: Record_, element: XmlElement, reading: Reading): void {
    if (element.hasAttributes) this.#readAttributes(target, element, reading);
    const members = this.#members;
    let last = 0;
    let seen = 0;
    for (const child of element.children) {
      if (!(child instanceof XmlElement)) {
        if (typeof child === "string") reading.expectBlank(child, element);
        continue;
      }
      const index = members[last]?.only === child.name ? last : this.#indexOf.get(child.name);
      const member = index === undefined ? undefined : members[index];
      if (index === undefined || member === undefined) {
        reading.deviation(child, this.#expectedAt(last, seen), `element ${child.name}`);
        continue;
      }
      if (index < last) reading.deviation(child, `${child.name} before ${this.#namesFrom(last)}`, "it after");
      const repeated = (seen & (1 << index)) !== 0;
      seen |= 1 << index;
      last = Math.max(last, index);
      if (repeated && !member.field.repeats) reading.fault(child, `one ${child.name}`, "more than one");
      else if (member.spread !== undefined) member.spread.decodeInto(target, child, reading);
      else keep(target, member, member.field.decode(child, reading));
    }
    if ((seen & this.#requiredMask) !== this.#requiredMask) this.#reportMissing(seen, element, reading);
    for (const key of this.#lists) target[key] ??= [];
  }

  #reportMissing(seen: number, element: XmlElement, reading: Reading): void {
    for (const [index, { field }] of this.#members.entries()) {
      if (field.required && (seen & (1 << index)) === 0) reading.fault(element, `element ${namesOf(field)}`, "none");
    }
  }

  #expectedAt(last: number, seen: number): string {
    const open = this.#members.filter(
      ({ field }, index) => index >= last && (field.repeats || (seen & (1 << index)) === 0),
    );
    return open.length === 0 ? "no further element" : open.map(({ field }) => namesOf(field)).join(" | ");
  }

  #namesFrom(index: number): string {
    const member = this.#members[index];
    return member === undefined ? "others" : namesOf(member.field);
  }

  #readAttributes(target: Record_, element: XmlElement, reading: Reading): void {
    reading.checkAttributes(element, this.#accepted);
    for (const [key, { attribute }] of this.#attributes) {
      const text = element.attributes.find(({ name }) => name === attribute.name)?.value;
      const value = text === undefined ? undefined : attribute.scalar.parse(text);
      if (value === undefined) continue;
      target[key] = value;
      if (!reading.isFreshId(value)) reading.fault(element, "an ID no other element has", value);
    }
  }

  encode(value: unknown): string {
    if (!isRecord(value)) throw new Unencodable();
    for (const key in value) if (value[key] !== undefined && !this.keys.includes(key)) throw new Unencodable();
    return this.encodeMembers(value);
  }

  encodeMembers(value: unknown): string {
    const record = value as Readonly<Record_>;
    let out = "";
    for (const { key, field, spread } of this.#members)
      out += field.encode(spread === undefined ? record[key] : record);
    return out;
  }

  #writeAttributes(value: unknown): string {
    return this.#attributes.map(([key, field]) => field.encode((value as Readonly<Record_>)[key])).join("");
  }

  toJson(value: unknown, place: Place): Json {
    if (!isRecord(value)) {
      place.fault("an object", value);
      return null;
    }
    this.#refuseUnknown(value, place);
    return this.jsonMembers(value, place);
  }

  jsonMembers(value: unknown, place: Place): Record<string, Json> {
    const record = value as Readonly<Record_>;
    const json: Record<string, Json> = {};
    for (const [key, field] of this.#attributes) put(json, key, field.toJson(record[key], place.at(key)));
    for (const { key, field, spread } of this.#members) {
      if (spread === undefined) put(json, key, field.toJson(record[key], place.at(key)));
      else if (isWanted(field, spread, record)) Object.assign(json, spread.jsonMembers(record, place));
    }
    return json;
  }

  fromJson(json: Json, place: Place): unknown {
    if (!isRecord(json)) {
      place.fault("an object", json);
      return nothing();
    }
    this.#refuseUnknown(json, place);
    return this.membersFromJson(json, place);
  }

  membersFromJson(json: Readonly<Record<string, Json>>, place: Place): Record_ {
    const value: Record_ = {};
    for (const [key, field] of this.#attributes) put(value, key, field.fromJson(json[key], place.at(key)));
    for (const { key, field, spread } of this.#members) {
      if (spread === undefined) put(value, key, field.fromJson(json[key], place.at(key)));
      else if (isWanted(field, spread, json)) Object.assign(value, spread.membersFromJson(json, place));
    }
    return value;
  }

  #refuseUnknown(value: Readonly<Record_>, place: Place): void {
    for (const key of Object.keys(value)) {
      if (value[key] !== undefined && !this.keys.includes(key)) {
        place.at(shortened(key)).fault(`no such property, but ${this.keys.join(" | ")}`, value[key]);
      }
    }
  }
}

function memberOf(key: string, field: Field<unknown>): Member {
  const [only, ...others] = field.shape.options;
  return {
    key,
    field,
    spread: spreadOf(field),
    only: others.length === 0 ? only?.element : undefined,
  };
}

function spreadOf(field: Field<unknown>): SequenceParts<unknown> | undefined {
  return "sequence" in field ? (field as Spread<Fields>).sequence : undefined;
}

function keep(target: Record_, { key, field }: Member, value: unknown): void {
  if (field.repeats) ((target[key] ??= []) as unknown[]).push(value);
  else if (value !== undefined) target[key] = value;
}

function namesOf(field: Field<unknown>): string {
  return field.shape.options.map((option) => option.element).join(" | ");
}

function isWanted(field: Field<unknown>, spread: SequenceParts<unknown>, value: Readonly<Record_>): boolean {
  return field.required || spread.keys.some((key) => value[key] !== undefined);
}

function put<T>(target: Record<string, T>, key: string, value: T | undefined): void {
  if (value !== undefined) target[key] = value;
}
