import { element, textIn, walk, type Element } from "./document.ts";
import { event, greenButton, poll, signature, signed, usage } from "./documents.ts";
import { messageNames } from "./arbitrary.ts";

/**
 * Something about which libxml2 and this library differ on purpose. Everything else must get the same verdict, so an
 * oddity says exactly what it is about: it takes that, and only that, out of a document, and then both must agree.
 */
export interface Oddity {
  readonly name: string;
  readonly reason: string;
  /** Replaces what is odd by something plain. */
  plain(root: Element): void;
  /** A document that only one of the two takes. */
  readonly example: Element;
  readonly takenBy: "libxml2" | "us";
}

export const oddities: readonly Oddity[] = [
  {
    name: "another element as the root",
    reason: "the schema takes every element it declares on its own; a message is oadrPayload or one of the 23 payloads",
    plain: (root) => {
      if (!roots.has(root.name)) root.name = "oadr:nothing";
    },
    example: element("ei:venID", ["ven"]),
    takenBy: "libxml2",
  },
  {
    name: "xsi:type and xsi:nil",
    reason: "they bypass what is declared, and no OpenADR peer sends them: refused, wherever they stand",
    plain: (root) => forEach(root, (at) => deleteAttributes(at, (name) => name === "xsi:type" || name === "xsi:nil")),
    example: poll({ "xsi:type": "oadr:oadrPollType" }),
    takenBy: "libxml2",
  },
  {
    name: "anyURI",
    reason:
      "libxml2 refuses what is no URI by RFC 3986; peers send market contexts such as `My programme%`, so we take any text",
    plain: (root) => forEach(root, plainUris),
    example: signed(signature([element("ds:DigestMethod", [], { Algorithm: "%" })])),
    takenBy: "us",
  },
  {
    name: "elements that a wildcard lets in",
    reason:
      "what stands in Atom and XML Signature from other namespaces is kept as it is; libxml2 demands or checks a declaration",
    plain: (root) => forEach(root, plainContent),
    example: signed(signature([element("ds:DigestMethod", [element("ei:eiResponse")], { Algorithm: "urn:a" })])),
    takenBy: "us",
  },
  {
    name: "attributes that a wildcard lets in",
    reason: "attributes of other namespaces on Atom elements are kept as they are; libxml2 demands a declaration",
    plain: (root) =>
      forEach(root, (at) => {
        if (isIn(at, "atom")) deleteAttributes(at, (name) => /^(?!atom:|xsi:|xml:base$|xml:lang$).*[:}]/.test(name));
      }),
    example: greenButton(element("atom:feed", [], { "{urn:other}a": "b" })),
    takenBy: "us",
  },
  {
    name: "content of xcal:components",
    reason: "the schema says anything may stand there, and means nothing by it; libxml2 checks what it knows",
    plain: (root) =>
      forEach(root, (at) => {
        if (at.name === "ei:eiActivePeriod")
          for (const child of at.children)
            if (isNamed(child, "xcal:components")) Object.assign(child, { attributes: {}, children: [] });
      }),
    example: event(element("xcal:components", [element("ei:eiResponse")])),
    takenBy: "us",
  },
  {
    name: "stray characters in base64",
    reason: "libxml2 skips what is not base64; XML Schema allows white space there, and nothing else",
    plain: (root) =>
      forEach(root, (at) => binary.has(at.name) && mapText(at, (text) => text.replace(/[^A-Za-z0-9+/= \t\r\n]/g, ""))),
    example: signed(signature([element("ds:DigestMethod", [], { Algorithm: "urn:a" })], "AQ-AB")),
    takenBy: "libxml2",
  },
  {
    name: "white space around xs:dateTime",
    reason:
      "libxml2 refuses it in the built-in type itself, and takes it, as XML Schema does, in types derived from that",
    plain: (root) =>
      forEach(root, (at) => dates.has(at.name) && mapText(at, (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""))),
    example: greenButton(element("atom:feed", [element("atom:updated", [" 2026-01-31T12:00:00Z"])])),
    takenBy: "us",
  },
  {
    name: "an exponent without digits",
    reason: "libxml2 takes `1e` for a float; XML Schema has digits there",
    plain: (root) =>
      forEach(root, (at) => mapText(at, (text) => text.replace(/(?<![^\s])([+-]?[\d.]+)[eE][+-]?(?![^\s])/g, "$1"))),
    example: usage("1e"),
    takenBy: "libxml2",
  },
  {
    name: "white space after INF and NaN",
    reason: "libxml2 refuses it; XML Schema collapses white space before it looks at a float",
    plain: (root) =>
      forEach(root, (at) => mapText(at, (text) => text.replace(/^([ \t\r\n]*(?:-?INF|NaN))[ \t\r\n]+$/, "$1"))),
    example: usage("INF "),
    takenBy: "us",
  },
  {
    name: "digits of other scripts in durations",
    reason: "the schema's `\\d` lets them in; ISO 8601, and every peer, knows 0 to 9",
    plain: (root) =>
      forEach(root, (at) =>
        mapText(at, (text) =>
          /^[+-]?P?[\p{Nd}YMDTHSW]+$/u.test(text) ? text.replace(/(?![0-9])\p{Nd}/gu, "0") : text,
        ),
      ),
    example: usage("1", element("xcal:duration", ["P\u0663D"])),
    takenBy: "libxml2",
  },
];

function forEach(root: Element, change: (at: Element) => unknown): void {
  for (const { at } of walk(root)) change(at);
}

function isIn(at: Element, prefix: string): boolean {
  return at.name.startsWith(`${prefix}:`);
}

function deleteAttributes(at: Element, isOdd: (name: string) => boolean): void {
  for (const name of Object.keys(at.attributes)) if (isOdd(name)) delete at.attributes[name];
}

function mapText(at: Element, change: (text: string) => string): void {
  const isText = at.children.every((child) => typeof child === "string");
  const children = isText ? [textIn(at)] : at.children;
  at.children = children.map((child) => (typeof child === "string" ? change(child) : child));
}

const uriElements = new Set(["emix:marketContext", "atom:id", "atom:icon", "atom:logo", "atom:uri"]);
const uriAttributes: Readonly<Record<string, readonly string[]>> = {
  ds: ["Algorithm", "URI", "Type", "Target", "Encoding"],
  atom: ["src", "scheme", "uri", "href", "xml:base"],
};

function plainUris(at: Element): void {
  if (uriElements.has(at.name)) mapText(at, () => "urn:a");
  for (const name of uriAttributes[at.name.replace(/:.*/, "")] ?? [])
    if (name in at.attributes) at.attributes[name] = "urn:a";
}

/** Elements of `ds` in which elements of any namespace may stand, those of `ds` among them. */
const takesAny = new Set(["ds:CanonicalizationMethod", "ds:Object"]);
/** Elements of `ds` that the schema declares on their own, not only inside another. */
const declared = new Set(
  "Signature SignatureValue SignedInfo CanonicalizationMethod SignatureMethod Reference Transforms Transform DigestMethod DigestValue KeyInfo KeyName MgmtData KeyValue RetrievalMethod X509Data PGPData SPKIData Object Manifest SignatureProperties SignatureProperty DSAKeyValue RSAKeyValue"
    .split(" ")
    .map((name) => `ds:${name}`),
);
const takesXhtml = new Set(["title", "subtitle", "rights", "source", "summary"].map((name) => `atom:${name}`));

/** Puts an element that the schema knows, and that may be empty, in the place of whatever a wildcard lets in. */
function plainContent(at: Element): void {
  if (takesXhtml.has(at.name))
    at.children = at.children.filter(
      (child) => typeof child === "string" || !child.name.startsWith("{http://www.w3.org/1999/xhtml}"),
    );
  else
    at.children = at.children.map((child) =>
      typeof child === "string" || !isLetIn(child, at)
        ? child
        : { name: "espi:UsagePoint", attributes: {}, children: [] },
    );
}

function isLetIn(child: Element, at: Element): boolean {
  if (takesAny.has(at.name)) return !declared.has(child.name);
  const isForeign = (prefix: string): boolean => !isIn(child, prefix) && /[:}]/.test(child.name);
  return (isIn(at, "ds") && isForeign("ds")) || (isIn(at, "atom") && isForeign("atom"));
}

const binary = new Set(
  "SignatureValue DigestValue X509SKI X509Certificate X509CRL PGPKeyID PGPKeyPacket SPKISexp P Q G Y J Seed PgenCounter Modulus Exponent"
    .split(" ")
    .map((name) => `ds:${name}`),
);

const dates = new Set(["atom:updated", "atom:published"]);
const roots = new Set(["oadr:oadrPayload", ...messageNames.map((name) => `oadr:${name}`)]);

function isNamed(child: Element | string, name: string): child is Element {
  return typeof child !== "string" && child.name === name;
}
