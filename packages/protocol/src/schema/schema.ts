import type { XmlElement } from "../xml/element.ts";
import type { Reading } from "./reading.ts";
import type { Json, Place } from "./place.ts";
import type { Shape } from "./shape.ts";

/**
 * What an element may hold: reads it from the element tree, writes it as text, and turns it into JSON and back.
 *
 * One declaration serves all of that, and the TypeScript type, the documentation and the test data besides. Values are
 * plain data. A method that meets a fault records it in its `Reading` or `Place` and returns a value nobody will see,
 * so that one pass finds every fault.
 */
export interface Schema<T> {
  /** The declaration as data, for whoever describes it or makes examples of it. */
  readonly shape: Shape;
  /** Reads an element's content; faults go to `reading`. */
  decode(element: XmlElement, reading: Reading): T;
  /** Writes an element's content, in the canonical form of XML. Throws {@link Unencodable}; `toJson` tells why. */
  encode(value: T): string;
  /** Writes an element's attributes, each with a space before it; left out where there never are any. */
  encodeAttributes?(value: T): string;
  /** The value as JSON; faults go to `place`. */
  toJson(value: T, place: Place): Json;
  /** The value of what {@link toJson} made; faults go to `place`. */
  fromJson(json: Json, place: Place): T;
}

/** The type a schema reads and writes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/** Thrown by `encode` for a value the schema does not allow; `toJson` finds out where and why. */
export class Unencodable extends Error {}

/** A value that stands for nothing: it follows a recorded fault, and no caller sees it. */
export function nothing<T>(): T {
  return undefined as T;
}
