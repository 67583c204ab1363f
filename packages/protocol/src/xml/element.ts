import { canonicalName, NAMESPACES } from "./names.ts";
import { shortened } from "./text.ts";

/** An attribute as it stood in the document. */
export interface XmlAttribute {
  /** Canonical name, e.g. `ei:schemaVersion`, `Id`. */
  readonly name: string;
  /** The name with the prefix that the peer wrote. */
  readonly writtenName: string;
  /** Namespace; empty for an attribute without prefix. */
  readonly uri: string;
  readonly value: string;
}

/** A comment between or inside elements; kept since signatures may cover it. */
export class XmlComment {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A processing instruction; kept since signatures cover it. */
export class XmlInstruction {
  readonly target: string;
  readonly body: string;
  constructor(target: string, body: string) {
    this.target = target;
    this.body = body;
  }
}

/** Whatever may stand inside an element; character data is a plain string. */
export type XmlNode = XmlElement | XmlComment | XmlInstruction | string;

/** An element's name: one object for all elements of a document that bear it. */
export interface XmlName {
  /** `ei:eventID`, whatever prefix the peer wrote. */
  readonly canonical: string;
  /** With the prefix that the peer wrote. */
  readonly written: string;
  readonly uri: string;
}

interface WrittenAttribute {
  readonly name: string;
  readonly uri: string;
  readonly local: string;
  readonly value: string;
}
type WrittenAttributes = Readonly<Record<string, WrittenAttribute>>;

/** A parsed element: what is decoded and what a signature digests are this very tree. */
export class XmlElement {
  /** Canonical name, e.g. `ei:eventID`, whatever prefix the peer wrote. */
  readonly name: string;
  readonly writtenName: XmlName;
  readonly parent: XmlElement | undefined;
  #children: XmlNode[] | undefined;
  readonly #written: WrittenAttributes | undefined;
  #attributes: readonly XmlAttribute[] | undefined;
  #namespaces: Map<string, string> | undefined;

  constructor(name: XmlName, attributes: WrittenAttributes | undefined, parent: XmlElement | undefined) {
    this.name = name.canonical;
    this.writtenName = name;
    this.parent = parent;
    this.#written = attributes;
  }

  /** What stands in it, in document order. */
  get children(): readonly XmlNode[] {
    return this.#children ?? noChildren;
  }

  /** Adds what comes next in it. Most elements hold one node, and a list that is made of it has no room for more. */
  append(node: XmlNode): void {
    if (this.#children === undefined) this.#children = [node];
    else if (typeof node === "string") this.#appendText(this.#children, node);
    else this.#children.push(node);
  }

  // A CDATA section inside text makes several pieces of what is one text.
  #appendText(children: XmlNode[], text: string): void {
    const last = children.length - 1;
    const before = children[last];
    if (typeof before === "string") children[last] = before + text;
    else children.push(text);
  }

  /** Whether there are attributes or namespace declarations at all; most elements have none. */
  get hasAttributes(): boolean {
    return this.#written !== undefined;
  }

  /** The attributes, without namespace declarations. */
  get attributes(): readonly XmlAttribute[] {
    if (this.#attributes === undefined) this.#sort();
    return this.#attributes ?? none;
  }

  /** The namespaces declared on this element, by prefix; the empty prefix is the default namespace. */
  get namespaces(): ReadonlyMap<string, string> {
    if (this.#attributes === undefined) this.#sort();
    return this.#namespaces ?? noNamespaces;
  }

  /** Tells declarations from attributes, once it matters: for most elements it never does. */
  #sort(): void {
    const attributes: XmlAttribute[] = [];
    for (const written in this.#written) {
      const attribute = this.#written[written];
      if (attribute === undefined) continue;
      const { name, uri, local, value } = attribute;
      if (uri !== NAMESPACES.xmlns) attributes.push({ name: canonicalName(uri, local), writtenName: name, uri, value });
      else (this.#namespaces ??= new Map()).set(name.slice("xmlns:".length), value);
    }
    this.#attributes = attributes;
  }
}

const noChildren: readonly XmlNode[] = [];
const none: readonly XmlAttribute[] = [];
const noNamespaces: ReadonlyMap<string, string> = new Map();

/** XML's own white space, which is less than what JavaScript's `\s` and `trim` take. */
export function isBlank(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return false;
  }
  return true;
}

/** The child elements, in document order. */
export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => child instanceof XmlElement);
}

/** The child elements of that name, of all these elements. */
export function childrenNamed(name: string, parents: readonly XmlElement[]): readonly XmlElement[] {
  const found: XmlElement[] = [];
  for (const { children } of parents) {
    for (const child of children) if (child instanceof XmlElement && child.name === name) found.push(child);
  }
  return found;
}

/** The text that stands in an element itself. */
export function textIn({ children }: XmlElement): string {
  let text = "";
  for (const child of children) if (typeof child === "string") text += child;
  return text;
}

/**
 * Where an element stands, e.g. `oadrCreatedEvent/pyld:eiCreatedEvent/ei:venID`. The path begins at the payload where
 * there is one, and numbers siblings of the same name from 0.
 */
export function pathOf(element: XmlElement): string {
  const steps: string[] = [];
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    steps.unshift(stepOf(at));
    if (at.parent?.name === "oadr:oadrSignedObject") break;
  }
  const [first = "", ...rest] = steps;
  return [first.replace(/^oadr:/, ""), ...rest].join("/");
}

function stepOf(element: XmlElement): string {
  let [twins, index] = [0, 0];
  for (const child of element.parent?.children ?? []) {
    if (child === element) index = twins;
    if (child instanceof XmlElement && child.name === element.name) twins++;
  }
  const name = shortened(element.name);
  return twins > 1 ? `${name}[${index}]` : name;
}
