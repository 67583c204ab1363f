import { XmlElement, type XmlAttribute } from "../xml/element.ts";
import { NAMESPACES } from "../xml/names.ts";
import { collapse } from "../xml/text.ts";
import { ncName } from "./names.ts";
import { show } from "./place.ts";
import type { AttributeRule, AttributeRules, Reading } from "./reading.ts";

/**
 * Which children an element may have: a pattern over their names, each followed by a space, in which `*` stands for any
 * element of another namespace that is welcome. Patterns follow the schema's own content models, which never leave two ways open, so
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
  /** The only other namespace of which children are welcome; left out where any other is. */
  readonly welcome?: string;
  /** Declared inside its parent only: where any element may stand, it means nothing. */
  readonly local?: boolean;
}

/** Elements by canonical name. Those it does not name are taken as they are. */
export type Grammar = Readonly<Record<string, ElementRule>>;

/** Checks a tree that is kept as it is; faults go to `reading`. */
export function checkTree(element: XmlElement, grammar: Grammar, reading: Reading): void {
  const rule = ruleFor(element, grammar);
  if (rule !== undefined) checkElement(element, grammar, { rule, reading });
}

function checkElement(element: XmlElement, grammar: Grammar, { rule, reading }: Check): void {
  if (element.hasAttributes || rule.required !== undefined) checkAttributes(element, rule, reading);
  let text = "";
  const children: XmlElement[] = [];
  for (const child of element.children) {
    if (typeof child === "string") text += child;
    else if (child instanceof XmlElement) children.push(child);
  }
  checkText(element, text, { rule, reading });
  checkChildren(element, children, { rule, reading });
  for (const child of children) {
    const inner = ruleFor(child, grammar);
    const isDeclared = inner?.local !== true || rule.children !== anyChildren;
    if (inner !== undefined && isDeclared) checkElement(child, grammar, { rule: inner, reading });
  }
}

function ruleFor({ name }: XmlElement, grammar: Grammar): ElementRule | undefined {
  return Object.hasOwn(grammar, name) ? grammar[name] : undefined;
}

/** Any elements, of whatever namespace. */
export const anyChildren: ContentModel = /^(?:\S+ )*$/;

interface Check {
  readonly rule: ElementRule;
  readonly reading: Reading;
}

function checkText(element: XmlElement, text: string, { rule, reading }: Check): void {
  const { text: wanted = "none" } = rule;
  // An element that may hold nothing at all may not hold white space either.
  if (wanted === "none" && rule.children === undefined && text !== "")
    reading.fault(element, "nothing, not even white space", show(text));
  else if (wanted === "none") reading.expectBlank(text, element);
  else if (wanted !== "any" && wanted.parse(text) === undefined) reading.fault(element, wanted.expected, show(text));
}

function checkChildren(element: XmlElement, children: readonly XmlElement[], { rule, reading }: Check): void {
  const model = rule.children ?? noChildren;
  if (children.length === 0 && model === noChildren) return;
  const own = element.writtenName.uri;
  let tokens = "";
  for (const { name, writtenName } of children) {
    const { uri } = writtenName;
    const token = uri !== "" && uri === (rule.welcome ?? uri) ? "*" : "?";
    tokens += `${uri === own ? name : token} `;
  }
  if (model.test(tokens)) return;
  reading.fault(element, model === noChildren ? "no elements" : `the elements ${inWords(model)}`, namesOf(children));
}

const noChildren: ContentModel = /^$/;

function inWords({ source }: ContentModel): string {
  return source
    .replace(/^\^|\$$/g, "")
    .replaceAll("(?:", "(")
    .replaceAll("\\*", "others")
    .replaceAll("\\S+", "any")
    .replaceAll("|", " | ")
    .replace(/ \)([?*+]?)/g, ")$1 ")
    .replace(/\((\S+)\)/g, "$1")
    .replace(/\(\((.*)\)\)/, "($1)")
    .replace(/ +/g, " ")
    .trim();
}

function namesOf(children: readonly XmlElement[]): string {
  const names = children.slice(0, 8).map(({ name }) => name);
  return names.length === 0 ? "nothing" : names.join(" ") + (children.length > 8 ? " …" : "");
}

function checkAttributes(element: XmlElement, rule: ElementRule, reading: Reading): void {
  const { attributes: rules = {}, required = [], open = false } = rule;
  const found = element.hasAttributes ? element.attributes : [];
  const isWelcome = ({ name, uri }: XmlAttribute): boolean =>
    open && !Object.hasOwn(rules, name) && uri !== "" && uri !== element.writtenName.uri && uri !== NAMESPACES.xsi;
  for (const attribute of found) {
    if (!isWelcome(attribute)) reading.checkAttribute(element, attribute, rules);
    if (
      Object.hasOwn(rules, attribute.name) &&
      rules[attribute.name] === uniqueId &&
      !reading.isFreshId(collapse(attribute.value))
    ) {
      reading.fault(element, "an ID no other element has", show(attribute.value));
    }
  }
  for (const name of required) {
    if (!found.some((attribute) => attribute.name === name)) reading.fault(element, `attribute ${name}`, "none");
  }
}

/** `xs:ID`: a name that no other ID of the document has. */
export const uniqueId: AttributeRule = { expected: "an ID", parse: (text) => ncName.parse(text) };

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
