// The commands behind `npm start`, `npm test` and `npm run test:e2e`. All install and build what is missing or stale
// first; the first two work on a fresh clone with nothing but Node.js and npm.
import "./node-version.js";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { prepare, root } from "./prepare.js";

const [job = "", ...options] = process.argv.slice(2);
if (job === "start") await start();
else if (job === "test") test("vitest.config.ts");
else if (job === "test:e2e") test("vitest.e2e.config.ts");
else {
  console.error(`expected start, test or test:e2e, got "${job}"`);
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

/**
 * Runs the tests of one configuration: the usual one, or that of tests that need a system package. Options go to Vitest.
 *
 * @param {string} config
 */
function test(config) {
  prepare();
  const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", join(root, config), ...options];
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
