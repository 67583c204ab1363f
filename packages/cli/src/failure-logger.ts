import type { Logger } from "@openleadr/transport";
import type { Journal } from "./journal.ts";

/** Tells of requests that were refused, and of other failures, which no status shows. */
export function failureLogger(journal: Journal): Logger {
  const tell =
    (level: string) =>
    (fields: object, what: string): void => {
      const { error, reason = error, ...rest } = fields as { readonly error?: unknown; readonly reason?: unknown };
      if (reason === undefined) return;
      const about = Object.values(rest).filter((value) => typeof value !== "object");
      journal(
        { type: "log", level, message: what, ...fields },
        { what, about: `${about.join(" ")}: ${reason instanceof Error ? reason.message : String(reason)}` },
      );
    };
  return { debug: () => {}, info: tell("info"), warn: tell("warn"), error: tell("error") };
}
