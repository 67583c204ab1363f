import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { systemClock } from "@openleadr/protocol";
import { runCommand, type Outcome } from "./command.ts";
import { Folder } from "./folder.ts";

/** Where the VTN of the tests is said to be. */
export const vtnUrl = "https://localhost:8080";

/** Runs `openleadr cert` on a folder, by the machine's clock: a list of later than that would not count yet. */
export async function cert(folder: Pick<Folder, "path">, ...args: readonly string[]): Promise<Outcome> {
  return runCommand(["cert", ...args, "--dir", folder.path], { clock: systemClock });
}

/** A folder with a CA. */
export async function withCa(...options: readonly string[]): Promise<Folder> {
  const folder = new Folder();
  const { code, stderr } = await cert(folder, "ca", ...options);
  assert.deepEqual([code, stderr], [0, ""]);
  return folder;
}

/** A folder with a CA, a VTN's two certificates, and that of the VEN kitchen. */
export async function withParties(...options: readonly string[]): Promise<Folder> {
  const folder = await withCa();
  await certAll(folder, [
    ["vtn", ...options],
    ["ven", "kitchen", "--vtn", "https://localhost", ...options],
  ]);
  return folder;
}

/** Runs `openleadr cert` with each of these arguments. */
export async function certAll(folder: Pick<Folder, "path">, runs: readonly (readonly string[])[]): Promise<void> {
  for (const args of runs) {
    const { code, stderr } = await cert(folder, ...args);
    assert.deepEqual([code, stderr], [0, ""]);
  }
}

/** The fingerprint of a certificate in a folder, as OpenADR writes it. */
export function fingerprintOf(folder: Folder, ...names: readonly string[]): string {
  return new X509Certificate(folder.read(...names)).fingerprint256.slice(-29);
}

/** What a VTN shows in TLS, by the names of its certificates, and whom it trusts. */
export function vtnFiles(folder: Folder, names: readonly string[] = ["vtn-ecc", "vtn-rsa"]): readonly string[] {
  const [certs, keys] = [".pem", ".key.pem"].map((ending) => names.map((name) => folder.file(name + ending)));
  return ["--cert", ...(certs ?? []), "--key", ...(keys ?? []), "--ca", folder.file("ca.pem")];
}

/** What the VEN kitchen shows in TLS, and whom it trusts. */
export function venFiles(folder: Folder): readonly string[] {
  const [own, key] = [folder.file("kitchen", "ven.pem"), folder.file("kitchen", "ven.key.pem")];
  return ["--cert", own, "--key", key, "--ca", folder.file("ca.pem")];
}
