// TypeScript of the declarations, as a reader wants it: one block per type, named types by their names.
import { isMessageName } from "@openleadr/protocol";
import { readEnumerations, readMessageSources, readType } from "./source.js";

/** @typedef {import("@openleadr/protocol").Schema<unknown>["shape"]} Shape */
/** @typedef {Extract<Shape, { kind: "sequence" }>} SequenceShape */
/** @typedef {Extract<Shape, { kind: "scalar" }>} ScalarShape */
/** @typedef {SequenceShape["fields"][number]} FieldShape */
/** @typedef {import("./source.js").Declaration} Declaration */
/** @typedef {{ key: string, optional: boolean, type: string, comment: string }} Property */
/** @typedef {{ doc: import("./source.js").Doc, code: string }} WrittenType */

/** Types that the sources write out, and where. */
const writtenTypes = /** @type {const} */ ({
  SignalInterval: "messages/stream.ts",
  XmlTree: "schema/tree.ts",
  XmlTreeNode: "schema/tree.ts",
  XmlTreeAttribute: "schema/tree.ts",
  Extension: "schema/scalar.ts",
});

/** The union types, by the property that tells their members apart. */
const unionNames = new Map([
  ["name", { name: "Measurement", path: "messages/units.ts" }],
  ["kind", { name: "StreamPayload", path: "messages/stream.ts" }],
]);

/** Turns declarations into TypeScript, and keeps the types it met on the way. */
export class TypeWriter {
  enumerations = readEnumerations();
  #sources = readMessageSources();
  /** @type {Map<string, WrittenType>} */
  #written = new Map();
  /** @type {Map<string, () => WrittenType>} */
  #met = new Map();
  /** @type {Map<string, FieldShape["options"]>} */
  #unions = new Map();

  /**
   * The type of a message.
   *
   * @param {string} messageName
   * @param {Shape} shape
   */
  message(messageName, shape) {
    const declaration = this.#sources.declarations.find(({ name }) => name === `${messageName}Fields`);
    const type = this.#sources.typeNames.get(`${messageName}Fields`);
    if (declaration === undefined || type === undefined || shape.kind !== "sequence") {
      throw new Error(`${messageName}: expected an interface inferred from a sequence ${messageName}Fields`);
    }
    return { ...type, code: this.#interface(type.name, shape, declaration) };
  }

  /** All types that the messages are made of, by name, in alphabetical order. */
  sharedTypes() {
    for (
      let open = [...this.#met];
      open.length > 0;
      open = [...this.#met].filter(([name]) => !this.#written.has(name))
    ) {
      for (const [name, write] of open) this.#written.set(name, write());
    }
    return [...this.#written].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /**
   * The members of a union: the words that tell them apart, their elements and their properties.
   *
   * @param {string} name
   */
  union(name) {
    return (this.#unions.get(name) ?? []).map(({ element, tag, content }) => ({
      element,
      tag: tag?.value ?? "",
      properties: content.kind === "sequence" ? this.#properties(content) : [],
    }));
  }

  /**
   * @param {string} name
   * @param {SequenceShape} shape
   * @param {Declaration} declaration
   */
  #interface(name, shape, declaration) {
    return `interface ${name} ${block(this.#properties(shape, declaration))}`;
  }

  /**
   * @param {SequenceShape} shape
   * @param {Declaration} [declaration]
   * @returns {Property[]}
   */
  #properties(shape, declaration = this.#declarationOf(shape)) {
    return shape.fields.flatMap((field, index) => {
      const doc = declaration.members[index]?.doc ?? "";
      const [only] = field.options;
      if (field.spread && only?.content.kind === "sequence") return this.#spread(field, only.content, doc);
      if (field.key === undefined || (only?.content.kind === "sequence" && only.content.fields.length === 0)) return [];
      const optional = field.cardinality === "optional";
      return [{ key: field.key, optional, type: this.#typeOfField(field), comment: commentOf(doc, field) }];
    });
  }

  /**
   * @param {FieldShape} field
   * @param {SequenceShape} shape
   * @param {string} doc
   */
  #spread({ cardinality }, shape, doc) {
    return this.#properties(shape).map((property, index) => ({
      ...property,
      optional: property.optional || cardinality === "optional",
      comment: property.comment === "" && index === 0 ? doc : property.comment,
    }));
  }

  /**
   * The declaration with these members. Where several have the same, their comments must agree.
   *
   * @param {SequenceShape} shape
   * @returns {Declaration}
   */
  #declarationOf(shape) {
    const found = this.#sources.declarations.filter(
      ({ members }) =>
        members.length === shape.fields.length &&
        members.every(({ key, element }, index) => {
          const field = shape.fields[index];
          // What is read past is no property: its field has no key.
          const isKey = field !== undefined && (field.key ?? key) === key;
          return isKey && (element === undefined || field.options[0]?.element === element);
        }),
    );
    const [first, ...others] = found;
    const keys = shape.fields.map(({ key }) => key).join(", ");
    if (first === undefined) throw new Error(`expected a sequence of ${keys} in src/messages, got none`);
    const typeNames = new Set(found.map(({ name = "" }) => this.#sources.typeNames.get(name)?.name));
    if (typeNames.size > 1) throw new Error(`expected one type of ${keys}, got ${[...typeNames].join(", ")}`);
    const isAgreed = others.every(({ members }) => members.every(({ doc }, at) => doc === first.members[at]?.doc));
    return isAgreed ? first : { ...first, members: first.members.map((member) => ({ ...member, doc: "" })) };
  }

  /**
   * @param {FieldShape} field
   * @returns {string}
   */
  #typeOfField({ options, cardinality }) {
    const type = this.#typeOfOptions(options);
    if (cardinality === "one" || cardinality === "optional") return type;
    return /^[^{]* \| /.test(type) ? `(${type})[]` : `${type}[]`;
  }

  /** @param {FieldShape["options"]} options */
  #typeOfOptions(options) {
    const tag = options[0]?.tag;
    if (tag === undefined) return options.map(({ content }) => this.#typeOf(content)).join(" | ");
    const union = unionNames.get(tag.key);
    if (union === undefined) throw new Error(`expected a union told apart by name or kind, got ${tag.key}`);
    this.#unions.set(union.name, options);
    this.#met.set(union.name, () => ({ doc: readType(union.path, union.name).doc, code: this.#unionCode(union.name) }));
    return union.name;
  }

  /** @param {string} name */
  #unionCode(name) {
    const [key] = [...unionNames].find(([, union]) => union.name === name) ?? [];
    const members = this.union(name).map(({ tag, properties, element }) => {
      const tagged = { key: `${key}`, optional: false, type: JSON.stringify(tag), comment: `The element ${element}.` };
      return `  | ${block([tagged, ...properties], "    ")}`;
    });
    return `type ${name} =\n${members.join("\n")};`;
  }

  /**
   * @param {Shape} shape
   * @returns {string}
   */
  #typeOf(shape) {
    switch (shape.kind) {
      case "scalar":
        return this.#typeOfScalar(shape);
      case "sequence":
        return this.#typeOfSequence(shape);
      case "wrapper":
        return this.#typeOfField(shape.field);
      case "listOfEach":
        this.#met.set("Target", () => this.#target(shape.fields));
        return "Target[]";
      case "view":
        return this.#writtenType(shape.name);
      case "tree":
        return this.#writtenType("XmlTree");
    }
  }

  /** @param {SequenceShape} shape */
  #typeOfSequence(shape) {
    const declaration = this.#declarationOf(shape);
    const type = this.#sources.typeNames.get(declaration.name ?? "");
    const [only, second] = shape.fields;
    const spread = only?.spread === true && second === undefined ? only.options[0]?.content : undefined;
    if (type === undefined && spread !== undefined) return this.#typeOf(spread);
    if (type === undefined) return block(this.#properties(shape), "  ");
    const element = `o${type.name.slice(1)}`;
    if (!isMessageName(element))
      this.#met.set(type.name, () => ({ doc: type.doc, code: this.#interface(type.name, shape, declaration) }));
    return type.name;
  }

  /** @param {ScalarShape} shape */
  #typeOfScalar({ type, values = [] }) {
    switch (type) {
      case "enumeration":
        return this.#enumerationOf(values) ?? values.map((value) => JSON.stringify(value)).join(" | ");
      case "extensibleEnumeration":
        return `${this.#enumerationOf(values)} | ${this.#writtenType("Extension")}`;
      case "boolean":
        return "boolean";
      case "number":
      case "unsignedInt":
      case "decimal":
      case "responseCode":
      case "confidence":
        return "number";
      case "numbers":
        return "number[]";
      case "dateTime":
        return "Date";
      case "duration":
        return "Duration";
      case "text":
      case "anyUri":
      case "ncName":
        return "string";
    }
  }

  /** @param {readonly string[]} values */
  #enumerationOf(values) {
    const all = [...this.enumerations.values()];
    return all.find(({ words }) => words.map(({ value }) => value).join() === values.join())?.type;
  }

  /** @param {string} name */
  #writtenType(name) {
    const path = Object.entries(writtenTypes).find(([known]) => known === name)?.[1];
    if (path === undefined) throw new Error(`${name}: expected one of ${Object.keys(writtenTypes).join(", ")}`);
    this.#met.set(name, () => readType(path, name));
    const others = /** @type {const} */ (["XmlTreeNode", "XmlTreeAttribute"]);
    if (name === "XmlTree")
      for (const other of others) this.#met.set(other, () => readType(writtenTypes[other], other));
    return name;
  }

  /** @param {readonly FieldShape[]} fields */
  #target(fields) {
    const [list] = this.#sources.lists;
    const members = fields.map(({ key, options: [option] }, index) => {
      const type = option === undefined ? "never" : this.#typeOf(option.content);
      const doc = list?.members[index]?.doc ?? "";
      return `  | { ${key}: ${type} }${doc === "" ? "" : ` // ${doc}`}`;
    });
    return { doc: readType("messages/target.ts", "Target").doc, code: `type Target =\n${members.join("\n")};` };
  }
}

/**
 * @param {readonly Property[]} properties
 * @returns {string}
 */
function block(properties, indent = "") {
  const flat = `{ ${properties.map(({ key, optional, type }) => `${key}${optional ? "?" : ""}: ${type}`).join("; ")} }`;
  const isPlain = properties.every(({ comment, type }) => comment === "" && !type.includes("\n"));
  if (indent !== "" && isPlain && flat.length <= 80) return flat;
  const lines = properties.map(({ key, optional, type, comment }) => {
    const inner = `${indent}  `;
    const member = `${inner}${key}${optional ? "?" : ""}: ${type};`;
    if (comment === "") return member;
    return type.includes("\n") ? `${inner}// ${comment}\n${member}` : `${member} // ${comment}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

/**
 * The doc comment, and what the type does not tell.
 *
 * @param {string} doc
 * @param {FieldShape} field
 */
function commentOf(doc, field) {
  const remarks = remarksOf(field).filter((remark) => !doc.toLowerCase().includes(remark));
  if (doc === "" && remarks.length > 0) return sentence(remarks.join(", "));
  return doc + remarks.map((remark) => ` ${sentence(remark)}`).join("");
}

/** @param {FieldShape} field */
function remarksOf({ attribute, cardinality, options: [option] }) {
  /** @type {string[]} */
  const remarks = [];
  if (attribute) remarks.push(`the attribute ${option?.element}`);
  const { cardinality: inner, content } = innermost(option?.content, cardinality);
  if (inner === "oneOrMore") remarks.push("at least one");
  const remark = content?.kind === "scalar" ? scalarRemarks.get(content.type) : undefined;
  return remark === undefined ? remarks : [...remarks, remark];
}

const scalarRemarks = new Map([
  ["unsignedInt", "a whole number"],
  ["confidence", "a whole number from 0 to 100"],
  ["responseCode", "three digits"],
  ["anyUri", "a URI"],
  ["ncName", "a name without a colon"],
]);

/**
 * What wrappers are wrapped around.
 *
 * @param {Shape | undefined} content
 * @param {FieldShape["cardinality"]} cardinality
 * @returns {{ content: Shape | undefined, cardinality: FieldShape["cardinality"] }}
 */
function innermost(content, cardinality) {
  if (content?.kind !== "wrapper") return { content, cardinality };
  const { field } = content;
  return innermost(field.options[0]?.content, field.cardinality === "one" ? cardinality : field.cardinality);
}

/** @param {string} text */
function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
