import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from "saxes";
import { MalformedMessageError, type MalformedMessageCode } from "../errors.ts";
import { XmlComment, XmlElement, XmlInstruction, type XmlName } from "./element.ts";
import { textOfDocument } from "./encoding.ts";
import { defaultLimits, type ResolvedLimits } from "./limits.ts";
import { canonicalName } from "./names.ts";

/**
 * Reads a document into an element tree.
 *
 * Throws {@link MalformedMessageError} for whatever is not well-formed XML 1.0 with namespaces, has a DOCTYPE, is in an
 * encoding we do not read, or goes beyond a limit. Comments, processing instructions and namespace declarations are
 * kept, because signatures need them.
 */
export function parseXml(document: string | Uint8Array, limits: ResolvedLimits = defaultLimits): XmlElement {
  const size = typeof document === "string" ? Buffer.byteLength(document) : document.byteLength;
  if (size > limits.maxBytes) {
    throw fault("ERR_OADR_TOO_LARGE", `at most ${limits.maxBytes} bytes`, `${size} bytes`);
  }
  const text = typeof document === "string" ? requirePairs(document) : textOfDocument(document);
  const builder = new TreeBuilder(limits);
  try {
    builder.write(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text).close();
  } catch (error) {
    if (error instanceof MalformedMessageError) throw error;
    const deviation = { path: "document", expected: "well-formed XML", got: messageOf(error) };
    throw new MalformedMessageError("ERR_OADR_NOT_WELL_FORMED", [deviation], { cause: error });
  }
  return builder.root;
}

const byteOrderMark = 0xfeff;
// Names are compared with their namespace before them, which a long one would make slow.
const longestNamespace = 1_024;

// Bytes that decode to text have no halves of surrogate pairs; a string may have, and saxes makes other characters of them.
function requirePairs(document: string): string {
  if (/\p{Surrogate}/u.test(document))
    throw fault("ERR_OADR_NOT_WELL_FORMED", "well-formed XML", "half of a surrogate pair");
  return document;
}

// The handlers are members of a subclass, not set with `on`: from the seventh `on`, a saxes parser leaves V8's fast mode
// for objects and becomes five times slower. Two of them saxes calls without `this`, so these are closures.
class TreeBuilder extends SaxesParser {
  readonly #limits: ResolvedLimits;
  #depth = 0;
  #elements = 0;
  #attributes = 0;
  #open: XmlElement | undefined;
  #root: XmlElement | undefined;
  readonly #names = new Map<string, XmlName>();

  constructor(limits: ResolvedLimits) {
    super({ xmlns: true, defaultXMLVersion: "1.0", forceXMLVersion: true });
    this.#limits = limits;
  }

  get root(): XmlElement {
    if (this.#root === undefined) throw fault("ERR_OADR_NOT_WELL_FORMED", "an element", "none");
    return this.#root;
  }

  openTagStartHandler(): void {
    this.#attributes = 0;
  }

  attributeHandler({ prefix, name, value }: SaxesAttributeNS): void {
    if (prefix === "xmlns" || name === "xmlns") requireNamespace(value);
    if (++this.#attributes > this.#limits.maxAttributes) {
      throw fault(
        "ERR_OADR_TOO_MANY_ATTRIBUTES",
        `at most ${this.#limits.maxAttributes} attributes on an element`,
        "more",
      );
    }
  }

  openTagHandler(tag: SaxesTagNS): void {
    if (++this.#depth > this.#limits.maxDepth) {
      throw fault("ERR_OADR_TOO_DEEP", `elements at most ${this.#limits.maxDepth} deep`, "deeper ones");
    }
    if (++this.#elements > this.#limits.maxElements) {
      throw fault("ERR_OADR_TOO_MANY_ELEMENTS", `at most ${this.#limits.maxElements} elements`, "more");
    }
    const element = new XmlElement(this.#nameOf(tag), this.#attributes === 0 ? undefined : tag.attributes, this.#open);
    if (this.#open === undefined) this.#root = element;
    else this.#open.append(element);
    this.#open = element;
  }

  readonly closeTagHandler = (): void => {
    this.#depth--;
    this.#open = this.#open?.parent;
  };

  readonly textHandler = (text: string): void => {
    this.#open?.append(text);
  };

  cdataHandler(text: string): void {
    this.textHandler(text);
  }

  commentHandler(text: string): void {
    this.#open?.append(new XmlComment(text));
  }

  piHandler({ target, body }: { readonly target: string; readonly body: string }): void {
    this.#open?.append(new XmlInstruction(target, body));
  }

  doctypeHandler(): void {
    throw fault("ERR_OADR_DOCTYPE", "no DOCTYPE", "one");
  }

  /** Names are made once per document, not once per element; only a prefix that changes its meaning costs more. */
  #nameOf({ name, uri, local }: SaxesTagNS): XmlName {
    const known = this.#names.get(name);
    if (known?.uri === uri) return known;
    const made = { canonical: canonicalName(uri, local), written: name, uri };
    this.#names.set(name, made);
    return made;
  }
}

// saxes cuts white space off namespaces, which the standard does not.
function requireNamespace(uri: string): void {
  if (uri.length > longestNamespace) {
    throw fault("ERR_OADR_TOO_LARGE", `namespaces of at most ${longestNamespace} characters`, "a longer one");
  }
  if (uri !== uri.trim())
    throw fault("ERR_OADR_INVALID", "namespaces without white space around them", JSON.stringify(uri));
}

function fault(code: MalformedMessageCode, expected: string, got: string): MalformedMessageError {
  return new MalformedMessageError(code, [{ path: "document", expected, got }]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}
