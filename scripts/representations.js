// The page docs/representations.md: how each message looks in XML, in JSON and in TypeScript.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decode, encode, isMessageName, messages, operations, RESPONSE_CODES, toJson } from "@openleadr/protocol";
import { root } from "./prepare.js";
import { fragments, messageExamples } from "./representations/examples.js";
import { head } from "./representations/head.js";
import { irregularNames } from "./representations/names.js";
import { prettyJson, prettyXml } from "./representations/text.js";
import { TypeWriter } from "./representations/types.js";

/** @typedef {import("@openleadr/protocol").Message} Message */
/** @typedef {import("@openleadr/protocol").MessageName} MessageName */
/** @typedef {{ title: string, element: string, xml: string, json: unknown }} Shown */

const samples = join(root, "packages/protocol/samples");

/** Which messages stand under which heading, by the file that declares them. */
const services = [
  { title: "Registration", file: "registration.ts" },
  { title: "Events", file: "event.ts" },
  { title: "Reports", file: "report.ts" },
  { title: "Opt", file: "opt.ts" },
  { title: "Poll and response", file: "poll.ts" },
];

/** Tables of words that types of messages do not name, yet their values come from. */
const looseEnumerations = ["SIGNAL_TARGET_MRID", "SCHEMA_VERSION"];

/** The page's text. */
export function representations() {
  const types = new TypeWriter();
  const names = Object.keys(messages).filter(isMessageName);
  const sections = names.map((name) => ({ name, type: types.message(name, messages[name].shape) }));
  const sharedTypes = types.sharedTypes();
  const code = [...sections.map(({ type }) => type), ...sharedTypes.map(([, type]) => type)].map((type) => type.code);
  const named = new Set(code.flatMap(wordsOf));
  const enumerations = [...types.enumerations].filter(
    ([table, { type }]) => looseEnumerations.includes(table) || named.has(type),
  );
  const link = linker([
    ...sections.map(({ name, type }) => /** @type {const} */ ([type.name, name])),
    ...sharedTypes.map(([name]) => /** @type {const} */ ([name, name])),
    ...enumerations.map(([, { type }]) => /** @type {const} */ ([type, type])),
  ]);
  const grouped = services.map(({ title, file }) => ({
    title,
    own: sections.filter(({ type }) => type.file === file),
  }));
  const contents = [
    "- [A message, three times](#a-message-three-times)",
    "- [Rules for all messages](#rules-for-all-messages)",
    "- [Messages](#messages)",
    ...grouped.flatMap(({ title, own }) => [`  - ${title}: ${own.map(({ name }) => linkTo(name)).join(", ")}`]),
    `- [Shared types](#shared-types): ${sharedTypes.map(([name]) => linkTo(name)).join(", ")}`,
    `- [Enumerations](#enumerations): ${enumerations.map(([, { type }]) => linkTo(type)).join(", ")}`,
    "- [Response codes](#response-codes)",
  ];
  requireSections(sharedTypes.map(([name]) => name));
  const page = [
    headOfPage().replace("<!-- contents -->", contents.join("\n")),
    "## Messages",
    overview(sections),
    ...grouped.flatMap(({ own }) => own.map(({ name, type }) => messageSection(name, type, link))),
    "## Shared types",
    ...sharedTypes.map(([name, type]) => typeSection(name, type, { link, types })),
    "## Enumerations",
    ...enumerations.map(([table, enumeration]) => enumerationSection(table, enumeration)),
    "## Response codes",
    responseCodes(),
  ];
  return `${paragraphs(page)}\n`;
}

/**
 * An example of a type that has no section would be lost.
 *
 * @param {readonly string[]} sections
 */
function requireSections(sections) {
  const lost = fragments.find(({ type }) => !sections.includes(type));
  if (lost !== undefined) throw new Error(`"${lost.title}": expected a section on ${lost.type}, got none`);
}

function headOfPage() {
  const document = readSample("oadrPoll.xml");
  const { message, envelope } = decode(document);
  const namespaces = [...document.matchAll(/xmlns:(\w+)="([^"]+)"/g)].map(([, prefix = "", uri = ""]) => {
    return /** @type {const} */ ([prefix, uri]);
  });
  const others = /** @type {const} */ ([
    ["gml", "http://www.opengis.net/gml/3.2"],
    ["atom", "http://www.w3.org/2005/Atom"],
    ["espi", "http://naesb.org/espi"],
  ]);
  return head({
    document: document.trim().replaceAll(/ (xmlns:)/g, "\n    $1"),
    envelope: prettyJson(envelope)
      .replaceAll(/\n\s*/g, " ")
      .replaceAll(/"(\w+)": /g, "$1: "),
    json: prettyJson(toJson(message)),
    namespaces: [...namespaces, ...others],
    names: irregularNames(Object.values(messages).map(({ shape }) => shape)),
  });
}

/** @param {readonly { name: MessageName, type: { doc: { text: string } } }[]} sections */
function overview(sections) {
  const rows = sections.map(({ name, type }) => {
    const senders = [...requestsOf(name), ...answersOf(name)].flatMap((use) => use.senders);
    return `| ${linkTo(name)} | ${type.doc.text} | ${directionFrom(senders)} |`;
  });
  return ["| message | meaning | sent |", "|---|---|---|", ...rows].join("\n");
}

/**
 * @param {MessageName} name
 * @param {{ doc: import("./representations/source.js").Doc, code: string }} type
 * @param {(code: string) => string} link
 */
function messageSection(name, { doc, code }, link) {
  const shown = [...samplesOf(name), ...examplesOf(name)];
  const facts = [...requestsOf(name), ...answersOf(name)].map(({ text }) => `- ${text}`);
  return paragraphs([
    `### ${name}`,
    doc.text,
    [...facts, `- Standard: ${doc.see.replace(/^OpenADR 2\.0b, /, "")}.`].join("\n"),
    fenced("ts", code),
    link(code),
    ...shown.map((example, index) => (shown.length === 1 ? pair(example) : folded(example, index === 0))),
  ]);
}

/** @typedef {"ven" | "vtn"} Party */
/** @typedef {{ senders: readonly Party[], text: string }} Use */

/**
 * As which requests a message is sent.
 *
 * @param {MessageName} name
 * @returns {Use[]}
 */
function requestsOf(name) {
  const [, operation] = Object.entries(operations).find(([request]) => request === name) ?? [];
  if (operation === undefined) return [];
  const place = "anyService" in operation ? "any service" : `\`${operation.service}\``;
  const answers = operation.answers.map((answer) => (answer === "empty" ? "an empty HTTP 200" : linkTo(answer)));
  const direction = directionFrom(operation.sentBy);
  return [
    { senders: operation.sentBy, text: `Request: ${direction}, at ${place}; answered by ${answers.join(" or ")}.` },
  ];
}

/**
 * As the answer to which requests a message is sent.
 *
 * @param {MessageName} name
 * @returns {Use[]}
 */
function answersOf(name) {
  const answered = Object.entries(operations).filter(([, { answers }]) => answers.some((answer) => answer === name));
  const [byVtn, byVen] = /** @type {const} */ (["vtn", "ven"]).map((party) => ({
    senders: [party],
    requests: answered
      .filter(([, { sentBy }]) => sentBy.some((sender) => sender !== party))
      .map(([request]) => linkTo(request))
      .join(", "),
  }));
  if (byVtn === undefined || byVen === undefined) return [];
  const uses =
    byVtn.requests === byVen.requests ? [{ ...byVtn, senders: [...byVtn.senders, ...byVen.senders] }] : [byVtn, byVen];
  return uses
    .filter(({ requests }) => requests !== "")
    .map(({ senders, requests }) => ({ senders, text: `Answer: ${directionFrom(senders)}, to ${requests}.` }));
}

/** @param {readonly Party[]} senders */
function directionFrom(senders) {
  if (new Set(senders).size === 2) return "both ways";
  return senders.includes("ven") ? "VEN → VTN" : "VTN → VEN";
}

/**
 * @param {MessageName} name
 * @returns {Shown[]}
 */
function samplesOf(name) {
  const files = readdirSync(samples).filter((file) => file.replace(/(?:-.*)?\.xml$/, "") === name);
  const plainFirst = files.toSorted(
    (a, b) => Number(b === `${name}.xml`) - Number(a === `${name}.xml`) || (a < b ? -1 : 1),
  );
  return plainFirst.map((file) => {
    const xml = readSample(file);
    const title = `Sample [${file}](../packages/protocol/samples/${file})`;
    return { title, element: `oadr:${name}`, xml, json: toJson(decode(xml).message).payload };
  });
}

/**
 * @param {MessageName} name
 * @returns {Shown[]}
 */
function examplesOf(name) {
  return messageExamples
    .filter(({ message }) => message.name === name)
    .map(({ title, message }) => ({
      title,
      element: `oadr:${name}`,
      xml: checkedXml(message),
      json: toJson(message).payload,
    }));
}

/**
 * @param {string} name
 * @param {{ doc: { text: string }, code: string }} type
 * @param {{ link: (code: string) => string, types: TypeWriter }} context
 */
function typeSection(name, { doc, code }, { link, types }) {
  const examples = fragments
    .filter(({ type }) => type === name)
    .map(({ title, message, element, path }) => ({
      title,
      element,
      xml: checkedXml(message),
      json: path.reduce((json, key) => /** @type {any} */ (json)[key], toJson(message).payload),
    }));
  return paragraphs([
    `### ${name}`,
    doc.text,
    ...(name === "Measurement" ? [measurements(types)] : [fenced("ts", code), link(code)]),
    ...examples.map(pair),
  ]);
}

/** @param {TypeWriter} types */
function measurements(types) {
  const members = types.union("Measurement");
  const rows = members.map(({ tag, element, properties }) => {
    const cells = ["description", "unit"].map((key) => properties.find((property) => property.key === key)?.type ?? "");
    const others = properties.filter(({ key }) => !["description", "unit"].includes(key));
    const rest = others.map(({ key, type }) => (key === "scale" ? "`scale`" : `\`${key}: ${type}\``)).join(", ");
    return `| \`${tag}\` | \`${element}\` | ${cells.map(cell).join(" | ")} | ${rest} |`;
  });
  return [
    "| `name` | element | `description` | `unit` | besides |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    `\`scale\` is a ${linkTo("SiScaleCode")}. Where the standard leaves but one text, as for most, the compiler knows it; the`,
    "functions `powerReal()`, `energyReal()`, `currencyPerKWh()` and so on give a whole measurement, and `MEASUREMENTS` has",
    `them by OpenLEADR's names. See also ${["PowerAttributes", "XmlTree"].map(linkTo).join(" and ")}.`,
  ].join("\n");
}

/** @param {string} type */
function cell(type) {
  if (/^[A-Z]\w*$/.test(type)) return linkTo(type);
  if (type === "") return "";
  return type === "string"
    ? "any text"
    : type
        .split(" | ")
        .map((word) => `\`${word.replaceAll('"', "")}\``)
        .join(" or ");
}

/**
 * @param {string} table
 * @param {import("./representations/source.js").Enumeration} enumeration
 */
function enumerationSection(table, { type, doc, words }) {
  const intro = `${doc.text} In programs: the table \`${table}\`.`;
  const isExplained = words.some((word) => word.doc !== "");
  const list = isExplained
    ? words.map((word) => `- \`${word.value}\`${word.doc === "" ? "" : `: ${word.doc}`}`).join("\n")
    : words.map((word) => `\`${word.value}\``).join(", ");
  return [`### ${type}`, intro, list].join("\n\n");
}

function responseCodes() {
  const rows = Object.entries(RESPONSE_CODES).map(
    ([code, { name, meaning }]) => `| ${code} | \`${name}\` | ${meaning} |`,
  );
  return [
    "What `responseCode` says, in a message that arrived and was understood; HTTP statuses are something else.",
    "",
    "| code | name | meaning |",
    "|---|---|---|",
    ...rows,
  ].join("\n");
}

/**
 * A document that reads as what was written.
 *
 * @param {Message} message
 */
function checkedXml(message) {
  const xml = encode(message);
  decode(xml);
  return xml;
}

/** @param {Shown} shown */
function pair({ title, element, xml, json }) {
  return [`${title}:`, fenced("xml", prettyXml(xml, element)), fenced("json", prettyJson(json))].join("\n\n");
}

/**
 * @param {Shown} shown
 * @param {boolean} isOpen
 */
function folded({ title, element, xml, json }, isOpen) {
  const summary = title.replace(/\[([^\]]+)\]\(([^)]+)\)/, '<a href="$2">$1</a>');
  return [
    `<details${isOpen ? " open" : ""}><summary>${summary}</summary>`,
    fenced("xml", prettyXml(xml, element)),
    fenced("json", prettyJson(json)),
    "</details>",
  ].join("\n\n");
}

/** @param {readonly string[]} parts Empty ones are left out. */
function paragraphs(parts) {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join("\n\n");
}

/**
 * @param {string} language
 * @param {string} text
 */
function fenced(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/**
 * Says where the types are explained that a piece of code names.
 *
 * @param {readonly (readonly [string, string])[]} headings
 * @returns {(code: string) => string}
 */
function linker(headings) {
  return (code) => {
    const [, ...words] = wordsOf(code);
    const named = headings.filter(([type]) => words.includes(type));
    if (named.length === 0) return "";
    return `Types: ${named.map(([type, heading]) => `[${type}](#${heading.toLowerCase()})`).join(", ")}.`;
  };
}

/**
 * The words of a piece of code that may be names of types, without comments and texts.
 *
 * @param {string} code
 */
function wordsOf(code) {
  return [...code.replaceAll(/\/\/.*|"[^"]*"/g, "").matchAll(/\b[A-Z]\w*\b/g)].map(([word]) => word);
}

/** @param {string} heading */
function linkTo(heading) {
  return `[${heading}](#${heading.toLowerCase()})`;
}

/** @param {string} file */
function readSample(file) {
  return readFileSync(join(samples, file), "utf8");
}
