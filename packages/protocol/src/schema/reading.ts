import type { Deviation } from "../errors.ts";
import { isBlank, pathOf, textIn, XmlElement, type XmlAttribute } from "../xml/element.ts";
import { collapse, shortened } from "../xml/text.ts";
import { mostFaults, show } from "./place.ts";

/** Thrown to end a reading that has found as many faults as are reported. */
export class TooManyFaults extends Error {}

/** Reads an attribute's text; undefined for what the schema does not allow. */
export type AttributeRule = { readonly expected: string; parse(text: string): unknown };

/** Attributes an element may have, by canonical name. */
export type AttributeRules = Readonly<Record<string, AttributeRule>>;

/** An attribute, by the element it stands on. */
interface AttributeSpot {
  readonly element: XmlElement;
  readonly attribute: string;
}

/** Where a fault lies. Its path is made only for faults that are reported, since it costs a look at every sibling. */
type Spot = XmlElement | AttributeSpot;

/**
 * One document being decoded: how strictly, and what was found.
 *
 * Strict, the default, takes what the schema takes. Tolerant also takes a closed list of faults that real stacks make,
 * and reports them: wrong sibling order, unknown elements and attributes, `PTS` and white space in durations,
 * `Id` and `schemaVersion` without their prefix, an offset instead of `Z`.
 */
export class Reading {
  readonly tolerant: boolean;
  /** What makes the document unusable; at most 100. */
  readonly faults: Deviation[] = [];
  /** What tolerant reading took all the same; at most 100, though it takes more. */
  readonly deviations: Deviation[] = [];
  /** Date-times without `Z`, which the schema allows and rule 1 does not, by path; at most 100. */
  readonly unzoned: string[] = [];
  /** Whether an `xsi:schemaLocation` was seen, which the schema allows and rule 45 does not. */
  schemaLocation = false;
  readonly #ids = new Set<string>();

  constructor(tolerant: boolean) {
    this.tolerant = tolerant;
  }

  /** A fault that makes the document unusable, strict or tolerant. */
  fault(at: Spot, expected: string, got: string): void {
    this.faults.push({ path: pathTo(at), expected, got: shortened(got) });
    if (this.faults.length >= mostFaults) throw new TooManyFaults();
  }

  /** A fault of the closed list that tolerant reading takes. */
  deviation(at: Spot, expected: string, got: string): void {
    if (!this.tolerant) this.fault(at, expected, got);
    else if (this.deviations.length < mostFaults)
      this.deviations.push({ path: pathTo(at), expected, got: shortened(got) });
  }

  /** Remembers a date-time without `Z`. */
  noteUnzoned(at: XmlElement): void {
    if (this.unzoned.length < mostFaults) this.unzoned.push(pathOf(at));
  }

  /** The text of an element that may hold nothing else; undefined after a fault. */
  textOf(element: XmlElement): string | undefined {
    const { children } = element;
    const [first] = children;
    if (first === undefined) return "";
    if (children.length === 1 && typeof first === "string") return first;
    const child = children.find((node) => node instanceof XmlElement);
    if (child === undefined) return textIn(element);
    this.fault(child, "text only", `element ${child.name}`);
    return undefined;
  }

  /** Records a fault unless the text between elements is white space. */
  expectBlank(text: string, element: XmlElement): void {
    if (!isBlank(text)) this.fault(element, "elements only", `text ${show(collapse(text))}`);
  }

  /** Records a fault for every attribute that `rules` do not allow. */
  checkAttributes(element: XmlElement, rules: AttributeRules = {}): void {
    for (const attribute of element.attributes) this.checkAttribute(element, attribute, rules);
  }

  /** Records a fault for an attribute that `rules` do not allow. */
  checkAttribute(element: XmlElement, { name, value }: XmlAttribute, rules: AttributeRules): void {
    if (name === "xsi:schemaLocation" || name === "xsi:noNamespaceSchemaLocation") {
      this.schemaLocation = true;
      return;
    }
    const declared = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (declared !== undefined && declared.parse(value) !== undefined) return;
    const at = { element, attribute: name };
    const rule = declared ?? this.#unqualified(at, rules);
    // Types and absence told by attributes would bypass the declarations; no OpenADR peer sends them.
    if (rule === undefined && name.startsWith("xsi:")) this.fault(at, "no such attribute", show(value));
    else if (rule === undefined) this.deviation(at, "no such attribute", show(value));
    else if (rule.parse(value) === undefined) this.fault(at, rule.expected, show(value));
  }

  #unqualified(at: AttributeSpot, rules: AttributeRules): AttributeRule | undefined {
    const name = at.attribute;
    const qualified = name === "Id" ? "oadr:Id" : name === "schemaVersion" ? "ei:schemaVersion" : undefined;
    const rule = qualified === undefined ? undefined : rules[qualified];
    if (qualified !== undefined && rule !== undefined) this.deviation(at, `attribute ${qualified}`, name);
    return rule;
  }

  /** Whether an `xs:ID` is the first of its value in the document. */
  isFreshId(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    return true;
  }
}

function pathTo(at: Spot): string {
  return at instanceof XmlElement ? pathOf(at) : `${pathOf(at.element)}/@${shortened(at.attribute)}`;
}
