/** What a property of stored data is to be. */
export type Shape = "text" | "number" | "flag" | "instant" | "list" | "object";

/**
 * Throws `TypeError` where data lack one of these properties, or have something else there: what decayed in a way that
 * leaves it readable, or was written by hand, is to be found when it is read and not when it is used.
 */
export function requireShape(data: unknown, shapes: Readonly<Record<string, Shape>>): void {
  for (const [name, shape] of Object.entries(shapes)) {
    const value = isObject(data) ? data[name] : undefined;
    if (!tests[shape](value)) throw new TypeError(`${name}: expected ${expectations[shape]}, got ${String(value)}`);
  }
}

const tests: Readonly<Record<Shape, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  flag: (value) => typeof value === "boolean",
  instant: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  list: (value) => Array.isArray(value),
  object: isObject,
};

const expectations: Readonly<Record<Shape, string>> = {
  text: "text",
  number: "a number",
  flag: "true or false",
  instant: "an instant",
  list: "a list",
  object: "an object",
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
