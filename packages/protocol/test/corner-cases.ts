import { element, type Element } from "./document.ts";
import { event, greenButton, poll, signature, signed, usage } from "./documents.ts";

/** Documents at the corners of the schema that mutants seldom find, and whether the schema takes them. */
export const cornerCases: readonly (readonly [title: string, document: Element, isValid: boolean])[] = [
  ["no-break space as an extension", poll({ "ei:schemaVersion": "x-\u00a0" }), true],
  ["a line separator in an extension", poll({ "ei:schemaVersion": "x-\u2028a" }), true],
  ["an extension with nothing after x-", poll({ "ei:schemaVersion": "x- " }), false],
  ["an extension in capitals", poll({ "ei:schemaVersion": "X-a" }), false],
  ["a child without namespace where others are welcome", withMethod([element("thing")]), false],
  ["a foreign child where others are welcome", withMethod([element("{urn:other}thing")]), true],
  [
    "anything in an object",
    withObject(element("thing"), element("{urn:other}thing"), element("espi:UsagePoint")),
    true,
  ],
  ["a local element of signatures in an object, where it means nothing", withObject(element("ds:P", ["?"])), true],
  [
    "a local element of signatures in its place",
    withObject(element("ds:RSAKeyValue", [element("ds:Modulus", ["AQA"]), element("ds:Exponent")])),
    false,
  ],
  ["an ID with a no-break space before it", withId("\u00a0a"), false],
  ["an ID with spaces around it", withId(" a\n"), true],
  ["an ID beyond the basic plane", withId("\u{20000}"), true],
  ["an ID that begins with a digit", withId("1a"), false],
  ["two elements of one ID", withId("a", "a"), false],
  ["base64 with spaces", signed(signature(undefined, "A Q\nA B")), true],
  ["base64 with a digit lost", signed(signature(undefined, "AQA")), false],
  ["base64 with bits left over", signed(signature(undefined, "AB==")), false],
  ["an empty feed", greenButton(element("atom:feed")), true],
  ["an empty entry", withFeed(element("atom:entry")), true],
  ["an empty author", withFeed(element("atom:author")), true],
  ["a space in an empty category", withFeed(element("atom:category", [" "], { term: "a" })), false],
  ["a category without term", withFeed(element("atom:category")), false],
  ["a title with another element than XHTML's", withFeed(element("atom:title", [element("espi:UsagePoint")])), false],
  ["a title of type text with spaces", withFeed(element("atom:title", [], { type: " text\n" })), true],
  [
    "content with elements that the schema knows",
    withEntry(element("atom:content", ["a", element("espi:UsagePoint"), element("espi:MeterReading")])),
    true,
  ],
  ["content with an Atom element", withEntry(element("atom:content", [element("atom:feed")])), false],
  ["an attribute in Atom's own namespace", greenButton(element("atom:feed", [], { "atom:lang": "en" })), false],
  ["an attribute in no namespace", greenButton(element("atom:feed", [], { lang: "en" })), false],
  ["xml:lang on an Atom element", greenButton(element("atom:feed", [], { "xml:lang": " en-GB " })), true],
  ["xml:lang with an underscore", greenButton(element("atom:feed", [], { "xml:lang": "en_GB" })), false],
  ["xml:lang elsewhere", poll({ "xml:lang": "en" }), false],
  ...[
    "2024-02-29T24:00:00Z",
    "2026-01-31T12:00:00+14:00",
    "2026-01-31T12:00:00.5-05:30",
    "12026-01-31T12:00:00",
    "-0001-01-01T00:00:00Z",
  ].map((date) => [`the date-time ${date}`, withFeed(element("atom:updated", [date])), true] as const),
  ...[
    "2026-02-29T12:00:00Z",
    "2026-01-31T24:00:01Z",
    "2026-01-31T12:00:00+14:01",
    "02026-01-31T12:00:00Z",
    "2026-01-31T12:00:00ZZ",
    "0000-01-01T00:00:00Z",
  ].map((date) => [`the date-time ${date}`, withFeed(element("atom:updated", [date])), false] as const),
  ...["a@b.de", "\u00fc@c.d.e", "a+b@c.d"].map(
    (address) => [`the address ${address}`, withAddress(address), true] as const,
  ),
  ...["a", "a@b", "a_b@c.de", "a-b@c.de", " a@b.de", "a@b.de\n", "a@b..de"].map(
    (address) => [`the address ${address}`, withAddress(address), false] as const,
  ),
  ["a schemaLocation", poll({ "xsi:schemaLocation": "urn:a a.xsd" }), true],
  [
    "components that hold what the schema does not know",
    event(element("xcal:components", ["a", element("foo")], { a: "b" })),
    true,
  ],
  ["a number of many digits", usage("1".repeat(400)), true],
  ["a duration of many digits", usage("1", element("xcal:duration", [`P${"1".repeat(400)}D`])), true],
];

function withMethod(children: readonly Element[]): Element {
  return signed(signature([element("ds:DigestMethod", children, { Algorithm: "urn:a" })]));
}

function withObject(...children: readonly Element[]): Element {
  const document = signature();
  document.children.push(element("ds:Object", children));
  return signed(document);
}

function withId(id: string, another = "another"): Element {
  const document = signature();
  document.attributes["Id"] = id;
  document.children.push(element("ds:Object", [], { Id: another }));
  return signed(document);
}

function withFeed(child: Element): Element {
  return greenButton(element("atom:feed", [child]));
}

function withEntry(child: Element): Element {
  return withFeed(element("atom:entry", [child]));
}

function withAddress(address: string): Element {
  return withFeed(element("atom:author", [element("atom:email", [address])]));
}
