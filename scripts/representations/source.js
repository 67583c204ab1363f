// What the sources of @openleadr/protocol say in words: doc comments of messages, their members and enumerations. The
// compiler drops them from what it builds, so they are read from the text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../prepare.js";

/** @typedef {{ text: string, see: string }} Doc A doc comment: its first paragraph, and what it refers to. */
/** @typedef {{ key: string, doc: string, element: string | undefined }} Member */
/** @typedef {{ name: string | undefined, members: readonly Member[] }} Declaration */
/** @typedef {{ name: string, doc: Doc, file: string }} TypeName */
/** @typedef {{ value: string, doc: string }} Word */
/** @typedef {{ type: string, doc: Doc, words: readonly Word[] }} Enumeration */

const sources = join(root, "packages/protocol/src");
const commentPattern = String.raw`\/\*\*((?:(?!\*\/)[^])*)\*\/`;

/** Everything declared in the sources of the messages. */
export function readMessageSources() {
  const files = readdirSync(join(sources, "messages")).toSorted();
  const texts = files.map((file) => ({ file, text: read(`messages/${file}`) }));
  return {
    declarations: texts.flatMap(({ text }) => declarationsOf(text, "sequence")),
    lists: texts.flatMap(({ text }) => declarationsOf(text, "listOfEach")),
    /** Name and meaning of each type, by the declaration it is inferred from. */
    typeNames: new Map(texts.flatMap(typeNamesOf)),
  };
}

/**
 * The text of an exported type that is written out rather than inferred, and its meaning.
 *
 * @param {string} path
 * @param {string} name
 */
export function readType(path, name) {
  const text = read(path);
  const match = new RegExp(String.raw`${commentPattern}\nexport ((?:interface|type) ${name}\b[^{=]*(\{|=))`).exec(text);
  if (match === null) throw new Error(`${path}: expected a type ${name} with a doc comment`);
  const [whole, comment = "", head = "", opening] = match;
  const start = match.index + whole.length;
  const end = endOf(text, start, opening === "{" ? "}" : ";") + 1;
  return { doc: docOf(comment), code: plain(head + text.slice(start, end)) };
}

/**
 * Without what a reader can do without, and with comments at the ends of the lines where there is room.
 *
 * @param {string} code
 */
function plain(code) {
  const mutable = code.replaceAll("readonly ", "").replace(/Readonly<(Record<[^<>]*>)>/g, "$1");
  const commented = new RegExp(String.raw`( +)${commentPattern}\n +([^\n]*;)`, "g");
  return mutable.replace(commented, (_, /** @type {string[]} */ ...[indent = "", comment = "", line]) => {
    const { text } = docOf(comment);
    return text.length <= 90 ? `${indent}${line} // ${text}` : `${indent}// ${text}\n${indent}${line}`;
  });
}

/** The tables of enumerations, by the name of the table. */
export function readEnumerations() {
  const text = read("enumerations.ts") + read("currencies.ts");
  const pattern = new RegExp(String.raw`${commentPattern}\n(?:\/\/.*\n)?export const (\w+) = \{`, "g");
  const found = [...text.matchAll(pattern)].map((match) => {
    const [whole, comment = "", name = ""] = match;
    const start = match.index + whole.length;
    const members = membersOf(text.slice(start, endOf(text, start, "}")));
    const words = members.map(({ doc, expression }) => ({ doc, value: expression.replaceAll('"', "") }));
    const [, type = name] = new RegExp(String.raw`type (\w+) = \(typeof ${name}\)`).exec(text) ?? [];
    return /** @type {const} */ ([name, { type, doc: docOf(comment), words }]);
  });
  return new Map(found);
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(sources, path), "utf8");
}

/**
 * @param {{ file: string, text: string }} source
 * @returns {(readonly [string, TypeName])[]}
 */
function typeNamesOf({ file, text }) {
  const pattern = new RegExp(String.raw`${commentPattern}\nexport interface (\w+) extends Infer<typeof (\w+)>`, "g");
  return [...text.matchAll(pattern)].map(([, comment = "", name = "", declaration = ""]) => [
    declaration,
    { name, doc: docOf(comment), file },
  ]);
}

/**
 * Every call of `sequence({...})` or `listOfEach({...})`, with the constant it is assigned to where there is one.
 *
 * @param {string} text
 * @param {"sequence" | "listOfEach"} callee
 * @returns {Declaration[]}
 */
function declarationsOf(text, callee) {
  const pattern = new RegExp(String.raw`(?:const (\w+)(?:: [^=]+)? = )?\b${callee}\(\s*\{`, "g");
  return [...text.matchAll(pattern)].map((match) => {
    const start = match.index + match[0].length;
    const members = membersOf(text.slice(start, endOf(text, start, "}")));
    return {
      name: match[1],
      members: members.map(({ key, doc, expression }) => ({ key, doc, element: elementOf(expression) })),
    };
  });
}

/**
 * The members of an object literal, given what stands between its braces.
 *
 * @param {string} body
 */
function membersOf(body) {
  const members = [];
  const start = new RegExp(String.raw`\s*(?:${commentPattern}\s*)?([\w$]+)\s*(?::\s*|(?=,|$))`, "y");
  for (let at = 0; body.slice(at).trim() !== "";) {
    start.lastIndex = at;
    const [whole, comment = "", key = ""] = start.exec(body) ?? [];
    if (whole === undefined) throw new Error(`expected a member, got ${body.slice(at, at + 80)}`);
    const end = endOf(body, at + whole.length, ",");
    members.push({ key, doc: docOf(comment).text, expression: body.slice(at + whole.length, end).trim() });
    at = end + 1;
  }
  return members;
}

/**
 * Where `stop` stands outside strings, comments and brackets; the end of the text if nowhere.
 *
 * @param {string} text
 * @param {number} start
 * @param {string} stop
 */
function endOf(text, start, stop) {
  const token = /"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[^]*?\*\/|[([{]|[)\]}]|[,;]/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (depth === 0 && found === stop) return match.index;
    if ("([{".includes(found)) depth++;
    else if (")]}".includes(found)) depth--;
  }
  return text.length;
}

/**
 * `ei:eventID` of `one("ei:eventID", text)` or `["ei:eventID", text]`.
 *
 * @param {string} expression
 */
function elementOf(expression) {
  return /^(?:\w+\(|\[)\s*"([^"]+)"/.exec(expression)?.[1];
}

/**
 * @param {string} comment
 * @returns {Doc}
 */
function docOf(comment) {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trim());
  const [text = ""] = lines
    .join("\n")
    .trim()
    .split(/\n\s*\n|(?:^|\n)@/);
  const [, see = ""] = /@see ([^]*?)(?:\n@|$)/.exec(lines.join("\n")) ?? [];
  return { text: oneLine(text), see: oneLine(see) };
}

/** @param {string} text */
function oneLine(text) {
  return text
    .replace(/\{@link ([^}]+)\}/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}
