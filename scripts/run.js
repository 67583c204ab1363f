// The commands behind `npm start` and `npm test`. Both work on a fresh clone with nothing but Node.js and npm: they
// install and build what is missing or stale first.
import "./node-version.js";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepare, root } from "./prepare.js";

const [job = "", ...options] = process.argv.slice(2);
if (job === "start") await start();
else if (job === "test") test();
else {
  console.error(`expected start or test, got "${job}"`);
  process.exitCode = 2;
}

/** Runs the demonstration in this very process, so that Ctrl-C reaches it and its exit code is ours. */
async function start() {
  prepare();
  if (process.env["npm_lifecycle_event"] === "start") stopWithParent();
  const command = join(root, "packages/cli/bin/openleadr.js");
  process.argv = [process.execPath, command, "demo", ...options];
  await import("../packages/cli/bin/openleadr.js");
}

/** Stops when npm was ended by a signal: it passes the signal to the shell between us, and most shells keep it. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = () => process.ppid === parent || process.kill(process.pid, "SIGTERM");
  setInterval(watch, 500).unref();
}

/** Runs the tests that need no system package; options go to Vitest. */
function test() {
  prepare();
  const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", ...options];
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
