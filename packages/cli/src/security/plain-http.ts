import { isLoopback } from "@openleadr/transport/internal";
import { writeLine, type Output } from "../io.ts";

/** Warns of HTTP without TLS, unless it stays within the machine. */
export function warnOfPlainHttp(host: string, output: Output): void {
  if (isLoopback(host)) return;
  const danger = "whoever is on the way can read and change what is sent, and speak for either side";
  writeLine(output, `warning: plain HTTP with ${host}: ${danger}`);
}
