import fc from "fast-check";
import { messages, type Message, type MessageName } from "../src/messages/index.ts";
import type { FieldShape, OptionShape, Shape } from "../src/schema/shape.ts";
import { scalarArbitrary } from "./arbitrary-scalar.ts";
import { feed } from "./arbitrary-feed.ts";

type Values = fc.Arbitrary<unknown>;
type Properties = Readonly<Record<string, unknown>>;

export const messageNames = Object.keys(messages) as readonly MessageName[];

/** Messages of one payload, made from its declaration: every choice, optional member and extreme may come. */
export function messageArbitrary(name: MessageName): fc.Arbitrary<Message> {
  return arbitraryOf(messages[name].shape).map((payload) => ({ name, payload: withUniqueIds(payload) }) as Message);
}

const known = new WeakMap<Shape, Values>();

function arbitraryOf(shape: Shape): Values {
  let arbitrary = known.get(shape);
  if (arbitrary === undefined) known.set(shape, (arbitrary = build(shape)));
  return arbitrary;
}

function build(shape: Shape): Values {
  switch (shape.kind) {
    case "scalar":
      return scalarArbitrary(shape.type, shape.values);
    case "sequence":
      return fc.tuple(...shape.fields.map(membersOf)).map((members) => Object.assign({}, ...members) as Properties);
    case "wrapper":
      return valueOf(shape.field);
    case "listOfEach":
      return targetList(shape.fields);
    case "view":
      return viewOf(shape.name, arbitraryOf(shape.wire));
    case "tree":
      return feed;
  }
}

/** The properties that one member of a sequence contributes. */
function membersOf(field: FieldShape): fc.Arbitrary<Properties> {
  const { key } = field;
  if (field.spread) {
    const members = valueOf({ ...field, cardinality: "one" }) as fc.Arbitrary<Properties>;
    return field.cardinality === "optional" ? fc.oneof(fc.constant({}), members) : members;
  }
  if (key === undefined || field.options[0]?.element === "xcal:components") return fc.constant({});
  return valueOf(field).map((value) => (value === undefined ? {} : { [key]: value }));
}

function valueOf({ cardinality, options }: FieldShape): Values {
  const item = fc.oneof(...options.map(optionOf));
  switch (cardinality) {
    case "one":
      return item;
    case "optional":
      return fc.option(item, { nil: undefined });
    case "many":
      return fc.array(item, { maxLength: 2 });
    case "oneOrMore":
      return fc.array(item, { minLength: 1, maxLength: 2 });
  }
}

function optionOf({ tag, content }: OptionShape): Values {
  const inner = arbitraryOf(content);
  return tag === undefined ? inner : inner.map((value) => ({ [tag.key]: tag.value, ...(value as object) }));
}

/** Items come in the schema's order, since that is the order in which they are read back. */
function targetList(fields: readonly FieldShape[]): Values {
  const each = fields.flatMap(({ key = "", options }) => options.map((option) => ({ key, value: optionOf(option) })));
  const items = each.map(({ key, value }, rank) => value.map((inner) => ({ rank, item: { [key]: inner } })));
  return fc
    .array(fc.oneof(...items), { maxLength: 4 })
    .map((list) => list.toSorted((a, b) => a.rank - b.rank).map(({ item }) => item));
}

interface WireInterval extends Properties {
  readonly payloads: readonly { readonly kind: string; readonly value?: unknown }[];
}

/** What users see of an interval keeps the promises of messages/stream.ts, which knows no other than these. */
function viewOf(name: string, wire: Values): Values {
  if (name !== "SignalInterval") throw new TypeError(`no arbitrary for the view ${name}`);
  const irregular = (wire as fc.Arbitrary<WireInterval>).map(({ payloads, ...rest }) => {
    const numbers = payloads.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
    const isRegular = payloads.length === 1 && payloads[0]?.kind === "signalPayload" && numbers.length === 1;
    return { ...rest, value: numbers[0] ?? NaN, ...(!isRegular && { payloads }) };
  });
  const regular = fc
    .tuple(irregular, scalarArbitrary("number"))
    .map(([{ payloads: _, ...rest }, value]) => ({ ...rest, value }));
  return fc.oneof({ weight: 3, arbitrary: regular }, { weight: 1, arbitrary: irregular });
}

/** Values of `xs:ID` must differ within a document. */
function withUniqueIds(value: unknown, count = { ids: 0 }): unknown {
  if (Array.isArray(value)) return value.map((item) => withUniqueIds(item, count));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if ("namespace" in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "id" && typeof inner === "string" ? `${inner}.${count.ids++}` : withUniqueIds(inner, count),
    ]),
  );
}
