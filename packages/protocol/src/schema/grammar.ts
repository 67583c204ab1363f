import { XmlElement } from "../xml/element.ts";
import { show } from "./place.ts";
import type { AttributeRule, AttributeRules, Reading } from "./reading.ts";

/**
 * Which children an element may have: a pattern over their names, each followed by a space, in which `*` stands for any
 * element of another namespace. Patterns follow the schema's own content models, which never leave two ways open, so
 * that matching is linear.
 */
export type ContentModel = RegExp;

/** What one element of a tree that is kept as it is may hold. */
export interface ElementRule {
  /** Children; left out where there is text only. */
  readonly children?: ContentModel;
  /** Text between children, or the only content. */
  readonly text?: "none" | "any" | AttributeRule;
  readonly attributes?: AttributeRules;
  /** Attributes it must have. */
  readonly required?: readonly string[];
  /** Attributes of other namespaces are welcome. */
  readonly open?: boolean;
}

/** Elements by canonical name. Those it does not name are taken as they are. */
export type Grammar = Readonly<Record<string, ElementRule>>;

/** Checks a tree that is kept as it is; faults go to `reading`. */
export function checkTree(element: XmlElement, grammar: Grammar, reading: Reading): void {
  const rule = grammar[element.name];
  if (rule === undefined) return;
  checkAttributes(element, rule, reading);
  const texts = element.children.filter((child) => typeof child === "string").join("");
  const children = element.children.filter((child) => child instanceof XmlElement);
  checkText(element, texts, { rule, reading });
  checkChildren(element, children, { rule, reading });
  for (const child of children) checkTree(child, grammar, reading);
}

interface Check {
  readonly rule: ElementRule;
  readonly reading: Reading;
}

function checkText(element: XmlElement, text: string, { rule, reading }: Check): void {
  const { text: wanted = "none" } = rule;
  if (wanted === "none") reading.expectBlank(text, element);
  else if (wanted !== "any" && wanted.parse(text) === undefined) reading.fault(element, wanted.expected, show(text));
}

function checkChildren(element: XmlElement, children: readonly XmlElement[], { rule, reading }: Check): void {
  const own = element.writtenName.uri;
  const names = children.map((child) => (child.writtenName.uri === own ? `${child.name} ` : "* ")).join("");
  const model = rule.children ?? /^$/;
  if (!model.test(names))
    reading.fault(element, `children as ${model.source}`, names === "" ? "none" : names.trimEnd());
}

function checkAttributes(element: XmlElement, rule: ElementRule, reading: Reading): void {
  const { attributes: rules = {}, required = [], open = false } = rule;
  if (element.hasAttributes && !open) reading.checkAttributes(element, rules);
  const found = element.hasAttributes ? element.attributes : [];
  for (const name of required) {
    if (!found.some((attribute) => attribute.name === name)) reading.fault(element, `attribute ${name}`, "none");
  }
  for (const { name, uri, value } of found) {
    const attributeRule = rules[name];
    if (open && attributeRule === undefined && uri === "") reading.fault(element, `no attribute ${name}`, show(value));
    if (open && attributeRule !== undefined && attributeRule.parse(value) === undefined) {
      reading.fault(element, attributeRule.expected, show(value));
    }
    if (attributeRule === uniqueId && !reading.isFreshId(value.trim())) {
      reading.fault(element, "an ID no other element has", show(value));
    }
  }
}

/** `xs:ID`: a name that no other ID of the document has. */
export const uniqueId: AttributeRule = {
  expected: "an ID",
  parse: (text) => (idPattern.test(text.trim()) ? text : undefined),
};
const idPattern = /^[\p{L}_][\p{L}\p{N}\p{M}_.\-·]*$/u;

/** Any text. */
export const anyText: AttributeRule = { expected: "text", parse: (text) => text };

/** `xs:base64Binary`. */
export const base64: AttributeRule = {
  expected: "base64",
  parse(text) {
    const digits = text.replace(/[ \t\r\n]+/g, "");
    return digits.length % 4 === 0 && /^[A-Za-z0-9+/]*(?:[AEIMQUYcgkosw048]=|[AQgw]==)?$/.test(digits)
      ? digits
      : undefined;
  },
};

/** `xs:integer`. */
export const integer: AttributeRule = {
  expected: "a whole number",
  parse: (text) => (/^[ \t\r\n]*[+-]?[0-9]+[ \t\r\n]*$/.test(text) ? text : undefined),
};
