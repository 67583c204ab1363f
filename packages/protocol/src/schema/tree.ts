import type { Deviation } from "../errors.ts";
import { parseXml } from "../xml/parse.ts";
import { XmlComment, XmlElement, type XmlNode } from "../xml/element.ts";
import { NAMESPACES } from "../xml/names.ts";
import { escapeAttribute, escapeText } from "../xml/text.ts";
import { checkTree, type Grammar } from "./grammar.ts";
import type { Particle } from "./particle.ts";
import { isRecord, type Json, type Place } from "./place.ts";
import { Reading, TooManyFaults } from "./reading.ts";
import { nothing, Unencodable } from "./schema.ts";

/** An element kept as it is, as plain data. */
export interface XmlTree {
  /** As written, e.g. `atom:feed`. */
  readonly name: string;
  /** Namespace; empty for none. */
  readonly namespace: string;
  /**
   * Namespaces declared here, by prefix; the empty prefix is the default namespace. The prefixes of this library (`atom`,
   * `espi`, `xml` …) need no declaration.
   */
  readonly namespaces?: Readonly<Record<string, string>>;
  readonly attributes?: readonly XmlTreeAttribute[];
  readonly children?: readonly XmlTreeNode[];
}

/** An attribute of an {@link XmlTree}. */
export interface XmlTreeAttribute {
  /** As written, e.g. `xml:lang`. */
  readonly name: string;
  readonly value: string;
}

/** Text, an element, a comment or a processing instruction. */
export type XmlTreeNode =
  | string
  | XmlTree
  | { readonly comment: string }
  | { readonly instruction: { readonly target: string; readonly body: string } };

/**
 * The tree of an XML document, such as a Green Button file. Throws {@link MalformedMessageError} for what is not
 * well-formed, has a DOCTYPE, or is beyond the default limits of {@link Limits}.
 */
export function parseXmlTree(document: string | Uint8Array): XmlTree {
  return treeOf(parseXml(document));
}

/** The element `name`, kept losslessly as a tree and checked against a grammar. */
export function tree(name: string, grammar: Grammar): Particle<XmlTree> {
  return {
    options: [{ element: name, content: { kind: "tree", root: name } }],
    decode(element, reading) {
      checkTree(element, grammar, reading);
      return treeOf(element);
    },
    encode(value) {
      const { text, faults } = writeTree(value, { name, grammar });
      if (text === undefined || faults.length > 0) throw new Unencodable();
      return text;
    },
    toJson(value, place) {
      report(writeTree(value, { name, grammar }).faults, place);
      return value as unknown as Json;
    },
    fromJson(json, place) {
      const value = json as unknown as XmlTree;
      const { faults } = writeTree(value, { name, grammar });
      report(faults, place);
      return faults.length > 0 ? nothing() : value;
    },
  };
}

function report(faults: readonly Deviation[], place: Place): void {
  for (const { path, expected, got } of faults) place.report({ path: `${place.path}: ${path}`, expected, got });
}

type Namespaces = ReadonlyMap<string, string>;

/** The namespaces in force at an element. Chained, not copied: there may be many, at every element. */
interface Scope {
  readonly declared: Namespaces;
  readonly outer?: Scope;
}
const standardScope: Scope = { declared: new Map(Object.entries(NAMESPACES)) };

function namespaceOf(prefix: string, scope: Scope): string | undefined {
  let at: Scope | undefined = scope;
  while (at !== undefined && !at.declared.has(prefix)) at = at.outer;
  return at?.declared.get(prefix);
}

/** The plain data of an element. */
function treeOf(element: XmlElement): XmlTree {
  const inherited = inheritedNamespaces(element);
  return toTree(element, standardScope, inherited);
}

function toTree(element: XmlElement, scope: Scope, inherited: Namespaces): XmlTree {
  const isNews = ([prefix, uri]: readonly [string, string]): boolean => namespaceOf(prefix, scope) !== uri;
  const declared = new Map([...inherited, ...element.namespaces].filter(isNews));
  const inner = { declared, outer: scope };
  const attributes = element.attributes.map(({ writtenName, value }) => ({ name: writtenName, value }));
  const children = element.children.map((child) => toNode(child, inner));
  return {
    name: element.writtenName.written,
    namespace: element.writtenName.uri,
    ...(declared.size > 0 && { namespaces: Object.fromEntries(declared) }),
    ...(attributes.length > 0 && { attributes }),
    ...(children.length > 0 && { children }),
  };
}

function toNode(node: XmlNode, scope: Scope): XmlTreeNode {
  if (typeof node === "string") return node;
  if (node instanceof XmlElement) return toTree(node, scope, new Map());
  if (node instanceof XmlComment) return { comment: node.text };
  return { instruction: { target: node.target, body: node.body } };
}

/** Declarations outside the element that names, or text that may be a qualified name, inside it refer to. */
function inheritedNamespaces(element: XmlElement): Namespaces {
  const found = new Map<string, string>();
  for (const prefix of usesOf(element)) {
    let at = element.parent;
    while (at !== undefined && !at.namespaces.has(prefix)) at = at.parent;
    const uri = at?.namespaces.get(prefix);
    if (uri !== undefined) found.set(prefix, uri);
  }
  return found;
}

function usesOf(element: XmlElement, used = new Set<string>()): ReadonlySet<string> {
  used.add(prefixOf(element.writtenName.written));
  for (const { writtenName, value } of element.attributes) {
    if (writtenName.includes(":")) used.add(prefixOf(writtenName));
    for (const [, prefix = ""] of value.matchAll(qualified)) used.add(prefix);
  }
  for (const child of element.children) {
    if (child instanceof XmlElement) usesOf(child, used);
    else if (typeof child === "string") for (const [, prefix = ""] of child.matchAll(qualified)) used.add(prefix);
  }
  return used;
}

// Looked for where a word begins only, so that long words cost no more than short ones.
const qualified = /(?<![\w.-])([A-Za-z_][\w.-]{0,99}):(?=\w)/g;

function prefixOf(name: string): string {
  return name.includes(":") ? name.slice(0, name.indexOf(":")) : "";
}

interface Wanted {
  readonly name: string;
  readonly grammar: Grammar;
}

/** Writes a tree and reads it back, so that whatever cannot be written or is not allowed is found. */
function writeTree(
  value: XmlTree,
  { name, grammar }: Wanted,
): { readonly text?: string; readonly faults: readonly Deviation[] } {
  const reading = new Reading(false);
  try {
    const text = new TreeWriter(usedStandard(value)).element(value, { declared: new Map() });
    const element = parseXml(text);
    if (element.name !== name) reading.fault(element, `element ${name}`, element.name);
    else checkTree(element, grammar, reading);
    return { text, faults: reading.faults };
  } catch (error) {
    if (error instanceof TooManyFaults) return { faults: reading.faults };
    const got = error instanceof Error ? error.message : String(error);
    return { faults: [{ path: name, expected: "a tree that XML can carry", got }] };
  }
}

function usedStandard(value: unknown, used = new Map<string, string>()): Map<string, string> {
  if (!isRecord(value)) return used;
  const { name, attributes, children } = value as Partial<XmlTree>;
  const names = [name, ...(attributes ?? []).map((attribute) => attribute.name)];
  for (const prefix of names.map((written) => prefixOf(written ?? ""))) {
    const uri = standardScope.declared.get(prefix);
    if (uri !== undefined && prefix !== "xml" && prefix !== "xmlns") used.set(prefix, uri);
  }
  for (const child of children ?? []) usedStandard(child, used);
  return used;
}

class TreeWriter {
  readonly #standard: ReadonlyMap<string, string>;
  #isRoot = true;

  constructor(standard: ReadonlyMap<string, string>) {
    this.#standard = standard;
  }

  element(value: XmlTree, scope: Scope): string {
    const { name, namespace, namespaces = {}, attributes = [], children = [], ...unknown } = value;
    const [extra] = Object.keys(unknown);
    if (extra !== undefined) throw new TypeError(`${name}: expected no property ${extra}`);
    const declared = new Map([...(this.#isRoot ? this.#standard : []), ...Object.entries(namespaces)]);
    this.#isRoot = false;
    const inner = { declared, outer: scope };
    const prefix = prefixOf(requireName(name));
    if ((namespaceOf(prefix, inner) ?? "") !== namespace) {
      throw new TypeError(
        `${name}: expected prefix ${JSON.stringify(prefix)} to stand for ${JSON.stringify(namespace)}`,
      );
    }
    const declarations = [...declared].map(
      ([key, uri]) => ` xmlns${key === "" ? "" : `:${requireName(key)}`}="${escapeAttribute(uri)}"`,
    );
    const written = attributes.map(
      (attribute) => ` ${requireName(attribute.name)}="${escapeAttribute(attribute.value)}"`,
    );
    const content = children.map((child) => this.#node(child, inner));
    return `<${name}${declarations.join("")}${written.join("")}>${content.join("")}</${name}>`;
  }

  #node(node: XmlTreeNode, scope: Scope): string {
    if (typeof node === "string") return escapeText(node);
    if ("name" in node) return this.element(node, scope);
    if ("comment" in node) return `<!--${requireWithout(node.comment, "--")}-->`;
    const { target, body } = node.instruction;
    return body === "" ? `<?${requireName(target)}?>` : `<?${requireName(target)} ${requireWithout(body, "?>")}?>`;
  }
}

// What would end a comment or an instruction before its end must not stand in it.
function requireWithout(text: string, end: string): string {
  if (typeof text !== "string" || text.includes(end))
    throw new TypeError(`expected text without ${end}, got ${JSON.stringify(text)}`);
  return text;
}

// What the parser takes for one name must be one name; it reads back the rest.
function requireName(name: string): string {
  if (typeof name !== "string" || !/^[^\s<>&"'/=!?]+$/.test(name))
    throw new TypeError(`expected a name, got ${JSON.stringify(name)}`);
  return name;
}
