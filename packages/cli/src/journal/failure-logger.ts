import { silentLogger, type Logger } from "@openleadr/transport";
import type { Journal } from "./journal.ts";

/**
 * Tells a journal of requests that were refused, and of other failures, which may have no status. What is `told` in another
 * line is for programs only.
 */
export function failureLogger(journal: Journal, told: readonly string[] = []): Logger {
  const tell =
    (level: string) =>
    (fields: object, what: string): void => {
      const { error, reason, ...rest } = fields as Failure;
      const why = error instanceof Error ? error.message : reason;
      if (why === undefined) return;
      const about = Object.values(rest).filter((value) => typeof value === "string" || typeof value === "number");
      const line = told.includes(what) ? undefined : { what, about: `${about.join(" ")}: ${why}` };
      // Some fields have a message, that of OpenADR.
      journal({ type: "log", level, what, ...fields }, line);
    };
  return { ...silentLogger, info: tell("info"), warn: tell("warn"), error: tell("error") };
}

interface Failure extends Readonly<Record<string, unknown>> {
  readonly error?: unknown;
  readonly reason?: string;
}
