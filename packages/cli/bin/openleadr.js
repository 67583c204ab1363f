#!/usr/bin/env node
// The executable. It is checked in, since npm links only what exists at install, and does nothing but start the build.
import { existsSync, readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const main = new URL("../dist/main.js", import.meta.url);
const [wantedMajor = 0, wantedMinor = 0] = manifest.engines.node.replace(">=", "").split(".").map(Number);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  fail(`openleadr needs Node.js ${wantedMajor}.${wantedMinor} or later, but this is ${process.versions.node}`);
} else if (!existsSync(main)) {
  fail("openleadr is not built yet: run `npm start`, `npm test` or `npm run build` in its repository first");
} else {
  await import(main.href);
}

/** @param {string} reason */
function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 2;
}
