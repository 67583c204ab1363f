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
    const news = [...namespaces].filter(([prefix, uri]) => this.#scope.get(prefix) !== uri);
    const before = news.map(([prefix]) => [prefix, this.#scope.get(prefix)] as const);
    for (const [prefix, uri] of news) this.#scope.set(prefix, uri);
    const text = `<${name}${declarationsOf(news)}${attributesOf(attributes)}>${this.#content(element)}</${name}>`;
    for (const [prefix, uri] of before) {
      if (uri === undefined) this.#scope.delete(prefix);
      else this.#scope.set(prefix, uri);
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

function declarationsOf(namespaces: [prefix: string, uri: string][]): string {
  if (namespaces.length > 1) namespaces.sort(([a], [b]) => compareCodePoints(a, b));
  let text = "";
  for (const [prefix, uri] of namespaces) text += ` xmlns${prefix && `:${prefix}`}="${escapeAttribute(uri)}"`;
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

/** JavaScript compares halves of surrogate pairs, which would put them before the characters from U+E000 on. */
function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  if (!highCharacter.test(a) && !highCharacter.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const highCharacter = /[\ud800-\uffff]/;

function instructionOf({ target, body }: XmlInstruction): string {
  return `<?${target}${body && ` ${body}`}?>`;
}

function commentOf({ text }: XmlComment): string {
  return `<!--${text}-->`;
}
