// The program: hands the process to the command, and the command's exit code to the process.
import { getEventListeners } from "node:events";
import { systemClock } from "@openleadr/protocol";
import { run } from "./program.ts";

const stopping = new AbortController();

// The first Ctrl-C asks a command that runs something to end it, the second one does not wait for that.
function stop(): void {
  const isFirst = !stopping.signal.aborted && getEventListeners(stopping.signal, "abort").length > 0;
  if (!isFirst) process.exit(1);
  stopping.abort();
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);

// A reader that has seen enough, as `head` has, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  signal: stopping.signal,
  clock: systemClock,
  env: process.env,
  // Without a listener, the signal ends the process, as a terminal that is closed means it to.
  onReload(listener) {
    process.on("SIGHUP", listener);
    return () => process.off("SIGHUP", listener);
  },
  debug: process.env["OPENLEADR_DEBUG"] !== undefined,
});
