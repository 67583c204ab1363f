import { XmlElement, XmlInstruction, type XmlAttribute, type XmlComment } from "./element.ts";
import { NAMESPACES } from "./names.ts";
import { escapeAttribute, escapeText } from "./text.ts";

/** How an element is brought into its canonical form. */
export interface CanonicalOptions {
  /** Keep comments. @default false */
  readonly comments?: boolean | undefined;
}

/**
 * An element with all that is in it, in the canonical form that signatures digest: inclusive, as a part of its document,
 * so that it carries the namespaces and `xml:` attributes in force around it.
 *
 * @see Canonical XML 1.0, §2.3 and §2.4
 */
export function canonicalize(element: XmlElement, { comments = false }: CanonicalOptions = {}): string {
  return new CanonicalWriter(comments).apex(element);
}

type Namespaces = ReadonlyMap<string, string>;

/** A namespace that is declared, and what its prefix stood for before. */
interface Declaration {
  readonly prefix: string;
  readonly uri: string;
  readonly before: string | undefined;
}

class CanonicalWriter {
  readonly #comments: boolean;
  /** What the prefixes stand for where the writer is. One map that is put back, since copies would cost depth × width. */
  readonly #scope = new Map<string, string>([
    ["", ""],
    ["xml", NAMESPACES.xml],
  ]);

  constructor(comments: boolean) {
    this.#comments = comments;
  }

  apex(element: XmlElement): string {
    const namespaces = new Map(element.namespaces);
    const attributes = [...element.attributes];
    for (let at = element.parent; at !== undefined; at = at.parent) {
      if (!at.hasAttributes) continue;
      for (const [prefix, uri] of at.namespaces) if (!namespaces.has(prefix)) namespaces.set(prefix, uri);
      for (const attribute of at.attributes) if (isInherited(attribute, attributes)) attributes.push(attribute);
    }
    return this.#write(element, namespaces, attributes);
  }

  #element(element: XmlElement): string {
    if (element.hasAttributes) return this.#write(element, element.namespaces, element.attributes);
    const name = element.writtenName.written;
    return `<${name}>${this.#content(element)}</${name}>`;
  }

  #write(element: XmlElement, namespaces: Namespaces, attributes: readonly XmlAttribute[]): string {
    const name = element.writtenName.written;
    if (namespaces.size === 0) return `<${name}${attributesOf(attributes)}>${this.#content(element)}</${name}>`;
    const news: Declaration[] = [];
    for (const [prefix, uri] of namespaces) {
      const before = this.#scope.get(prefix);
      if (before === uri) continue;
      news.push({ prefix, uri, before });
      this.#scope.set(prefix, uri);
    }
    const text = `<${name}${declarationsOf(news)}${attributesOf(attributes)}>${this.#content(element)}</${name}>`;
    for (const { prefix, before } of news) {
      if (before === undefined) this.#scope.delete(prefix);
      else this.#scope.set(prefix, before);
    }
    return text;
  }

  #content({ children }: XmlElement): string {
    let text = "";
    for (const child of children) {
      if (typeof child === "string") text += escapeText(child);
      else if (child instanceof XmlElement) text += this.#element(child);
      else if (child instanceof XmlInstruction) text += instructionOf(child);
      else if (this.#comments) text += commentOf(child);
    }
    return text;
  }
}

function isInherited({ uri, name }: XmlAttribute, nearer: readonly XmlAttribute[]): boolean {
  return uri === NAMESPACES.xml && !nearer.some((attribute) => attribute.name === name);
}

function declarationsOf(namespaces: Declaration[]): string {
  if (namespaces.length > 1) namespaces.sort((a, b) => compareCodePoints(a.prefix, b.prefix));
  let text = "";
  for (const { prefix, uri } of namespaces)
    text += prefix === "" ? ` xmlns="${escapeAttribute(uri)}"` : ` xmlns:${prefix}="${escapeAttribute(uri)}"`;
  return text;
}

function attributesOf(attributes: readonly XmlAttribute[]): string {
  const sorted = attributes.length > 1 ? attributes.toSorted(compareAttributes) : attributes;
  let text = "";
  for (const { writtenName, value } of sorted) text += ` ${writtenName}="${escapeAttribute(value)}"`;
  return text;
}

function compareAttributes(a: XmlAttribute, b: XmlAttribute): number {
  return compareCodePoints(a.uri, b.uri) || compareCodePoints(localOf(a), localOf(b));
}

function localOf({ writtenName }: XmlAttribute): string {
  return writtenName.slice(writtenName.indexOf(":") + 1);
}

function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (one !== other) return orderOf(one) - orderOf(other);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for the characters after all others. */
function orderOf(code: number): number {
  return code >= 0xd800 && code < 0xe000 ? code + 0x10000 : code;
}

function instructionOf({ target, body }: XmlInstruction): string {
  return `<?${target}${body && ` ${body}`}?>`;
}

function commentOf({ text }: XmlComment): string {
  return `<!--${text}-->`;
}
