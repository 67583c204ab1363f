// Loaded into the servers' processes: tells the parent process, when it asks, how long processors have worked for it.
import { cpuNanoseconds } from "./cpu.js";

process.on("message", () => process.send?.(cpuNanoseconds()));
// The server keeps its process alive, or not; this does not.
process.channel?.unref();
