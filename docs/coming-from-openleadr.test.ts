// The page names our API in many places. Its programs are compiled and run, and the middle column of its tables is
// compiled, so that a name that goes away is missed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, it } from "vitest";
import { statementOf } from "./counterparts.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = await readFile(new URL("./coming-from-openleadr.md", import.meta.url), "utf8");
const program = [...page.matchAll(/^```ts example\n(.*?)^```$/gms)].map(([, code = ""]) => code).join("\n");
// Inside the repository, where the packages are found.
const folder = await mkdtemp(join(root, "node_modules", ".page-"));
afterAll(() => rm(folder, { recursive: true }));

describe("the page for those who come from OpenLEADR", () => {
  it("has programs that compile", async () => {
    assert.equal(await compile("program.ts", program), "");
  });

  it("has programs that print what it says", async () => {
    const said = /^```text\n(.*?)^```$/ms.exec(page)?.[1]?.trim().split("\n") ?? [];
    const lines: string[] = [];

    const log = (...words: readonly unknown[]): void => void lines.push(words.join(" "));
    await run(program, { log });

    assert.ok(said.length > 0);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("oven")),
      said,
    );
  });

  it("names nothing in its tables that there is not", async () => {
    const rows = [...page.matchAll(/^\| [^|]+ \| ([^|]+) \| .*\|$/gm)].map(([, ours = ""]) => ours);
    const spans = rows.flatMap((ours) => [...ours.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));
    const statements = await Promise.all([...new Set(spans)].map(async (code) => statementOf(code)));

    assert.ok(rows.length > 150);
    assert.equal(await compile("names.ts", `${declarations}\n${statements.join("\n")}\n`), "");
  });
});

const declarations = `
import type { Ven, VenClient, VenClientOptions, VenOptions } from "@openleadr/ven";
import type { Vtn, VtnOptions } from "@openleadr/vtn";
export type { VenClientOptions, VenOptions, VtnOptions };
declare const vtn: Vtn;
declare const ven: Ven;
declare const client: VenClient;
declare const whatever: any;
`;

/** What the compiler says; nothing if it is content. */
async function compile(name: string, code: string): Promise<string> {
  await writeFile(join(folder, name), code);
  const config = join(folder, `${name}.json`);
  const compilerOptions = { noEmit: true, composite: false, declaration: false, incremental: false };
  const once = { declarationMap: false, sourceMap: false, noUnusedLocals: false };
  const settings = { extends: join(root, "tsconfig.base.json"), compilerOptions: { ...compilerOptions, ...once } };
  await writeFile(config, JSON.stringify({ ...settings, files: [name] }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, "-p", config], { cwd: root }, (error, stdout, stderr) =>
      resolve(error === null ? "" : `${stdout}${stderr}`),
    );
  });
}

/** Runs a program that is JavaScript too, on the packages' sources. */
async function run(code: string, console: { log(...words: readonly unknown[]): void }): Promise<void> {
  const body = code.replaceAll(/^import (\{.*\}) from ("@openleadr\/.*");$/gm, "const $1 = await load($2);");
  const AsyncFunction = (async () => {}).constructor as new (
    ...parametersAndBody: string[]
  ) => (load: (name: string) => Promise<unknown>, console: object) => Promise<void>;
  const packages: Readonly<Record<string, () => Promise<unknown>>> = {
    "@openleadr/ven": () => import("@openleadr/ven"),
    "@openleadr/vtn": () => import("@openleadr/vtn"),
  };
  const load = async (name: string): Promise<unknown> => packages[name]?.();
  await new AsyncFunction("load", "console", body)(load, console);
}
