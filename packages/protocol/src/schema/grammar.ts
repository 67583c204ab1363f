import { elementsOf, XmlElement, type XmlAttribute } from "../xml/element.ts";
import { NAMESPACES } from "../xml/names.ts";
import { collapse, withoutSpace } from "../xml/text.ts";
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
export type Grammar = ReadonlyMap<string, ElementRule>;

/** Checks a tree that is kept as it is; faults go to `reading`. */
export function checkTree(element: XmlElement, grammar: Grammar, reading: Reading): void {
  const rule = grammar.get(element.name);
  if (rule !== undefined) new TreeCheck(grammar, reading).check(element, rule);
}

/** Any elements, of whatever namespace. */
export const anyChildren: ContentModel = /^(?:\S+ )*$/;

class TreeCheck {
  readonly #grammar: Grammar;
  readonly #reading: Reading;

  constructor(grammar: Grammar, reading: Reading) {
    this.#grammar = grammar;
    this.#reading = reading;
  }

  check(element: XmlElement, rule: ElementRule): void {
    if (element.hasAttributes || rule.required !== undefined) this.#checkAttributes(element, rule);
    let text = "";
    let names = "";
    for (const child of element.children) {
      if (typeof child === "string") text += child;
      else if (child instanceof XmlElement) names += `${nameInModel(child, element, rule)} `;
    }
    this.#checkText(element, text, rule);
    this.#checkChildren(element, names, rule);
    if (names !== "") this.#checkEach(element, rule);
  }

  #checkText(element: XmlElement, text: string, { text: wanted = "none", children }: ElementRule): void {
    const reading = this.#reading;
    // An element that may hold nothing at all may not hold white space either.
    if (wanted === "none" && children === undefined && text !== "")
      reading.fault(element, "nothing, not even white space", show(text));
    else if (wanted === "none") reading.expectBlank(text, element);
    else if (wanted !== "any" && wanted.parse(text) === undefined) reading.fault(element, wanted.expected, show(text));
  }

  #checkChildren(element: XmlElement, names: string, { children: model }: ElementRule): void {
    if (model === undefined ? names === "" : model.test(names)) return;
    const expected = model === undefined ? "no elements" : `the elements ${inWords(model)}`;
    this.#reading.fault(element, expected, namesOf(elementsOf(element)));
  }

  #checkEach({ children }: XmlElement, rule: ElementRule): void {
    for (const child of children) {
      if (!(child instanceof XmlElement)) continue;
      const inner = this.#grammar.get(child.name);
      const isDeclared = inner?.local !== true || rule.children !== anyChildren;
      if (inner !== undefined && isDeclared) this.check(child, inner);
    }
  }

  #checkAttributes(element: XmlElement, rule: ElementRule): void {
    const { attributes: rules = noRules, required = [] } = rule;
    const found = element.hasAttributes ? element.attributes : [];
    for (const attribute of found) {
      if (rule.open === true && isWelcome(attribute, element, rules)) continue;
      this.#reading.checkAttribute(element, attribute, rules);
      if (rules[attribute.name] === uniqueId && !this.#reading.isFreshId(collapse(attribute.value)))
        this.#reading.fault(element, "an ID no other element has", show(attribute.value));
    }
    for (const name of required) {
      if (!found.some((attribute) => attribute.name === name))
        this.#reading.fault(element, `attribute ${name}`, "none");
    }
  }
}

const noRules: AttributeRules = {};

/** What stands for a child in a content model. */
function nameInModel(
  { name, writtenName: { uri } }: XmlElement,
  parent: XmlElement,
  { welcome = uri }: ElementRule,
): string {
  if (uri === parent.writtenName.uri) return name;
  return uri !== "" && uri === welcome ? "*" : "?";
}

/** Whether an attribute is of another namespace, so that no rule is about it. */
function isWelcome({ name, uri }: XmlAttribute, element: XmlElement, rules: AttributeRules): boolean {
  return !Object.hasOwn(rules, name) && uri !== "" && uri !== element.writtenName.uri && uri !== NAMESPACES.xsi;
}

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

/** `xs:ID`: a name that no other ID of the document has. */
export const uniqueId: AttributeRule = { expected: "an ID", parse: (text) => ncName.parse(text) };

/** Any text. */
export const anyText: AttributeRule = { expected: "text", parse: (text) => text };

/** `xs:base64Binary`. */
export const base64: AttributeRule = {
  expected: "base64",
  parse(text) {
    // What comes out of the decoder as it went in has nothing else in it; most has not, and nothing tells it faster.
    if (Buffer.from(text, "base64").toString("base64") === text) return text;
    const digits = withoutSpace(text);
    if (digits.length % 4 !== 0) return undefined;
    // Certificates are long, and a pattern for all of one would remember every character as one to come back to.
    const end = digits.search(/[^A-Za-z0-9+/]/);
    return end < 0 || /^(?:[AEIMQUYcgkosw048]=|[AQgw]==)$/.test(digits.slice(end - 1)) ? digits : undefined;
  },
};

/** `xs:integer`. */
export const integer: AttributeRule = {
  expected: "a whole number",
  parse: (text) => (/^[ \t\r\n]*[+-]?[0-9]+[ \t\r\n]*$/.test(text) ? text : undefined),
};
