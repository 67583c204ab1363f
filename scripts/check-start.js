// Checks `npm start` as a newcomer runs it: the event is answered, a reading comes back, and Ctrl-C ends it cleanly.
import "./node-version.js";
import { spawn } from "node:child_process";
import { npmCommand, root } from "./prepare.js";

const timeoutMs = 60_000;
/** What the demonstration has to print before it is interrupted. */
const expected = [/optIn/, /TELEMETRY_USAGE|report/i];

const [file = "", ...options] = npmCommand("start", "--silent");
// A process group of its own, so that the interrupt reaches all of it, as a terminal's Ctrl-C does.
const demo = spawn(file, options, { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] });
let output = "";
let interrupted = false;
for (const stream of [demo.stdout, demo.stderr]) stream.on("data", read);
const deadline = setTimeout(() => signalGroup("SIGKILL"), timeoutMs);

demo.on("exit", (code, signal) => {
  clearTimeout(deadline);
  process.stdout.write(output);
  const missing = expected.filter((pattern) => !pattern.test(output));
  for (const pattern of missing) console.error(`npm start: did not print ${pattern}`);
  if (code !== 0) console.error(`npm start: expected exit code 0 after Ctrl-C, got ${code ?? signal}`);
  process.exitCode = missing.length === 0 && code === 0 && interrupted ? 0 : 1;
});

/** @param {Buffer} chunk */
function read(chunk) {
  output += chunk.toString();
  if (interrupted || !expected.every((pattern) => pattern.test(output))) return;
  interrupted = true;
  signalGroup("SIGINT");
}

/** @param {NodeJS.Signals} signal */
function signalGroup(signal) {
  if (demo.pid !== undefined) process.kill(-demo.pid, signal);
}
