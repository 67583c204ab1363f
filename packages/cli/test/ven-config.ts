import assert from "node:assert/strict";
import { runCommand, type Outcome } from "./command.ts";
import { Folder } from "./folder.ts";

/** All that a file needs. */
export const minimal = "name: kitchen\nvtn:\n  url: http://127.0.0.1:8080\n";

/** What `openleadr ven check` says of a file called ven.yaml. */
export async function check(
  folder: Folder,
  content: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return runCommand(["ven", "check", folder.write("ven.yaml", content)], { env });
}

/** The mistakes in a file, each as `line:column: path: ...`. */
export async function mistakesIn(
  content: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  using folder = new Folder();
  const { code, stdout, stderr } = await check(folder, content, env);
  assert.deepEqual([code, stdout], [2, ""], stdout);
  return stderr
    .trimEnd()
    .split("\n")
    .map((line) => line.replaceAll(`${folder.path}/`, "").replace(/^ven\.yaml:/, ""));
}
