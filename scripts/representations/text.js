// XML and JSON as the page shows them: indented, and on one line what is short enough to be read on one.

/** @typedef {{ tag: string, name: string, children: readonly Node[] }} Element A `tag` is what stands between `<` and `>`. */
/** @typedef {Element | string} Node */

const width = 100;

/**
 * The first element of that name, indented.
 *
 * @param {string} document
 * @param {string} name
 */
export function prettyXml(document, name) {
  const found = find(parse(document), name);
  if (found === undefined) throw new Error(`expected an element ${name} in ${document.slice(0, 200)}`);
  return print(found, "");
}

/** @param {unknown} value */
export function prettyJson(value, indent = "") {
  const flat = flatJson(value);
  if (typeof value !== "object" || value === null || indent.length + flat.length <= width) return flat;
  const inner = `${indent}  `;
  /** @type {string[]} */
  const items = Array.isArray(value)
    ? value.map((item) => inner + prettyJson(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${prettyJson(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function flatJson(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatJson).join(", ")}]`;
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${flatJson(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/**
 * Enough of a parser for documents that this library has already taken: no comments, no CDATA.
 *
 * @param {string} document
 * @returns {Element}
 */
function parse(document) {
  /** @type {{ tag: string, name: string, children: Node[] }[]} */
  const open = [{ tag: "", name: "", children: [] }];
  for (const [, tag, text] of document.replace(/^<\?.*?\?>/, "").matchAll(/<([^>]+)>|([^<]+)/g)) {
    const parent = open.at(-1);
    if (tag === undefined) {
      if (text?.trim()) parent?.children.push(text);
    } else if (tag.startsWith("/")) open.pop();
    else {
      const [name = ""] = tag.split(/[\s/]/);
      const element = { tag: withoutNamespaces(tag).replace(/\/$/, ""), name, children: [] };
      parent?.children.push(element);
      if (!tag.endsWith("/")) open.push(element);
    }
  }
  const [document_ = { tag: "", name: "", children: [] }] = open;
  return document_;
}

/** @param {string} tag */
function withoutNamespaces(tag) {
  return tag.replace(/\s+xmlns:\w+="[^"]*"/g, "");
}

/**
 * @param {Element} element
 * @param {string} name
 * @returns {Element | undefined}
 */
function find(element, name) {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = typeof child === "string" ? undefined : find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @param {Node} node
 * @param {string} indent
 * @returns {string}
 */
function print(node, indent) {
  if (typeof node === "string") return indent + node;
  const flat = indent + flatten(node);
  if (isChain(node) && flat.length <= width) return flat;
  if (node.children.every((child) => typeof child === "string")) return flat;
  const children = node.children.map((child) => print(child, `${indent}  `));
  return `${indent}<${node.tag}>\n${children.join("\n")}\n${indent}</${node.name}>`;
}

/**
 * @param {Node} node
 * @returns {string}
 */
function flatten(node) {
  if (typeof node === "string") return node;
  if (node.children.length === 0) return `<${node.tag}/>`;
  return `<${node.tag}>${node.children.map(flatten).join("")}</${node.name}>`;
}

/**
 * Whether there is but one thing inside, all the way down.
 *
 * @param {Node} node
 * @returns {boolean}
 */
function isChain(node) {
  return typeof node === "string" || (node.children.length <= 1 && node.children.every(isChain));
}
