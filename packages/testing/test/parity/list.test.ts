import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "vitest";

const here = new URL("./", import.meta.url);
const readme = await readFile(new URL("README.md", here), "utf8");
const listed = [...readme.matchAll(/^- (parity|case|defect) ([A-Z0-9, -]+)( elsewhere)?: .*$/gm)];

describe("the list of what this folder shows", () => {
  it("has a test for each number that is not shown elsewhere", async () => {
    const shown = await numbersInTitles();

    for (const [line, kind = "", numbers = "", elsewhere] of listed) {
      for (const number of numbers.split(", "))
        assert.ok(elsewhere !== undefined || shown.has(`${kind} ${number}`), `no test for: ${line}`);
    }
    assert.ok(listed.length > 60);
  });

  it("lists the number of each test", async () => {
    const known = new Set(
      listed.flatMap(([, kind = "", numbers = ""]) => numbers.split(", ").map((n) => `${kind} ${n}`)),
    );

    assert.deepEqual(
      [...(await numbersInTitles())].filter((number) => !known.has(number)),
      [],
    );
  });

  it("links to files that there are", () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);

    assert.deepEqual(
      links.filter((link) => !existsSync(new URL(link, here))),
      [],
    );
  });
});

/** The numbers with which the titles of this folder begin, such as `parity 3` and `defect B-13`. */
async function numbersInTitles(): Promise<ReadonlySet<string>> {
  const files = (await readdir(here)).filter((file) => file.endsWith(".test.ts"));
  const texts = await Promise.all(files.map(async (file) => readFile(new URL(file, here), "utf8")));
  const numbers = new Set<string>();
  for (const [, title = ""] of texts.join("\n").matchAll(/\bit\(["`]([^"`]+)/g)) {
    let kind = "";
    for (const word of title.slice(0, Math.max(0, title.indexOf(":"))).split(", ")) {
      const [, ownKind = kind, number = ""] = /^(?:(parity|case|defect) )?([A-Z]?-?\d+|[NP])$/.exec(word) ?? [];
      kind = ownKind;
      if (number !== "") numbers.add(`${kind} ${number}`);
    }
  }
  return numbers;
}
