/** A schema's declaration as data. */
export type Shape =
  /** One value in the text of an element. */
  | {
      readonly kind: "scalar";
      readonly type: ScalarType;
      readonly values?: readonly string[];
      readonly expected: string;
    }
  /** Members in a fixed order. */
  | { readonly kind: "sequence"; readonly fields: readonly FieldShape[] }
  /** An element around a single member, which stands for it. */
  | { readonly kind: "wrapper"; readonly field: FieldShape }
  /** Several kinds of members, each as often as wanted, as a list of objects with one property each. */
  | { readonly kind: "listOfEach"; readonly fields: readonly FieldShape[] }
  /** A value that looks other than what stands on the wire. */
  | { readonly kind: "view"; readonly name: string; readonly wire: Shape; readonly view: Shape }
  /** An element tree, kept as it is. */
  | { readonly kind: "tree"; readonly root: string };

/** What a scalar is, beyond its text. */
export type ScalarType =
  | "text"
  | "enumeration"
  | "extensibleEnumeration"
  | "boolean"
  | "number"
  | "unsignedInt"
  | "decimal"
  | "responseCode"
  | "confidence"
  | "dateTime"
  | "duration"
  | "anyUri"
  | "ncName"
  | "numbers";

/** One member of a sequence. */
export interface FieldShape {
  /** The property it is read into; undefined for what leaves no trace in the value. */
  readonly key: string | undefined;
  readonly cardinality: Cardinality;
  /** The elements, or the attribute, that it may be. */
  readonly options: readonly OptionShape[];
  /** The members of the element become members of the sequence itself. */
  readonly spread: boolean;
  readonly attribute: boolean;
}

/** One of the elements that a member may be, and what it holds. */
export interface OptionShape {
  /** Canonical name, e.g. `ei:eventID`. */
  readonly element: string;
  /** The property and value that tell this option from the others, where there are others that look alike. */
  readonly tag?: { readonly key: string; readonly value: string };
  readonly content: Shape;
}

/** How often a member stands: once, at most once, any number of times, at least once. */
export type Cardinality = "one" | "optional" | "many" | "oneOrMore";

/** The members that a schema has; none where it is a value or a tree. */
export function fieldsOf(shape: Shape): readonly FieldShape[] {
  switch (shape.kind) {
    case "sequence":
    case "listOfEach":
      return shape.fields;
    case "wrapper":
      return [shape.field];
    case "view":
      return fieldsOf(shape.wire);
    case "scalar":
    case "tree":
      return [];
  }
}
