import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts a server in a process of its own; resolves once it has told its port. `name` is that of a file in `servers/`.
 * `cpuNanoseconds` asks how long processors have worked for it.
 *
 * @param {string} name
 * @param {readonly string[]} [options] for the command line
 */
export async function startServer(name, options = []) {
  const execArgv = [...process.execArgv, "--import", new URL("tell-cpu.js", import.meta.url).href];
  const child = fork(fileURLToPath(new URL(`servers/${name}.js`, import.meta.url)), options, { execArgv });
  try {
    const port = await Promise.race([listeningPort(child), failure(child, name)]);
    return {
      port,
      stop: () => void child.kill(),
      cpuNanoseconds: () => cpuOf(child),
    };
  } catch (error) {
    child.kill();
    throw error;
  }
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
async function cpuOf(child) {
  child.send("cpu");
  const [nanoseconds] = await once(child, "message");
  return nanoseconds;
}

/**
 * The server tells its port once it listens.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>}
 */
async function listeningPort(child) {
  const [port] = await once(child, "message");
  return port;
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} name
 * @returns {Promise<never>}
 */
async function failure(child, name) {
  const [code, signal] = await once(child, "exit");
  throw new Error(`servers/${name}.js ended with ${code ?? signal} before it listened`);
}
