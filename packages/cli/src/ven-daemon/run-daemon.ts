import { EventEmitter, on } from "node:events";
import { CommandError, type ExitCode, type Io } from "../io.ts";
import { isLoopback } from "@openleadr/transport/internal";
import type { VenConfig } from "./config/ven-config.ts";
import { DaemonLog } from "./daemon-log.ts";
import { readVenConfig } from "./read-ven-config.ts";
import { VenDaemon } from "./ven-daemon.ts";
import { WatchedConfig } from "./watched-config.ts";

/** How a daemon is run, beside what its file says. */
export interface DaemonOptions {
  readonly config: string;
  /** Whether the registration ends with it. */
  readonly cancelRegistration?: boolean | undefined;
}

/**
 * Runs a VEN as a file says until it is to stop; reads the file anew whenever that is wished for, and goes on as before if
 * it has mistakes. Throws {@link FileError} for a file with mistakes at the start.
 */
export async function runDaemon({ config: file, cancelRegistration }: DaemonOptions, io: Io): Promise<ExitCode> {
  const wishes = new EventEmitter();
  const forget = io.onReload(() => wishes.emit("reload"));
  const log = new DaemonLog(io.stdout, io.clock);
  try {
    const read = readVenConfig(file, io.env);
    const daemon = new VenDaemon(read, { io, log });
    warnOfPlainHttp(read, log);
    const ending = eitherOf(io.signal, daemon.failed);
    const reloads = on(wishes, "reload", { signal: ending });
    const watched = new WatchedConfig(file, read, { daemon, io, log, wish: () => wishes.emit("reload") });
    try {
      await daemon.start();
      await untilEnded(reloads, { ending, reload: () => watched.reload() });
      if (daemon.failed.aborted) throw failure(daemon.failed.reason);
      if (cancelRegistration === true) await cancel(daemon);
    } finally {
      await watched.end();
      await daemon.stop(AbortSignal.timeout(graceMs));
    }
    return 0;
  } finally {
    forget();
  }
}

/** How long a VTN that does not answer may hold up the end, in milliseconds. */
const graceMs = 5_000;

/** Aborts with the first of them. Listens to them, as the program takes a signal that nobody listens to for unheeded. */
function eitherOf(...signals: readonly AbortSignal[]): AbortSignal {
  const either = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) either.abort();
    signal.addEventListener("abort", () => either.abort(), { once: true });
  }
  return either.signal;
}

async function untilEnded(
  reloads: AsyncIterable<unknown>,
  { ending, reload }: { readonly ending: AbortSignal; readonly reload: () => Promise<void> },
): Promise<void> {
  try {
    for await (const _ of reloads) await reload();
  } catch (error) {
    if (!ending.aborted) throw error;
  }
}

async function cancel(daemon: VenDaemon): Promise<void> {
  try {
    await daemon.cancelPartyRegistration(AbortSignal.timeout(graceMs));
  } catch (cause) {
    throw new CommandError(1, `the registration could not be cancelled: ${reasonOf(cause)}`, { cause });
  }
}

function failure(cause: unknown): CommandError {
  return new CommandError(1, reasonOf(cause), { cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function warnOfPlainHttp({ vtn, push }: VenConfig, log: DaemonLog): void {
  const { host = "127.0.0.1", tls } = push?.listen ?? {};
  const open = [...(vtn.url.protocol === "http:" ? [vtn.url.hostname] : []), ...(tls === undefined ? [host] : [])];
  for (const each of open.filter((name) => !isLoopback(name)))
    log.write("warn", "plain HTTP: whoever is on the way can read and change what is sent", { host: each });
}
