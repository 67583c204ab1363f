import assert from "node:assert/strict";
import { runCommand, type Outcome } from "./command.ts";
import { Folder } from "./folder.ts";

/** Where the VTN of the tests is said to be. */
export const vtnUrl = "https://localhost:8080";

/** Runs `openleadr cert` on a folder. */
export async function cert(folder: Folder, ...args: readonly string[]): Promise<Outcome> {
  return runCommand(["cert", ...args, "--dir", folder.path]);
}

/** A folder with a CA. */
export async function withCa(...options: readonly string[]): Promise<Folder> {
  const folder = new Folder();
  const { code, stderr } = await cert(folder, "ca", ...options);
  assert.deepEqual([code, stderr], [0, ""]);
  return folder;
}
