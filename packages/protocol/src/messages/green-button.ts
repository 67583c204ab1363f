import { anyText, type ElementRule } from "../schema/grammar.ts";
import type { AttributeRule } from "../schema/reading.ts";
import { nameToken } from "../schema/names.ts";
import { isDateTime } from "../schema/times.ts";
import { tree, type XmlTree } from "../schema/tree.ts";
import type { Particle } from "../schema/particle.ts";
import { collapse } from "../xml/text.ts";

/** Attributes of every Atom element; those of other namespaces are welcome. */
const common = { "xml:base": anyText, "xml:lang": pattern("a language", /^[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*$/) };

const dateTime: AttributeRule = {
  expected: "a date-time",
  parse: (text) => (isDateTime(collapse(text)) ? text : undefined),
};

/** As the schema has it: no hyphen, no underscore, and not a space before or after. */
const emailAddress: AttributeRule = {
  expected: "an e-mail address",
  parse: (text) =>
    /^[^\p{P}\p{Z}\p{C}]+@(?:[^\p{P}\p{Z}\p{C}]+\.)+[^\p{P}\p{Z}\p{C}]+$/u.test(text) ? text : undefined,
};

const xhtml = "http://www.w3.org/1999/xhtml";

/**
 * The Atom feed that carries Green Button (ESPI) content. Elements of other namespaces inside it are taken as they are.
 *
 * @see OpenADR 2.0b, `oadr:oadrGBPayload`; RFC 4287
 */
const elements: Readonly<Record<string, ElementRule>> = {
  "atom:feed": holding("author|category|contributor|generator|icon|id|link|logo|rights|subtitle|title|updated|entry"),
  "atom:entry": holding("author|category|content|contributor|id|link|published|rights|source|summary|title|updated"),
  "atom:author": holding("name|uri|email"),
  "atom:contributor": holding("name|uri|email"),
  "atom:category": {
    attributes: { ...common, term: anyText, scheme: anyText, label: anyText },
    required: ["term"],
    open: true,
  },
  "atom:content": {
    children: /^(?:\* )*$/,
    text: "any",
    attributes: { ...common, type: anyText, src: anyText },
    open: true,
  },
  "atom:generator": { text: "any", attributes: { ...common, uri: anyText, version: anyText }, open: true },
  "atom:link": {
    text: "any",
    attributes: {
      ...common,
      href: anyText,
      rel: anyText,
      type: anyText,
      title: anyText,
      hreflang: pattern("a name token", nameToken),
      length: pattern("a whole number above 0", /^\+?0*[1-9]\d*$/),
    },
    required: ["href"],
    open: true,
  },
  "atom:icon": plainText(),
  "atom:id": plainText(),
  "atom:logo": plainText(),
  "atom:uri": plainText(),
  "atom:name": { text: "any" },
  "atom:email": { text: emailAddress },
  "atom:published": { ...plainText(), text: dateTime },
  "atom:updated": { ...plainText(), text: dateTime },
  "atom:rights": textConstruct(),
  "atom:source": textConstruct(),
  "atom:subtitle": textConstruct(),
  "atom:summary": textConstruct(),
  "atom:title": textConstruct(),
};

/** Green Button content, kept as it is. */
export const atomFeed: Particle<XmlTree> = tree("atom:feed", new Map(Object.entries(elements)));

function holding(names: string): ElementRule {
  return { children: new RegExp(`^(?:(?:atom:(?:${names})|\\*) )*$`), attributes: common, open: true };
}

function plainText(): ElementRule {
  return { text: "any", attributes: common, open: true };
}

function textConstruct(): ElementRule {
  const type = pattern("text | html | xhtml", /^(?:text|html|xhtml)$/);
  return { text: "any", children: /^(?:\* )?$/, welcome: xhtml, attributes: { ...common, type }, open: true };
}

function pattern(expected: string, shape: RegExp): AttributeRule {
  return { expected, parse: (text) => (shape.test(collapse(text)) ? text : undefined) };
}
