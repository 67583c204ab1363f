// Brings a checkout into working order: installs the dependencies and builds the packages, each only where needed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Installs and builds what is missing or stale. Silent where there is nothing to do; ends the process on failure. */
export function prepare() {
  if (!isInstalled()) step("Installing dependencies", npmCommand("ci", "--include=dev"));
  const packages = packageFolders();
  const command = [process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-b", ...packages];
  if (packages.every((folder) => existsSync(join(folder, "dist")))) run("Building", command);
  else step("Building", command);
}

/** Folders of all packages, absolute, in alphabetical order. */
export function packageFolders() {
  return readdirSync(join(root, "packages"), { withFileTypes: true })
    .map((entry) => join(root, "packages", entry.name))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .toSorted();
}

/**
 * The npm that runs this script if there is one (it need not be the first in PATH), else the one in PATH.
 *
 * @param {...string} options
 */
export function npmCommand(...options) {
  const cli = process.env["npm_execpath"];
  if (cli?.endsWith("npm-cli.js")) return [process.execPath, cli, ...options];
  return ["npm", ...options];
}

/**
 * Whether every package of the lock file is in `node_modules`, in that version. npm notes what it installed in a lock
 * file of its own, as the last thing it does, so an interrupted installation counts as none. Packages for other
 * platforms may be absent.
 */
function isInstalled() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const present = readPackages(installed);
  return Object.entries(readPackages(join(root, "package-lock.json"))).every(
    ([path, { version, optional }]) =>
      path === "" || (present[path] ? present[path].version === version : optional === true),
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(lockFile) {
  return JSON.parse(readFileSync(lockFile, "utf8")).packages;
}

/**
 * Runs a command that takes a while, and says so.
 *
 * @param {string} title
 * @param {string[]} command
 */
function step(title, command) {
  const start = performance.now();
  process.stderr.write(`${title} ...`);
  run(title, command);
  process.stderr.write(` done in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

/**
 * Runs a command; shows what it printed only if it fails, and then ends this process too.
 *
 * @param {string} title
 * @param {string[]} command
 */
function run(title, [file = "", ...options]) {
  const { status, error, stdout, stderr } = spawnSync(file, options, { cwd: root, encoding: "utf8" });
  if (status === 0) return;
  process.stderr.write(`\n${stdout ?? ""}${stderr ?? ""}${error ? `${error.message}\n` : ""}${title} failed.\n`);
  process.exit(1);
}
