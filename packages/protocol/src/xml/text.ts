/** Text in which XML can carry every character: no control characters but tab and line ends, no lone surrogates. */
export function isXmlText(text: string): boolean {
  return !unfit.test(text);
}

/** Character data, escaped as the canonical form of XML has it (Canonical XML 1.0, §2.3). */
export function escapeText(text: string): string {
  return special.test(text) ? text.replace(everySpecial, (character) => entities[character] ?? character) : text;
}

/** An attribute's value, escaped as the canonical form of XML has it (Canonical XML 1.0, §2.3). */
export function escapeAttribute(text: string): string {
  return specialInAttribute.test(text)
    ? text.replace(everySpecialInAttribute, (character) => entities[character] ?? character)
    : text;
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const special = /[&<>\r]/;
const specialInAttribute = /[&<"\t\n\r]/;
const everySpecialInAttribute = /[&<"\t\n\r]/g;
const everySpecial = /[&<>\r]/g;
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};

/** White space of XML put together to single spaces and cut at both ends, as `xs:token` asks. */
export function collapse(text: string): string {
  return needsCollapse.test(text) ? text.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "") : text;
}

const needsCollapse = /[\t\r\n]| {2}|^ | $/;

/** Text without the white space of XML, of which base64 may have any amount. */
export function withoutSpace(text: string): string {
  return text.replace(/[ \t\r\n]+/g, "");
}

/** Text cut to what a message about a fault can hold. */
export function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const longest = 200;

/**
 * The same text by itself. What was cut out of a document keeps all of the document in memory, as long as it is kept
 * itself; this does not.
 */
export function detached(text: string): string {
  return Buffer.from(text).toString();
}
