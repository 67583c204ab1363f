import type { Random } from "./random.ts";

/**
 * A copy of a document with one to three changes to its text. What is not changed stays as it was to the byte, so that
 * what is signed remains so where the change does not touch it. `others` lend parts.
 */
export function textMutant(text: string, others: readonly string[], random: Random): string {
  const times = random.chance(60) ? 1 : 2 + random.below(2);
  let mutant = text;
  for (let time = 0; time < times; time++) mutant = random.of(mutations)(mutant, others, random);
  return mutant;
}

type Mutation = (text: string, others: readonly string[], random: Random) => string;

const mutations: readonly Mutation[] = [
  alterCharacter,
  alterCharacter,
  function deleteElement(text, _, random) {
    const [start, end] = anyElement(text, random);
    return text.slice(0, start) + text.slice(end);
  },
  function copyElement(text, _, random) {
    return insert(text, anyElementText(text, random), random);
  },
  function moveElement(text, _, random) {
    const [start, end] = anyElement(text, random);
    return insert(text.slice(0, start) + text.slice(end), text.slice(start, end), random);
  },
  function borrowElement(text, others, random) {
    return insert(text, anyElementText(random.of(others), random), random);
  },
  function replaceElement(text, others, random) {
    return replace(
      text,
      anyElement(text, random),
      anyElementText(random.chance(50) ? text : random.of(others), random),
    );
  },
  replaceByNamesake,
  replaceByNamesake,
  replaceByNamesake,
  function wrapElement(text, _, random) {
    const [start, end] = anyElement(text, random);
    const name = random.of(["ds:Object", "ds:KeyInfo", "ds:SignatureProperty", "oadr:oadrSignedObject", "x"]);
    return replace(text, [start, end], `<${name}>${text.slice(start, end)}</${name}>`);
  },
  function wrapAndReplace(text, others, random) {
    const [start, end] = anyElement(text, random);
    const hidden = insert(text, text.slice(start, end), random);
    return replaceByNamesake(hidden, others, random);
  },
  function unwrapElement(text, _, random) {
    const span = anyElement(text, random);
    return replace(text, span, text.slice(...span).replace(/^<[^>]*>|<\/[^>]*>$/g, ""));
  },
  function alterAttribute(text, others, random) {
    const values = [...(random.chance(50) ? text : random.of(others)).matchAll(/="([^"]*)"/g)].map(
      ([, value = ""]) => value,
    );
    return replaceOne(text, /="[^"]*"/g, { by: () => `="${random.of([...values, ...attributeValues])}"`, random });
  },
  function addAttribute(text, _, random) {
    const attribute = random.of([
      ' Id="signedObject"',
      ' oadr:Id="signedObject"',
      ' xml:id="prop"',
      ' Id="prop"',
      ' xmlns="urn:x"',
      ' xmlns:oadr="urn:x"',
      ' xml:lang="en"',
    ]);
    return replaceOne(text, /<[\w:]+/g, { by: (tag) => tag + attribute, random });
  },
  function renameElement(text, _, random) {
    return replaceOne(text, /(?<=<\/?)[\w:]+/g, {
      by: () => random.of([...text.matchAll(/<([\w:]+)/g)])[1] ?? "",
      random,
    });
  },
  function alterText(text, others, random) {
    const texts = [...random.of(others).matchAll(/>([^<]+)</g)].map(([, found = ""]) => found);
    return replaceOne(text, /(?<=>)[^<]+(?=<)/g, { by: () => random.of([...texts, "", " ", "0"]), random });
  },
  function addNoise(text, _, random) {
    return insert(
      text,
      random.of(["<!-- c -->", "<?pi?>", " ", "\n", "<![CDATA[x]]>", "<x/>", "&#13;", "&amp;", "]]>"]),
      random,
    );
  },
];

const attributeValues = [
  "",
  "#",
  "#prop",
  "#signedObject",
  "prop",
  "signedObject",
  "evil",
  "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
];

const characters = ["a", "Z", "0", "9", "+", "/", "=", "<", ">", "&", '"', "'", " ", "#", ":", "\u0000", "é"];

function alterCharacter(text: string, _: readonly string[], random: Random): string {
  const at = random.below(text.length);
  const character = random.of([...characters, text[random.below(text.length)] ?? "", ""]);
  return text.slice(0, at) + character + text.slice(at + random.below(3));
}

/** An element takes the place of another of its name: a digest, a certificate, a whole message. */
function replaceByNamesake(text: string, others: readonly string[], random: Random): string {
  const span = anyElement(text, random);
  const name = /^<[\w:]+/.exec(text.slice(...span))?.[0] ?? "";
  const namesakes = others
    .flatMap((other) => elementsIn(other).map((place) => other.slice(...place)))
    .filter((found) => new RegExp(`^${name}[\\s/>]`).test(found));
  return namesakes.length === 0 ? text : replace(text, span, random.of(namesakes));
}

type Span = readonly [start: number, end: number];

function replace(text: string, [start, end]: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function replaceOne(
  text: string,
  pattern: RegExp,
  { by, random }: { by: (found: string) => string; random: Random },
): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: whole, index } = random.of(found);
  return replace(text, [index, index + whole.length], by(whole));
}

/** At a place between tags. */
function insert(text: string, more: string, random: Random): string {
  const places = [...text.matchAll(/>/g)].map(({ index }) => index + 1);
  const at = places.length === 0 ? 0 : random.of(places);
  return text.slice(0, at) + more + text.slice(at);
}

function anyElementText(text: string, random: Random): string {
  return text.slice(...anyElement(text, random));
}

function anyElement(text: string, random: Random): Span {
  const spans = elementsIn(text);
  return spans.length === 0 ? [0, 0] : random.of(spans);
}

/** Where elements begin and end; of text that is no XML any more, whatever looks like it. */
function elementsIn(text: string): readonly Span[] {
  const spans: Span[] = [];
  const open: number[] = [];
  for (const { 0: tag, index } of text.matchAll(/<[\w/][^<>]*>/g)) {
    const end = index + tag.length;
    if (tag.startsWith("</")) spans.push([open.pop() ?? 0, end]);
    else if (tag.endsWith("/>")) spans.push([index, end]);
    else open.push(index);
  }
  return spans;
}
