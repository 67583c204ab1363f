import fc from "fast-check";
import { NAMESPACES } from "../src/xml/names.ts";

/**
 * Documents of whatever well-formed XML may hold: namespaces declared, declared again and taken back, default ones,
 * attributes with and without them, `xml:` attributes, references, CDATA, comments, instructions and all kinds of line ends.
 */
export function xmlArbitrary(): fc.Arbitrary<string> {
  return fc
    .tuple(elementArbitrary(), fc.constantFrom("", '<?xml version="1.0" encoding="UTF-8"?>\r\n'))
    .map(([root, declaration]) => declaration + write(root, new Map([["xml", NAMESPACES.xml]])));
}

interface Element {
  readonly kind: "element";
  readonly prefix: string;
  readonly local: string;
  readonly declarations: readonly (readonly [prefix: string, uri: string])[];
  readonly attributes: readonly Attribute[];
  readonly children: readonly (Element | string)[];
  readonly spacing: readonly [before: string, inside: string];
}
interface Attribute {
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
  readonly quote: '"' | "'";
}

function elementArbitrary(): fc.Arbitrary<Element> {
  const { element } = fc.letrec<{ element: Element }>((tie) => ({
    element: fc.record({
      kind: fc.constant("element"),
      prefix: prefixes,
      local: names,
      declarations: fc.uniqueArray(fc.tuple(prefixes, uris), { maxLength: 3, selector: ([prefix]) => prefix }),
      attributes: fc.array(attribute, { maxLength: 5 }),
      children: fc.array(fc.oneof({ depthSize: "small", withCrossShrink: true }, content, tie("element")), {
        maxLength: 5,
      }),
      spacing: fc.constantFrom(["", ""], [" ", "\n"], ["\r\n", " "]),
    }),
  }));
  return element;
}

// Some differ in the order of code units and of code points.
const names = fc.constantFrom("a", "b", "B", "c-1", "é", "\u{10000}x", "\uf900x", "lang", "_");
const prefixes = fc.constantFrom("", "", "p", "q", "Q", "\u{10001}", "\uf901");
// Whatever is not a URI in ASCII, libxml2 does not canonicalise, and it does not escape `&` in them as the standard has it.
const uris = fc.constantFrom("", "urn:a", "urn:b", "urn:B", "http://a/?b=c'#d", "urn:a:b");
const references = fc.constantFrom("&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#13;", "&#10;", "&#9;", "&#x1F600;");
const plain = fc.constantFrom("x", " ", "\n", "\r\n", "\r", "\t", "é", "😀", "] ", "\u0085", "\u2028", "-");
const markup = fc.constantFrom(
  "<![CDATA[]]>",
  "<![CDATA[<&>\r\n\"'\r]]>",
  "<!---->",
  "<!-- c\r\n<&> -->",
  "<?pi?>",
  "<?pi   body \r\n<&>?>",
  "<?é x?>",
);
const content = fc.oneof(
  { arbitrary: plain, weight: 3 },
  { arbitrary: fc.constantFrom("'", '"', ">"), weight: 1 },
  { arbitrary: references, weight: 2 },
  { arbitrary: markup, weight: 3 },
);
const values = fc.array(fc.oneof(plain, references, fc.constant(">")), { maxLength: 4 }).map((parts) => parts.join(""));
const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  { arbitrary: attributeOf(prefixes, names, values), weight: 4 },
  { arbitrary: attributeOf(fc.constant("xml"), fc.constantFrom("lang", "base", "other"), values), weight: 1 },
  {
    arbitrary: attributeOf(fc.constant("xml"), fc.constant("space"), fc.constantFrom("default", "preserve")),
    weight: 1,
  },
);

function attributeOf(
  prefix: fc.Arbitrary<string>,
  local: fc.Arbitrary<string>,
  value: fc.Arbitrary<string>,
): fc.Arbitrary<Attribute> {
  return fc.record({ prefix, local, value, quote: fc.constantFrom('"', "'") });
}

type Scope = ReadonlyMap<string, string>;

function write(element: Element, outer: Scope): string {
  const [before, inside] = element.spacing;
  const scope = new Map(outer);
  const declared = new Map(element.declarations.filter(([prefix, uri]) => prefix === "" || uri !== ""));
  const used = [element.prefix, ...element.attributes.map(({ prefix }) => prefix)];
  for (const prefix of used) {
    if (prefix !== "" && !scope.has(prefix) && !declared.has(prefix)) declared.set(prefix, "urn:used");
  }
  for (const [prefix, uri] of declared) scope.set(prefix, uri);
  const declarations = [...declared].map(([prefix, uri]) => `xmlns${prefix && `:${prefix}`}="${uri}"`);
  const attributes = new Map(element.attributes.map((item) => [expandedName(item, scope), item]));
  const written = [...attributes.values()].map(
    ({ prefix, local, value, quote }) => `${nameOf(prefix, local)}=${quote}${value}${quote}`,
  );
  // Declarations stand behind the attributes that need them as often as before them.
  const all = element.local < "c" ? [...written, ...declarations] : [...declarations, ...written];
  const name = nameOf(element.prefix, element.local);
  const children = element.children.map((child) => (typeof child === "string" ? child : write(child, scope)));
  const head = `<${[name, ...all].join(` ${inside}`)}${before}`;
  return children.length === 0 ? `${head}/>` : `${head}>${children.join("")}</${name}${before}>`;
}

function expandedName({ prefix, local }: Attribute, scope: Scope): string {
  return `${prefix === "" ? "" : scope.get(prefix)} ${local}`;
}

function nameOf(prefix: string, local: string): string {
  return prefix === "" ? local : `${prefix}:${local}`;
}
