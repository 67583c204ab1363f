import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { messages } from "../src/messages/index.ts";
import { fieldsOf, type FieldShape, type Shape } from "../src/schema/shape.ts";
import { messageNames } from "./arbitrary.ts";
import { hasOracle, oracleNote } from "./oracle.ts";
import { readSchemas, type Declared, type Particle } from "./xsd.ts";

describe.skipIf(!hasOracle)(`declarations and the XSDs${oracleNote}`, () => {
  const schemas = hasOracle ? readSchemas() : undefined;
  const compared = new Set<string>();

  it("declares each of the 23 payloads that the schema lets stand in oadrSignedObject", () => {
    const inSchema = schemas?.content("oadr:oadrSignedObject").particles.flatMap(({ names }) => names);

    assert.deepEqual(messageNames.map((name) => `oadr:${name}`).toSorted(), inSchema?.toSorted());
  });

  for (const name of messageNames) {
    it(`declares ${name} with the elements, order and cardinality of the schema`, () => {
      assert.ok(schemas !== undefined);

      assert.deepEqual(differences(`oadr:${name}`, messages[name].shape, schemas.content(`oadr:${name}`)), []);
    });
  }

  it("compares over a hundred elements that way", () => {
    assert.ok(compared.size > 100, String(compared.size));
  });

  /** What differs between a declaration and the schema, here and everywhere below. */
  function differences(path: string, shape: Shape, declared: Declared): readonly string[] {
    compared.add(path.replace(/^.*\//, ""));
    if (shape.kind === "scalar")
      return differ(`${path}: values`, [...(shape.values ?? [])].toSorted(), valuesOf(shape, declared));
    if (shape.kind === "tree") return [];
    if (path.endsWith("xcal:components") && shape.kind === "sequence" && shape.fields.length === 0) return [];
    const fields = fieldsOf(shape);
    const elements = fields.filter(({ attribute }) => !attribute);
    const attributes = fields.filter(({ attribute }) => attribute).map(({ options }) => options[0]?.element);
    return [
      ...differ(`${path}: elements`, elements.map(inWords), declared.particles.map(particleInWords)),
      ...differ(
        `${path}: attributes`,
        attributes,
        declared.attributes.filter((name) => name !== "ei:schemaVersion"),
      ),
      ...elements.flatMap(({ options }) =>
        options.flatMap(({ element, content }) => {
          const inner = declared.particles.find(({ names }) => names.includes(element))?.contentOf(element);
          return inner === undefined ? [] : differences(`${path}/${element}`, content, inner);
        }),
      ),
    ];
  }
});

const times = { one: "1", optional: "0..1", many: "0..n", oneOrMore: "1..n" };

function inWords({ options, cardinality }: FieldShape): string {
  const names = options.map(({ element }) => element);
  return `${names.toSorted().join(" | ")} ${times[cardinality]}`;
}

function particleInWords({ names, least, most }: Particle): string {
  return `${names.toSorted().join(" | ")} ${least === most ? least : `${least}..${most === Infinity ? "n" : most}`}`;
}

/** Enumerations of the schema; an `x-…` pattern beside one makes it extensible. */
function valuesOf(shape: Shape & { kind: "scalar" }, declared: Declared): readonly string[] {
  if (shape.type === "extensibleEnumeration" && !declared.isExtensible) return ["not extensible in the schema"];
  return [...new Set(declared.values)].toSorted();
}

function differ(what: string, ours: readonly unknown[], theirs: readonly unknown[]): readonly string[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
  const [more, less] = [ours.filter((item) => !theirs.includes(item)), theirs.filter((item) => !ours.includes(item))];
  return [`${what}: ours alone ${more.join(", ")}; the schema's alone ${less.join(", ")}; or another order`];
}
