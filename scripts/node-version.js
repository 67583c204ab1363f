// Ends the process with a clear sentence when this Node.js is too old. Imported for that effect, before anything else,
// and written in a syntax that old versions can read.
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const [wantedMajor = 0, wantedMinor = 0] = manifest.engines.node.replace(">=", "").split(".").map(Number);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  console.error(
    `OpenLEADR needs Node.js ${wantedMajor}.${wantedMinor} or later, but this is ${process.versions.node}.`,
  );
  process.exit(2);
}
