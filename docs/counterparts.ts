import { readFile } from "node:fs/promises";

const libraries = ["protocol", "transport", "ven", "vtn", "pki", "testing"];

/** Names that each package exports, in the order in which they are looked for. */
const exported = await Promise.all(
  libraries.map(async (library) => {
    const index = await readFile(new URL(`../packages/${library}/src/index.ts`, import.meta.url), "utf8");
    return { specifier: `@openleadr/${library}`, names: new Set(index.match(/\w+/g)) };
  }),
);

const commands = await readFile(new URL("../packages/cli/README.md", import.meta.url), "utf8");

/**
 * A statement that compiles if what a cell of a table names is there: `new Vtn({ vtnId })`, `vtn.events.create`,
 * `ven.addReport({ collect })`, `eventStatus`, or `openleadr cert show`.
 *
 * Throws for anything else, and for a name that no package exports.
 */
export function statementOf(code: string): string {
  const [, party, options] = /^new (Vtn|VenClient|Ven)\((\{.*\})\)$/s.exec(code) ?? [];
  if (party !== undefined && options !== undefined) return fits(options, `Partial<${party}Options>`);
  const [, path, argument] = /^((?:vtn|ven|client)(?:\.\w+)+)(?:\((\{.*\})\))?$/s.exec(code) ?? [];
  if (path !== undefined && argument !== undefined) return fits(argument, `Partial<Parameters<typeof ${path}>[0]>`);
  if (path !== undefined) return `void ${path};`;
  if (/^openleadr( \w+)+$/.test(code)) return commandOf(code);
  if (/^\w+$/.test(code)) return exportOf(code);
  throw new Error(`expected a name of ours, got \`${code}\``);
}

function fits(options: string, type: string): string {
  const filled = options.replaceAll(/(?<=[{,]\s*)(\w+)(?=\s*[,}])/g, "$1: whatever");
  return `void (${filled} satisfies ${type});`;
}

function exportOf(name: string): string {
  const library = exported.find(({ names }) => names.has(name));
  if (library === undefined) throw new Error(`expected a name that a package exports, got \`${name}\``);
  return `export type { ${name} as ${name}_ } from "${library.specifier}";`;
}

function commandOf(code: string): string {
  const [, group = "", name = ""] = code.split(" ");
  const row = commands.split("\n").find((line) => line.startsWith(`| \`openleadr ${group}`) && line.includes(name));
  if (row === undefined) throw new Error(`expected a command, got \`${code}\``);
  return "";
}
