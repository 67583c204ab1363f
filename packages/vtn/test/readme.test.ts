import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { it } from "vitest";
import * as vtn from "../src/index.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

type Program = (library: typeof vtn, console: { log(line: unknown): void }) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...parametersAndBody: string[]) => Program;

it("runs the example of the README, which prints what the README says", async () => {
  const example = /```ts example\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const said = /^prints `(.*)`\.$/m.exec(readme)?.[1];
  const lines: unknown[] = [];

  // The example is JavaScript too; only the import, which stands for itself, becomes the library from source.
  const code = example.replace(/^import (.*) from .*$/m, "const $1 = library;");
  await new AsyncFunction("library", "console", code)(vtn, { log: (line) => lines.push(line) });

  assert.ok(example.trim().split("\n").length <= 15);
  assert.deepEqual(lines, [said]);
});
