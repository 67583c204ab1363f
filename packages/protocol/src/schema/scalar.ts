import type { XmlElement } from "../xml/element.ts";
import { collapse, escapeText, isXmlText } from "../xml/text.ts";
import { show, type Json } from "./place.ts";
import type { Reading } from "./reading.ts";
import { nothing, Unencodable, type Schema } from "./schema.ts";
import type { ScalarType } from "./shape.ts";

/** One value in the text of an element or attribute. */
export interface Scalar<T> extends Schema<T> {
  /** What the text must be, in words. */
  readonly expected: string;
  /** The value of a text; undefined when it stands for none. */
  parse(text: string): T | undefined;
  /** The text of a value; undefined when the schema does not allow it. */
  format(value: T): string | undefined;
}

/** What makes a {@link Scalar}. */
export interface ScalarDeclaration<T> {
  readonly type: ScalarType;
  readonly expected: string;
  /** Every text there is, where they can be told. */
  readonly values?: readonly string[];
  /** Whether white space is collapsed before parsing, as all built-in types but `xs:string` do. */
  readonly collapses: boolean;
  /** Whether formatted text may hold characters that XML must escape. */
  readonly escapes: boolean;
  parse(text: string): T | undefined;
  format(value: T): string | undefined;
  /** A value that tolerant reading takes for a text that is a known fault of real stacks. */
  forgive?(text: string): T | undefined;
  /** Facts about an accepted text that conformance rules ask for. */
  note?(text: string, element: XmlElement, reading: Reading): void;
  /** Reads and writes JSON other than a string. */
  readonly json?: { to(value: T): Json; from(json: Json): T | undefined };
}

export function scalar<T>(declaration: ScalarDeclaration<T>): Scalar<T> {
  const { type, expected, values, collapses, escapes, parse, format, forgive, note, json } = declaration;
  const parseText = collapses ? (text: string) => parse(collapse(text)) : parse;
  return {
    shape: { kind: "scalar", type, expected, ...(values && { values }) },
    expected,
    parse: parseText,
    format,
    decode(element, reading) {
      if (element.hasAttributes) reading.checkAttributes(element);
      const text = reading.textOf(element);
      if (text === undefined) return nothing();
      const value = parseText(text);
      if (value !== undefined) {
        note?.(text, element, reading);
        return value;
      }
      const forgiven = forgive?.(collapse(text));
      if (forgiven === undefined) reading.fault(element, expected, show(text));
      else reading.deviation(element, expected, show(text));
      return forgiven ?? nothing();
    },
    encode(value) {
      const text = format(value);
      if (text === undefined) throw new Unencodable();
      return escapes ? escapeText(text) : text;
    },
    toJson(value, place) {
      const text = format(value);
      if (text === undefined) place.fault(expected, value);
      return json === undefined ? (text ?? null) : json.to(value);
    },
    fromJson(value, place) {
      const read = json === undefined ? fromText(value, parseText) : json.from(value);
      // What parses must also be writable: JSON can hold characters that XML cannot.
      if (read === undefined || format(read) === undefined) {
        place.fault(expected, value);
        return nothing();
      }
      return read;
    },
  };
}

function fromText<T>(json: Json, parse: (text: string) => T | undefined): T | undefined {
  return typeof json === "string" ? parse(json) : undefined;
}

/** `xs:string`: any text that XML can carry, spaces kept. */
export const text: Scalar<string> = scalar({
  type: "text",
  expected: "text of characters that XML can carry",
  collapses: false,
  escapes: true,
  parse: (raw) => raw,
  format: (value) => (typeof value === "string" && isXmlText(value) ? value : undefined),
});

/** `xs:anyURI`. As XML Schema 1.0 has it, nearly any text passes; white space is collapsed. */
export const anyUri: Scalar<string> = scalar({
  type: "anyUri",
  expected: "a URI",
  collapses: true,
  escapes: true,
  parse: (raw) => raw,
  format: (value) => (typeof value === "string" && isXmlText(value) ? collapse(value) : undefined),
});

/** One of a fixed set of words. `xs:token` collapses white space before comparing, `xs:string` does not. */
export function oneOf<const T extends string>(
  values: readonly T[],
  base: "xs:token" | "xs:string" = "xs:token",
): Scalar<T> {
  const known = new Map<string, T>(values.map((value) => [value, value]));
  return scalar<T>({
    type: "enumeration",
    values,
    expected: listed(values),
    collapses: base === "xs:token",
    escapes: false,
    parse: (raw) => known.get(raw),
    format: (value) => known.get(value),
  });
}

/** A word that parties have agreed upon beside the standard's own. */
export type Extension = `x-${string}`;

/** One of a fixed set of words, or one of one's own that begins with `x-`. */
export function oneOfOrExtension<const T extends string>(values: readonly T[]): Scalar<T | Extension> {
  const known = new Map<string, T>(values.map((value) => [value, value]));
  const parse = (raw: string): T | Extension | undefined => known.get(raw) ?? (isExtension(raw) ? raw : undefined);
  return scalar<T | Extension>({
    type: "extensibleEnumeration",
    values,
    expected: `${listed(values)} | x-…`,
    collapses: true,
    escapes: true,
    parse,
    format: (value) => (typeof value === "string" && isXmlText(value) ? parse(collapse(value)) : undefined),
  });
}

function isExtension(raw: string): raw is Extension {
  return raw.startsWith("x-") && raw.length > 2 && raw[2] !== " ";
}

function listed(values: readonly string[]): string {
  return values.length <= 12 ? values.join(" | ") : `${values.slice(0, 12).join(" | ")} | … (${values.length} values)`;
}

/** A text that the schema fixes; an empty element stands for it too, as XML Schema has it. */
export function fixed<const T extends string>(value: T): Scalar<T> {
  return scalar<T>({
    type: "enumeration",
    values: [value],
    expected: value,
    collapses: false,
    escapes: false,
    parse: (raw) => (raw === value || raw === "" ? value : undefined),
    format: (given) => (given === value ? value : undefined),
  });
}

/** `xs:boolean`: `true`, `false`, `1` or `0`. */
export const boolean: Scalar<boolean> = scalar({
  type: "boolean",
  expected: "true | false",
  collapses: true,
  escapes: false,
  parse: (raw) => (raw === "true" || raw === "1" ? true : raw === "false" || raw === "0" ? false : undefined),
  format: (value) => (typeof value === "boolean" ? String(value) : undefined),
  json: { to: (value) => value, from: (json) => (typeof json === "boolean" ? json : undefined) },
});
