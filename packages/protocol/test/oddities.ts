import { walk, type Element } from "./document.ts";

/**
 * Something about which libxml2 and this library differ on purpose. Everything else must get the same verdict, so an
 * oddity says exactly what it is about: it takes that, and only that, out of a document, and then both must agree.
 */
export interface Oddity {
  readonly name: string;
  readonly reason: string;
  /** Replaces what is odd by something plain. */
  plain(root: Element): void;
}

export const oddities: readonly Oddity[] = [
  {
    name: "xsi:type and xsi:nil",
    reason: "they bypass what is declared, and no OpenADR peer sends them: refused, wherever they stand",
    plain: (root) => forEach(root, (at) => deleteAttributes(at, (name) => name === "xsi:type" || name === "xsi:nil")),
  },
  {
    name: "anyURI",
    reason: "XML Schema 1.0 hardly restricts it, RFC 3986, which libxml2 follows, does; every text is taken",
    plain: (root) => forEach(root, plainUris),
  },
  {
    name: "wildcard content",
    reason: "elements that Atom and XML Signature let in from elsewhere are kept as they are, known to the schema or not",
    plain: (root) => forEach(root, plainContent),
  },
  {
    name: "wildcard attributes",
    reason: "attributes that Atom lets in from other namespaces are kept as they are, known to the schema or not",
    plain: (root) =>
      forEach(root, (at) => {
        if (isIn(at, "atom")) deleteAttributes(at, (name) => /^(?!atom:|xml:base$|xml:lang$).*[:}]/.test(name));
      }),
  },
  {
    name: "stray characters in base64",
    reason: "libxml2 skips them; XML Schema 1.0 does not know them",
    plain: (root) => forEach(root, (at) => binary.has(at.name) && mapText(at, (text) => text.replace(/[^A-Za-z0-9+/=\s]|[^ -~\s]/g, ""))),
  },
  {
    name: "white space around xs:dateTime",
    reason: "libxml2 refuses it in the built-in type itself, and takes it in types derived from that",
    plain: (root) => forEach(root, (at) => (at.name === "atom:updated" || at.name === "atom:published") && mapText(at, (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""))),
  },
];

function forEach(root: Element, change: (at: Element) => unknown): void {
  for (const { at } of [...walk(root)]) change(at);
}

function isIn(at: Element, prefix: string): boolean {
  return at.name.startsWith(`${prefix}:`);
}

function deleteAttributes(at: Element, isOdd: (name: string) => boolean): void {
  for (const name of Object.keys(at.attributes)) if (isOdd(name)) delete at.attributes[name];
}

function mapText(at: Element, change: (text: string) => string): void {
  at.children = at.children.map((child) => (typeof child === "string" ? change(child) : child));
}

const uriElements = new Set(["emix:marketContext", "atom:id", "atom:icon", "atom:logo", "atom:uri"]);
const uriAttributes: Readonly<Record<string, readonly string[]>> = {
  ds: ["Algorithm", "URI", "Type", "Target", "Encoding"],
  atom: ["src", "scheme", "uri", "href", "xml:base"],
};

function plainUris(at: Element): void {
  if (uriElements.has(at.name)) mapText(at, () => "urn:a");
  for (const name of uriAttributes[at.name.replace(/:.*/, "")] ?? []) if (name in at.attributes) at.attributes[name] = "urn:a";
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
  if (at.name === "xcal:components") return;
  if (takesXhtml.has(at.name)) at.children = at.children.filter((child) => typeof child === "string" || !child.name.startsWith("{http://www.w3.org/1999/xhtml}"));
  else at.children = at.children.map((child) => (typeof child === "string" || !isLetIn(child, at) ? child : { name: "espi:UsagePoint", attributes: {}, children: [] }));
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
