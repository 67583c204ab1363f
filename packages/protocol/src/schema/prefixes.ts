import { fieldsOf, type Shape } from "./shape.ts";

/** The namespace prefixes of every element that a schema's values may hold. Kept trees declare their own. */
export function prefixesOf(shape: Shape): ReadonlySet<string> {
  const found = new Set<string>();
  collect(shape, found, new Set());
  return found;
}

function collect(shape: Shape, found: Set<string>, seen: Set<Shape>): void {
  if (seen.has(shape)) return;
  seen.add(shape);
  for (const field of fieldsOf(shape)) {
    for (const { element, content } of field.options) {
      found.add(element.slice(0, element.indexOf(":")));
      collect(content, found, seen);
    }
  }
}
