// Documents generated from the code: `node scripts/docs.js write` writes them, `node scripts/docs.js check` fails when a
// checked-in one is stale.
import "./node-version.js";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepare, root } from "./prepare.js";

/**
 * Path of each document, and the function that gives its text. A generator is a module of its own in this folder, which
 * imports the built packages by name; import it inside the function, since the packages are built only then.
 *
 * @type {Record<string, () => Promise<string>>}
 */
const documents = {
  "docs/conformance.md": async () => (await import("./conformance.js")).conformance(),
  "docs/flows.md": async () => (await import("./flows.js")).flowTable(),
  "docs/representations.md": async () => (await import("./representations.js")).representations(),
};

const [mode = ""] = process.argv.slice(2);
if (mode !== "write" && mode !== "check") {
  console.error(`expected write or check, got "${mode}"`);
  process.exit(2);
}

prepare();
for (const [path, generate] of Object.entries(documents)) {
  const file = join(root, path);
  const text = await generate();
  if (mode === "write") writeFileSync(file, text);
  else compare(file, text);
}

/**
 * @param {string} file
 * @param {string} text
 */
function compare(file, text) {
  if (!existsSync(file)) {
    fail(`${file}: missing, run \`npm run docs\``);
    return;
  }
  const [found, wanted] = [readFileSync(file, "utf8").split("\n"), text.split("\n")];
  const at = wanted.findIndex((line, index) => line !== found[index]);
  const [line, expected, got] = at < 0 ? [wanted.length, undefined, found[wanted.length]] : [at, wanted[at], found[at]];
  if (expected === got) console.log(`${file}: up to date`);
  else fail(`${file}:${line + 1}: expected ${show(expected)}, got ${show(got)}; run \`npm run docs\``);
}

/** @param {string | undefined} line */
function show(line) {
  return line === undefined ? "the end" : JSON.stringify(line);
}

/** @param {string} reason */
function fail(reason) {
  console.error(reason);
  process.exitCode = 1;
}
