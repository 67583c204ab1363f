import { isBlank, XmlElement } from "../xml/element.ts";
import type { Field } from "./field.ts";
import { nothing, type Schema } from "./schema.ts";
import { sequence } from "./sequence.ts";

/**
 * An element around a single member, which stands for it: `<xcal:uid><xcal:text>0</xcal:text></xcal:uid>` is the
 * member's value, with no object around it.
 */
export function only<T>(field: Field<T>): Schema<T> {
  const whole = sequence({ value: field }) as Schema<unknown> as Schema<{ readonly value: T }>;
  const name = field.shape.options.length === 1 && !field.repeats ? field.shape.options[0]?.element : undefined;
  return {
    shape: { kind: "wrapper", field: { key: undefined, ...field.shape } },
    decode(element, reading) {
      // The usual case by a short way: one child of the right name, and nothing else but white space.
      const child = element.hasAttributes ? undefined : singleChild(element);
      if (child !== undefined && child.name === name) return field.decode(child, reading) as T;
      return whole.decode(element, reading)?.value ?? nothing();
    },
    encode: (value) => field.encode(value),
    toJson: (value, place) => field.toJson(value, place) ?? null,
    fromJson: (json, place) => field.fromJson(json, place),
  };
}

function singleChild(element: XmlElement): XmlElement | undefined {
  let found: XmlElement | undefined;
  for (const node of element.children) {
    if (node instanceof XmlElement) {
      if (found !== undefined) return undefined;
      found = node;
    } else if (typeof node === "string" && !isBlank(node)) return undefined;
  }
  return found;
}
