// Checks what `npm start` does: the event is answered, a reading comes back, and Ctrl-C ends it with exit code 0.
import "./node-version.js";
import { spawn } from "node:child_process";
import { root } from "./prepare.js";

const timeoutMs = 60_000;
/** What the demonstration has to print before it is interrupted. */
const expected = [/event answered +optIn/, /report received .*\d/, /Running until Ctrl-C/];

// Without npm, which tells the exit code of the shell between it and the demonstration.
const demo = spawn(process.execPath, ["scripts/run.js", "start"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
let output = "";
let interrupted = false;
for (const stream of [demo.stdout, demo.stderr]) stream.on("data", read);
const deadline = setTimeout(() => demo.kill("SIGKILL"), timeoutMs);

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
  demo.kill("SIGINT");
}
