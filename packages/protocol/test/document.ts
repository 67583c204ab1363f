import { XmlElement } from "../src/xml/element.ts";
import { NAMESPACES } from "../src/xml/names.ts";
import { parseXml } from "../src/xml/parse.ts";
import { escapeAttribute, escapeText } from "../src/xml/text.ts";

/** An element that a test may change at will. Names are canonical, e.g. `ei:eventID`. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: (Element | string)[];
}

/** An element with the children given; text is a plain string. */
export function element(
  name: string,
  children: readonly (Element | string)[] = [],
  attributes: Readonly<Record<string, string>> = {},
): Element {
  return { name, attributes: { ...attributes }, children: [...children] };
}

/** The tree of a document, without comments and processing instructions. */
export function readDocument(text: string): Element {
  return toElement(parseXml(text));
}

function toElement(parsed: XmlElement): Element {
  return {
    name: parsed.name,
    attributes: Object.fromEntries(parsed.attributes.map(({ name, value }) => [name, value])),
    children: parsed.children
      .filter((child) => typeof child === "string" || child instanceof XmlElement)
      .map((child) => (typeof child === "string" ? child : toElement(child))),
  };
}

/** Text of a document. `prefixOf` chooses other prefixes than ours; an empty one makes a default namespace. */
export function writeDocument(root: Element, prefixOf: (prefix: string) => string = (prefix) => prefix): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, new Map(), prefixOf)}`;
}

type Scope = ReadonlyMap<string, string>;

function write(at: Element, scope: Scope, prefixOf: (prefix: string) => string): string {
  const inner = new Map(scope);
  const declarations: string[] = [];
  const nameOf = (canonical: string, isAttribute: boolean): string => {
    const [uri, local] = split(canonical);
    if (uri === NAMESPACES.xml) return `xml:${local}`;
    const given = canonical.startsWith("{") ? "other" : canonical.slice(0, -local.length - 1);
    const wanted = uri === "" ? "" : prefixOf(given);
    const prefix = isAttribute && uri !== "" && wanted === "" ? given : wanted;
    if (!(isAttribute && uri === "") && (inner.get(prefix) ?? "") !== uri) {
      inner.set(prefix, uri);
      declarations.push(` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeAttribute(uri)}"`);
    }
    return prefix === "" ? local : `${prefix}:${local}`;
  };
  const name = nameOf(at.name, false);
  const attributes = Object.entries(at.attributes).map(
    ([key, value]) => ` ${nameOf(key, true)}="${escapeAttribute(value)}"`,
  );
  const children = at.children.map((child) =>
    typeof child === "string" ? escapeText(child) : write(child, inner, prefixOf),
  );
  return `<${name}${declarations.join("")}${attributes.join("")}>${children.join("")}</${name}>`;
}

/** Namespace and local name of a canonical name. */
function split(canonical: string): readonly [uri: string, local: string] {
  const foreign = /^\{(.*)\}(.*)$/.exec(canonical);
  if (foreign !== null) return [foreign[1] ?? "", foreign[2] ?? ""];
  const colon = canonical.indexOf(":");
  if (colon === -1) return ["", canonical];
  return [NAMESPACES[canonical.slice(0, colon) as keyof typeof NAMESPACES], canonical.slice(colon + 1)];
}

/** An element and all below it, in document order, each with its parent. */
export function* walk(at: Element, parent?: Element): Generator<{ readonly at: Element; readonly parent?: Element }> {
  yield { at, ...(parent && { parent }) };
  for (const child of at.children) if (typeof child !== "string") yield* walk(child, at);
}

/** The text directly inside an element. */
export function textIn(at: Element): string {
  return at.children.filter((child) => typeof child === "string").join("");
}
