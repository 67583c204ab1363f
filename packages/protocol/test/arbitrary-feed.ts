import fc from "fast-check";
import type { XmlTree, XmlTreeNode } from "../src/schema/tree.ts";
import { NAMESPACES } from "../src/xml/names.ts";
import { text } from "./arbitrary-scalar.ts";

type Attributes = Readonly<Record<string, string>>;

const none = fc.constant<readonly XmlTreeNode[]>([]);
const words = text.map((value): readonly XmlTreeNode[] => (value === "" ? [] : [value]));
const common: fc.Arbitrary<Attributes> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Attributes>(
      { "xml:lang": "en" },
      { "xml:base": "http://a/" },
      { "xml:lang": "de-AT", "xml:base": "" },
    ),
  },
);

/** An Atom feed with ESPI content that the schema takes, even where libxml2 looks into what it holds. */
const content = fc.letrec<
  Record<"feed" | "entry" | "person" | "text" | "category" | "link" | "time" | "id" | "image" | "espi", XmlTree>
>((tie) => ({
  feed: element(
    ["feed"],
    fc.array(
      child(
        tie("entry"),
        tie("person"),
        tie("text"),
        tie("category"),
        tie("link"),
        tie("time"),
        tie("id"),
        tie("image"),
      ),
      {
        maxLength: 5,
      },
    ),
  ),
  entry: element(
    ["entry"],
    fc.array(child(tie("espi"), tie("text"), tie("link"), tie("time"), tie("id")), { maxLength: 4 }),
  ),
  person: element(
    ["author", "contributor"],
    fc.array(
      fc.oneof(
        leaf(["name"], text),
        leaf(["uri"], fc.constant("urn:x")),
        leaf(["email"], fc.constantFrom("a@b.de", "ü@c.d.e")),
      ),
      { maxLength: 3 },
    ),
  ),
  text: element(
    ["title", "rights"],
    words,
    fc
      .option(fc.constantFrom("text", "html", "xhtml"), { nil: undefined })
      .map((type) => (type === undefined ? {} : { type })),
  ),
  category: element(
    ["category"],
    none,
    text.map((term) => ({ term, label: term, scheme: "urn:x" })),
  ),
  link: element(
    ["link"],
    words,
    fc.record({
      href: fc.webUrl({ size: "small" }),
      rel: text,
      hreflang: fc.constant("en-GB"),
      length: fc.constant("7"),
    }),
  ),
  time: leaf(
    ["updated"],
    fc.constantFrom(
      "2026-01-31T12:00:00Z",
      "2026-01-31T12:00:00.5+02:00",
      "2024-02-29T24:00:00",
      "12024-02-29T23:59:59-14:00",
    ),
  ),
  id: leaf(["id"], fc.constantFrom("urn:uuid:1", "http://a/b", "")),
  image: leaf(["icon", "logo"], fc.constant("logo.png")),
  espi: element(["content"], fc.array(reading(), { maxLength: 2 }), fc.constant({ type: "application/xml" })),
}));

/** Green Button content as a tree: own prefixes and default namespaces, comments and instructions among it. */
export const feed: fc.Arbitrary<XmlTree> = fc
  .tuple(content.feed, fc.constantFrom("atom", "", "a"), fc.boolean())
  .map(([tree, prefix, isEarly]) => renamed(tree, prefix, isEarly));

function element(
  names: readonly string[],
  children: fc.Arbitrary<readonly XmlTreeNode[]>,
  attributes = fc.constant<Attributes>({}),
): fc.Arbitrary<XmlTree> {
  return fc
    .tuple(fc.constantFrom(...names), children, attributes, common)
    .map(([name, inner, own, shared]) => node(`atom:${name}`, inner, { ...own, ...shared }));
}

function leaf(names: readonly string[], values: fc.Arbitrary<string>): fc.Arbitrary<XmlTree> {
  return fc
    .tuple(fc.constantFrom(...names), values)
    .map(([name, value]) => node(`atom:${name}`, value === "" ? [] : [value]));
}

function child(...elements: readonly fc.Arbitrary<XmlTree>[]): fc.Arbitrary<XmlTreeNode> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.oneof(...elements) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<XmlTreeNode>(
        { comment: " a <comment> & so on " },
        { comment: "" },
        { instruction: { target: "do", body: 'it="now" ' } },
        { instruction: { target: "x", body: "" } },
      ),
    },
  );
}

function reading(): fc.Arbitrary<XmlTree> {
  const int = fc.nat(4_000_000_000).map(String);
  const period = fc
    .tuple(int, int)
    .map(([duration, start]) => [node("espi:duration", [duration]), node("espi:start", [start])]);
  const block = fc
    .tuple(period, int)
    .map(([span, value]) =>
      node("espi:IntervalBlock", [
        node("espi:interval", span),
        node("espi:IntervalReading", [
          node("espi:cost", [value]),
          node("espi:timePeriod", span),
          node("espi:value", [value]),
        ]),
      ]),
    );
  return fc.oneof(block, fc.constant(node("espi:UsagePoint", [])), fc.constant(node("espi:MeterReading", [])));
}

function node(name: string, children: readonly XmlTreeNode[], attributes: Attributes = {}): XmlTree {
  const entries = Object.entries(attributes);
  return {
    name,
    namespace: name.startsWith("atom:") ? NAMESPACES.atom : NAMESPACES.espi,
    ...(entries.length > 0 && { attributes: entries.map(([key, value]) => ({ name: key, value })) }),
    ...(children.length > 0 && { children }),
  };
}

/**
 * The same tree with another prefix for Atom, where `early` also for ESPI, declared where decoding finds them: our own
 * prefixes are never declared in a tree.
 */
function renamed(root: XmlTree, prefix: string, early: boolean): XmlTree {
  if (prefix === "atom") return root;
  const declarations = { [prefix]: NAMESPACES.atom, ...(early && { gb: NAMESPACES.espi }) };
  const rename = (at: XmlTree): XmlTree => ({
    ...at,
    name: at.name.replace(/^(\w+):/, (_, old: string) =>
      old === "espi" ? (early ? "gb:" : "espi:") : prefix === "" ? "" : `${prefix}:`,
    ),
    ...(at.children && {
      children: at.children.map((inner) => (typeof inner === "object" && "name" in inner ? rename(inner) : inner)),
    }),
  });
  const { children, attributes, ...named } = rename(root);
  return { ...named, namespaces: declarations, ...(attributes && { attributes }), ...(children && { children }) };
}
