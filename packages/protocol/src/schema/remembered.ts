import type { Schema } from "./schema.ts";

/**
 * A schema that writes a value once and remembers the text for as long as the value is there, if that is frozen through
 * and through: what cannot change need not be written again. A `Date` can always change.
 */
export function remembered<T extends object>(schema: Schema<T>): Schema<T> {
  const texts = new WeakMap<T, string>();
  return {
    shape: schema.shape,
    decode: (element, reading) => schema.decode(element, reading),
    encode(value) {
      const known = texts.get(value);
      if (known !== undefined) return known;
      const text = schema.encode(value);
      if (isFrozenThrough(value)) texts.set(value, inOnePiece(text));
      return text;
    },
    toJson: (value, place) => schema.toJson(value, place),
    fromJson: (json, place) => schema.fromJson(json, place),
  };
}

/** A text that is put together from many pieces is slow to copy, however often it has been copied before. */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}

function isFrozenThrough(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && !(value instanceof Date) && Object.values(value).every(isFrozenThrough);
}
