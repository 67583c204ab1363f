import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ParseOption, XmlDocument, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";

/** The folder beside the project that holds the OpenADR XSDs, which are not ours to ship. */
export const schemaFolder = resolve(
  fileURLToPath(new URL("../../../", import.meta.url)),
  process.env["SHARED"] ?? "../shared",
  "schema",
);

/** Whether the XSDs are there. Without them, the tests that need them are skipped, and their titles say so. */
export const hasOracle = existsSync(resolve(schemaFolder, "oadr_20b.xsd"));

/** What to add to the title of a test that needs the XSDs. */
export const oracleNote = hasOracle ? "" : ` (SKIPPED: no XSDs in ${schemaFolder})`;

if (!hasOracle) {
  console.warn(`No XSDs in ${schemaFolder}: the tests against libxml2 are skipped. SHARED names another folder.`);
}

/** libxml2's opinion of documents. */
export interface Oracle {
  /** What is wrong with a document by the OpenADR schema; undefined when nothing is. */
  faultIn(document: string): string | undefined;
}

/** Compiles the XSDs. */
export function openOracle(): Oracle {
  xmlRegisterFsInputProviders();
  const file = resolve(schemaFolder, "oadr_20b.xsd");
  using schema = XmlDocument.fromBuffer(readFileSync(file), { url: file });
  const validator = XsdValidator.fromDoc(schema);
  return { faultIn: (document) => faultOf(() => validate(document, validator)) };
}

function validate(text: string, validator: XsdValidator): void {
  using document = XmlDocument.fromString(text, { option: ParseOption.XML_PARSE_NONET });
  validator.validate(document);
}

function faultOf(validation: () => void): string | undefined {
  try {
    validation();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}
