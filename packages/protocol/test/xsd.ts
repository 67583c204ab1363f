import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { elementsOf, type XmlElement } from "../src/xml/element.ts";
import { NAMESPACES } from "../src/xml/names.ts";
import { parseXml } from "../src/xml/parse.ts";
import { schemaFolder } from "./oracle.ts";

/** One spot in a sequence: which elements may stand there, and how often. */
export interface Particle {
  readonly names: readonly string[];
  readonly least: number;
  readonly most: number;
  contentOf(name: string): Declared;
}

/** What an element may hold. */
export interface Declared {
  readonly particles: readonly Particle[];
  readonly attributes: readonly string[];
  /** Values of an enumeration, or the one of a fixed text. */
  readonly values: readonly string[];
  readonly isExtensible: boolean;
}

export interface Schemas {
  /** What an element declared on its own may hold. */
  content(name: string): Declared;
}

/** Reads the XSDs: as much of XML Schema as those of OpenADR use outside Atom and XML Signature. */
export function readSchemas(): Schemas {
  const reader = new SchemaReader();
  return { content: (name) => reader.element(name) };
}

/** A declaration, and the prefix of the namespace its schema is about. */
interface Item {
  readonly at: XmlElement;
  readonly prefix: string;
}

const nothing: Declared = { particles: [], attributes: [], values: [], isExtensible: false };

class SchemaReader {
  readonly #items = new Map<string, Item>();
  readonly #members = new Map<string, string[]>();

  constructor() {
    for (const file of readdirSync(schemaFolder).filter((name) => name.endsWith(".xsd"))) {
      // Names are ASCII, whatever encoding a file says it is in.
      const text = readFileSync(resolve(schemaFolder, file), "latin1");
      this.#read(parseXml(text.replace(/^\xef\xbb\xbf/, "")));
    }
  }

  #read(schema: XmlElement): void {
    const prefix = prefixOf(attributeOf(schema, "targetNamespace") ?? "");
    for (const at of elementsOf(schema)) {
      const name = `${prefix}:${attributeOf(at, "name")}`;
      this.#items.set(`${kindOf(at)} ${name}`, { at, prefix });
      const head = attributeOf(at, "substitutionGroup");
      if (head !== undefined)
        this.#members.set(resolved(head, at), [...(this.#members.get(resolved(head, at)) ?? []), name]);
    }
  }

  element(name: string): Declared {
    const item = this.#items.get(`element ${name}`);
    if (item === undefined) throw new Error(`no element ${name} in the schema`);
    return this.#content(item);
  }

  #content({ at, prefix }: Item): Declared {
    const fixed = attributeOf(at, "fixed");
    if (fixed !== undefined) return { ...nothing, values: [fixed] };
    const type = attributeOf(at, "type");
    if (type !== undefined) return this.#type(resolved(type, at));
    const [inline] = elementsOf(at).filter((child) => kindOf(child).endsWith("Type"));
    return inline === undefined ? nothing : this.#inside({ at: inline, prefix });
  }

  #type(name: string): Declared {
    const item = this.#items.get(`complexType ${name}`) ?? this.#items.get(`simpleType ${name}`);
    return item === undefined ? nothing : this.#inside(item);
  }

  /** What stands in a type, or in a part of one. */
  #inside({ at, prefix }: Item): Declared {
    return elementsOf(at)
      .map((child) => this.#part({ at: child, prefix }))
      .reduce(joined, nothing);
  }

  #part(item: Item): Declared {
    const { at, prefix } = item;
    switch (kindOf(at)) {
      case "extension":
        return joined(this.#type(resolved(attributeOf(at, "base") ?? "", at)), this.#inside(item));
      case "restriction":
        return joined(
          { ...this.#type(resolved(attributeOf(at, "base") ?? "", at)), particles: [] },
          this.#inside(item),
        );
      case "union": {
        const types = (attributeOf(at, "memberTypes") ?? "").split(/\s+/).filter((name) => name !== "");
        return joined(types.map((name) => this.#type(resolved(name, at))).reduce(joined, nothing), this.#inside(item));
      }
      case "choice":
        return { ...nothing, particles: [alternatives(this.#inside(item).particles)] };
      case "element":
        return { ...nothing, particles: [this.#particle(item)] };
      case "attribute":
        return { ...nothing, attributes: [attributeName(at, prefix)] };
      case "enumeration":
        return { ...nothing, values: [attributeOf(at, "value") ?? ""] };
      case "pattern":
        return { ...nothing, isExtensible: attributeOf(at, "value") === String.raw`x-\S.*` };
      case "annotation":
        return nothing;
      default:
        return this.#inside(item);
    }
  }

  #particle(item: Item): Particle {
    const { at, prefix } = item;
    const ref = attributeOf(at, "ref");
    const name = ref === undefined ? `${prefix}:${attributeOf(at, "name")}` : resolved(ref, at);
    const names = ref === undefined ? [name] : this.#concrete(name);
    return {
      names,
      least: Number(attributeOf(at, "minOccurs") ?? 1),
      most: Number((attributeOf(at, "maxOccurs") ?? "1").replace("unbounded", "Infinity")),
      contentOf: (one) => (ref === undefined ? this.#content(item) : this.element(one)),
    };
  }

  /** An element, or those that may stand for it, its own abstract self and abstract members left out. */
  #concrete(name: string): readonly string[] {
    const item = this.#items.get(`element ${name}`);
    const type = this.#items.get(
      `complexType ${item === undefined ? "" : resolved(attributeOf(item.at, "type") ?? "", item.at)}`,
    );
    const isAbstract = [item, type].some((one) => one !== undefined && attributeOf(one.at, "abstract") === "true");
    return [
      ...(isAbstract ? [] : [name]),
      ...(this.#members.get(name) ?? []).flatMap((member) => this.#concrete(member)),
    ];
  }
}

function joined(a: Declared, b: Declared): Declared {
  return {
    particles: [...a.particles, ...b.particles],
    attributes: [...new Set([...a.attributes, ...b.attributes])],
    values: [...a.values, ...b.values],
    isExtensible: a.isExtensible || b.isExtensible,
  };
}

/** A choice, as one spot where any of its elements may stand. */
function alternatives(particles: readonly Particle[]): Particle {
  return {
    names: particles.flatMap(({ names }) => names),
    least: 1,
    most: 1,
    contentOf(name) {
      return particles.find(({ names }) => names.includes(name))?.contentOf(name) ?? nothing;
    },
  };
}

function attributeName(at: XmlElement, prefix: string): string {
  const ref = attributeOf(at, "ref");
  return ref === undefined ? `${prefix}:${attributeOf(at, "name")}` : resolved(ref, at);
}

function kindOf({ name }: XmlElement): string {
  return name.replace("{http://www.w3.org/2001/XMLSchema}", "");
}

function attributeOf(at: XmlElement, wanted: string): string | undefined {
  return at.attributes.find(({ name }) => name === wanted)?.value;
}

/** The canonical name for one that a schema writes with its own prefixes. */
function resolved(written: string, at: XmlElement): string {
  const [local = "", prefix = ""] = written.split(":").toReversed();
  let scope: XmlElement | undefined = at;
  while (scope !== undefined && !scope.namespaces.has(prefix)) scope = scope.parent;
  return `${prefixOf(scope?.namespaces.get(prefix) ?? "")}:${local}`;
}

const prefixes = new Map<string, string>(Object.entries(NAMESPACES).map(([prefix, uri]) => [uri, prefix]));

function prefixOf(uri: string): string {
  return prefixes.get(uri) ?? uri;
}
