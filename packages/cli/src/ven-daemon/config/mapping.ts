import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { nearest } from "./nearest.ts";

/** A key of a mapping: what its value gives, and what its absence. */
export interface Field<T> {
  readonly read: Reader<T>;
  /** Called with the mapping if the key is not there. */
  absent(place: Place, name: string): T | Invalid;
}

/** A key that has to be there. */
export function required<T>(read: Reader<T>): Field<T> {
  return { read, absent: (place, name) => place.complain(`expected the key ${name}, got none`) };
}

/** A key that may be left out. */
export function optional<T>(read: Reader<T>): Field<T | undefined> {
  return { read, absent: () => undefined };
}

/** A key that has a value even where it is left out. */
export function defaulted<T>(read: Reader<T>, value: T): Field<T> {
  return { read, absent: () => value };
}

type Fields = Readonly<Record<string, Field<unknown>>>;

type Values<F extends Fields> = { readonly [Key in keyof F]: F[Key] extends Field<infer T> ? T : never };

/** A mapping with these keys and no others. */
export function mapping<F extends Fields>(fields: F): Reader<Values<F>> {
  const readAll = someKeys(fields);
  return (place) => {
    const { entries } = place;
    if (entries === undefined) return place.mistake(`a mapping with ${Object.keys(fields).join(", ")}`);
    const strangers = entries.filter(({ name }) => !Object.hasOwn(fields, name));
    for (const { key, name } of strangers) key.complain(unknownKey(name, Object.keys(fields)));
    const values = readAll(place);
    return strangers.length === 0 ? values : invalid;
  };
}

/** These keys of a mapping, which may have others. */
export function someKeys<F extends Fields>(fields: F): Reader<Values<F>> {
  return (place) => {
    let isValid = true;
    const values: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      const child = place.child(name);
      values[name] = child === undefined ? field.absent(place, name) : field.read(child);
      if (values[name] === invalid) isValid = false;
    }
    return isValid ? (values as Values<F>) : invalid;
  };
}

function unknownKey(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? `expected ${known.join(" | ")}` : `did you mean ${meant}?`;
  return `unknown key; ${hint}`;
}

/** A mapping of one of several kinds, which it shows by having the key of that name. */
export function byKey<T>(readers: Readonly<Record<string, Reader<T>>>): Reader<T> {
  return (place) => {
    const given = Object.entries(readers).filter(([name]) => place.child(name) !== undefined);
    const [first] = given;
    if (first !== undefined && given.length === 1) return first[1](place);
    const got = given.map(([name]) => name).join(" and ") || "none";
    return place.complain(`expected one key of ${Object.keys(readers).join(" | ")}, got ${got}`);
  };
}

/** A mapping of names to values, such as HTTP headers. */
export function record<T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (place) => {
    const { entries } = place;
    if (entries === undefined) return place.mistake("a mapping of names to values");
    const values = entries.map(({ name, value }) => [name, read(value)] as const);
    const valid = values.filter((entry): entry is readonly [string, T] => entry[1] !== invalid);
    return valid.length === values.length ? Object.fromEntries(valid) : invalid;
  };
}
