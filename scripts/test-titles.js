// Reads the titles of all tests from their sources.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.js";

/**
 * The title of a test or of a group of tests, with `…` for what a table of cases fills in; the file, from the root; and
 * that as it is called in documents.
 *
 * @typedef {{ title: string, file: string, place: string }} TestTitle
 */

/** @returns {TestTitle[]} */
export function testTitles() {
  return testFiles().flatMap((file) =>
    titlesIn(readFileSync(join(root, file), "utf8")).map((title) => ({ title, file, place: placeOf(file) })),
  );
}

/** Files with tests, and those in the folders of tests that hold some of them. */
function testFiles() {
  const files = readdirSync(join(root, "packages")).flatMap((name) => [
    ...filesBelow(join("packages", name, "src")).filter((file) => file.endsWith(".test.ts")),
    ...filesBelow(join("packages", name, "test")).filter((file) => file.endsWith(".ts")),
  ]);
  return files.sort();
}

/** @param {string} folder */
function filesBelow(folder) {
  try {
    return readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file)));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** @param {string} file */
function placeOf(file) {
  const [, name = "", , ...path] = file.split(/[\\/]/);
  return `${name}/${path.join("/").replace(/(?:\.(?:test|e2e))?\.ts$/, "")}`;
}

/** @param {string} source */
function titlesIn(source) {
  const titles = source.matchAll(/\b(?:it|describe)\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g);
  return [...titles].map(([, , written = ""]) => written.replace(/\$\{[^}]*\}/g, "…").replace(/\\(.)/g, "$1"));
}
