// Checks every public package as its users get it: packed, judged by publint and attw, installed from the tarball into
// an empty folder, and its README's example compiled and run there. Prints one line per package, and what is wrong.
import "./node-version.js";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { npmCommand, packageFolders, prepare, root } from "./prepare.js";

/** @typedef {{ folder: string, name: string, manifest: Record<string, any>, tarball: string, faults: string[] }} Package */

const timeoutMs = 120_000;

/** What a careful user's project has; libraries are checked too, so that our declarations are. */
const consumerOptions = {
  target: "es2023",
  module: "nodenext",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
};

prepare();
const workspace = mkdtempSync(join(tmpdir(), "openleadr-packages-"));
try {
  const packages = publicPackages();
  for (const pkg of packages) await packAndLint(pkg);
  const packed = packages.filter(({ tarball }) => existsSync(tarball));
  const consumer = await installTogether(packed);
  for (const pkg of packed) await tryExample(pkg, consumer);
  report(packages);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

/** @returns {Package[]} */
function publicPackages() {
  return packageFolders()
    .map((folder) => ({ folder, manifest: readJson(join(folder, "package.json")) }))
    .filter(({ manifest }) => manifest["private"] !== true)
    .map(({ folder, manifest }) => ({ folder, manifest, name: manifest["name"], tarball: "", faults: [] }));
}

/** @param {Package} pkg */
async function packAndLint(pkg) {
  const packed = await run(
    npmCommand("pack", "--json", "--ignore-scripts", "--pack-destination", workspace),
    pkg.folder,
  );
  if (packed.failed) {
    pkg.faults.push(`npm pack: ${packed.output}`);
    return;
  }
  const [{ filename, files }] = JSON.parse(packed.stdout);
  pkg.tarball = join(workspace, filename);
  const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
  for (const name of ["LICENSE", "README.md"]) {
    if (!paths.includes(name)) pkg.faults.push(`${name} is missing from the package`);
  }
  pkg.faults.push(...orphans(paths), ...undeclaredImports(pkg, paths));
  await expectSuccess(pkg, "publint", [tool("publint"), "run", "--strict", pkg.tarball]);
  if (pkg.manifest["exports"]?.["."]) {
    await expectSuccess(pkg, "attw", [
      tool("attw"),
      "--profile",
      "esm-only",
      "--no-definitely-typed",
      "--no-emoji",
      pkg.tarball,
    ]);
  }
}

/**
 * Built files without a source: left over from a file that was renamed or deleted.
 *
 * @param {string[]} paths
 */
function orphans(paths) {
  return paths
    .filter((path) => path.startsWith("dist/") && path.endsWith(".js"))
    .filter((path) => !paths.includes(path.replace("dist/", "src/").replace(/\.js$/, ".ts")))
    .map((path) => `${path} has no source: remove the package's dist folder and build again`);
}

/**
 * Imports that only work in this repository, where all packages see each other's dependencies.
 *
 * @param {Package} pkg
 * @param {string[]} paths
 */
function undeclaredImports({ folder, manifest, name }, paths) {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  const known = [name, ...Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })];
  return paths
    .filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path))
    .flatMap((path) => importedPackages(readFileSync(join(folder, path), "utf8")).map((module) => ({ path, module })))
    .filter(({ module }) => !known.includes(module))
    .map(({ path, module }) => `${path} imports "${module}", which is not among the package's dependencies`);
}

/** @param {string} code */
function importedPackages(code) {
  const statement = /\bfrom\s+["']([^"'\n]+)["'];?$|^import\s+["']([^"'\n]+)["'];?$|\bimport\(["']([^"'\n]+)["']\)/gm;
  return [...code.matchAll(statement)]
    .map(([, from, effect, inline]) => from ?? effect ?? inline ?? "")
    .filter((specifier) => !/^[.#]|^node:/.test(specifier) && !builtinModules.includes(specifier))
    .map((specifier) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/"));
}

/**
 * Installs all tarballs at once into an empty project, and gives its folder.
 *
 * @param {Package[]} packages
 */
async function installTogether(packages) {
  const consumer = join(workspace, "consumer");
  mkdirSync(consumer);
  writeJson(join(consumer, "package.json"), { name: "consumer", private: true, type: "module" });
  const nodeTypes = `@types/node@${readJson(join(root, "node_modules/@types/node/package.json"))["version"]}`;
  const tarballs = packages.map(({ tarball }) => tarball);
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const installed = await run(npmCommand("install", ...quiet, ...tarballs, nodeTypes), consumer);
  if (installed.failed) packages.forEach((pkg) => pkg.faults.push(`npm install: ${installed.output}`));
  return consumer;
}

/**
 * Runs the first block of the README that is marked ```ts example or ```sh example.
 *
 * @param {Package} pkg
 * @param {string} consumer
 */
async function tryExample(pkg, consumer) {
  const readme = join(pkg.folder, "README.md");
  if (!existsSync(readme)) return;
  const folder = join(consumer, pkg.name.replace(/\W+/g, "-"));
  mkdirSync(folder);
  const [, language, code = ""] = /^```(ts|sh) example\n(.*?)^```$/ms.exec(readFileSync(readme, "utf8")) ?? [];
  if (language === "ts") await tryProgram(pkg, folder, code);
  else if (language === "sh")
    await expectSuccess(pkg, "example", ["bash", "-eu", "-o", "pipefail", "-c", code], folder);
  else pkg.faults.push("README.md has no block marked ```ts example or ```sh example");
}

/**
 * @param {Package} pkg
 * @param {string} folder
 * @param {string} code
 */
async function tryProgram(pkg, folder, code) {
  writeFileSync(join(folder, "example.ts"), code);
  writeJson(join(folder, "tsconfig.json"), { compilerOptions: consumerOptions, files: ["example.ts"] });
  const compiled = await expectSuccess(pkg, "example does not compile", [tool("tsc"), "-p", "."], folder);
  if (compiled) await expectSuccess(pkg, "example", [process.execPath, "example.js"], folder);
}

/** @param {Package[]} packages */
function report(packages) {
  for (const { name, faults } of packages) {
    console.log(faults.length === 0 ? `${name}: ok` : faults.map((fault) => `${name}: ${fault.trim()}`).join("\n"));
  }
  if (packages.length === 0) console.log("no public package found");
  process.exitCode = packages.length > 0 && packages.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

/**
 * @param {Package} pkg
 * @param {string} title
 * @param {string[]} command
 * @param {string} folder
 */
// oxlint-disable-next-line max-params -- the command and its folder belong to the fault's title
async function expectSuccess(pkg, title, command, folder = workspace) {
  const { failed, output } = await run(command, folder);
  if (failed) pkg.faults.push(`${title}: ${output}`);
  return !failed;
}

/**
 * @param {string[]} command
 * @param {string} cwd
 * @returns {Promise<{ failed: boolean, stdout: string, output: string }>}
 */
function run([file = "", ...options], cwd) {
  const env = {
    ...process.env,
    PATH: `${join(workspace, "consumer/node_modules/.bin")}${delimiter}${process.env["PATH"]}`,
  };
  return new Promise((resolve) => {
    const child = execFile(file, options, { cwd, env, timeout: timeoutMs }, (error, stdout, stderr) => {
      const reason = error?.killed ? `still running after ${timeoutMs / 1000} s\n` : "";
      resolve({ failed: error !== null, stdout, output: `${reason}${stdout}${stderr}` || (error?.message ?? "") });
    });
    child.stdin?.end();
  });
}

/** @param {string} name */
function tool(name) {
  return join(root, "node_modules/.bin", name);
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * @param {string} path
 * @param {unknown} value
 */
function writeJson(path, value) {
  writeFileSync(path, JSON.stringify(value, null, 2));
}
