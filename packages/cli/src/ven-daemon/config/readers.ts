import { parseDuration, type Duration, type Extension } from "@openleadr/protocol";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";

/** Text that is not empty. A number is text, too, as it is written: an ID may look like one. */
export const text: Reader<string> = (place) => {
  const { scalar, source } = place;
  const value = typeof scalar === "number" ? source : scalar;
  if (typeof value !== "string" || value.trim() === "") return place.mistake("text");
  if (value.includes("${env:"))
    return place.mistake("text without ${env:...}, which is read only where the guide says so");
  return value;
};

/** `true` or `false`. */
export const flag: Reader<boolean> = (place) =>
  typeof place.scalar === "boolean" ? place.scalar : place.mistake("true or false");

/** A number between two bounds, both included. */
export function number(min = -Infinity, max = Infinity): Reader<number> {
  return (place) => {
    const { scalar } = place;
    if (typeof scalar === "number" && scalar >= min && scalar <= max) return scalar;
    return place.mistake(`a number${between(min, max)}`);
  };
}

/** A whole number between two bounds, both included. */
export function integer(min: number, max: number): Reader<number> {
  return (place) => {
    const { scalar } = place;
    if (Number.isInteger(scalar) && Number(scalar) >= min && Number(scalar) <= max) return Number(scalar);
    return place.mistake(`a whole number${between(min, max)}`);
  };
}

function between(min: number, max: number): string {
  if (min === -Infinity && max === Infinity) return "";
  return max === Infinity ? `, at least ${min}` : ` from ${min} to ${max}`;
}

/** A span such as `PT30S`, of at least `min` seconds. */
export function span(min = 1): Reader<Duration> {
  return (place) => {
    const value = typeof place.scalar === "string" ? parseDuration(place.scalar) : undefined;
    if (value !== undefined && value >= min * 1000) return value;
    return place.mistake(`a duration such as PT30S, of at least PT${min}S`);
  };
}

/** What `read` reads, or `false`. */
export function orFalse<T>(read: Reader<T>): Reader<T | false> {
  return (place) => (place.scalar === false ? false : read(place));
}

/** What `read` reads, or the word `any`. */
export function anyOr<T>(read: Reader<T>): Reader<T | "any"> {
  return (place) => (place.scalar === "any" ? "any" : read(place));
}

/** One of some words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Reader<Word> {
  return (place) => {
    const word = words.find((each) => each === place.scalar);
    return word ?? place.mistake(words.join(" | "));
  };
}

/** One of some words, or one of one's own that begins with `x-`. */
export function oneOfOrExtension<const Word extends string>(...words: readonly Word[]): Reader<Word | Extension> {
  return (place) => {
    const { scalar } = place;
    const word = words.find((each) => each === scalar);
    if (word !== undefined) return word;
    return isExtension(scalar) ? scalar : place.mistake(`${words.join(" | ")}, or a word that begins with x-`);
  };
}

function isExtension(value: unknown): value is Extension {
  return typeof value === "string" && /^x-\S/.test(value);
}

/** An absolute URL of one of some schemes, such as `https:`, without a user name and password. */
export function url(...protocols: readonly string[]): Reader<URL> {
  return (place) => {
    const value = text(place);
    return value === invalid ? invalid : parseUrl(value, place, protocols);
  };
}

/** The URL that a text is; what it is not is told without showing it, since it may hold a secret. */
export function parseUrl(value: string, place: Place, protocols: readonly string[]): URL | Invalid {
  if (!URL.canParse(value)) return place.mistake(`a URL that begins with ${protocols.join(" or ")}`, "something else");
  const parsed = new URL(value);
  if (!protocols.includes(parsed.protocol)) return place.mistake(`a URL of ${protocols.join(" or ")}`, parsed.protocol);
  if (parsed.username === "" && parsed.password === "") return parsed;
  return place.mistake("a URL without user name and password", "one with them");
}

/** A list with at least one item. */
export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (place) => {
    const { items } = place;
    if (items === undefined || items.length === 0)
      return place.mistake("a list of at least one", items && "an empty one");
    return allValid(items.map(read));
  };
}

/** A list, or its only item. */
export function oneOrMore<T>(read: Reader<T>): Reader<readonly T[]> {
  const many = list(read);
  return (place) => (place.items === undefined ? allValid([read(place)]) : many(place));
}

/** A list with at least one item, of which no two have the same text; `hint` says what to do about it. */
export function distinct<T>(read: Reader<T>, idOf: (item: T) => string, hint = ""): Reader<readonly T[]> {
  return (place) => {
    const seen = new Set<string>();
    return list<T>((at) => {
      const item = read(at);
      if (item === invalid) return invalid;
      const id = idOf(item);
      if (seen.has(id)) return at.mistake(`another ID than those before${hint}`, id);
      seen.add(id);
      return item;
    })(place);
  };
}

/** What `read` gives, made into something else; `make` tells what is wrong with it. */
export function refine<T, U>(read: Reader<T>, make: (value: T, place: Place) => U | Invalid): Reader<U> {
  return (place) => {
    const value = read(place);
    return value === invalid ? invalid : make(value, place);
  };
}

function allValid<T>(values: readonly (T | Invalid)[]): readonly T[] | Invalid {
  const valid = values.filter((value): value is T => value !== invalid);
  return valid.length === values.length ? valid : invalid;
}
