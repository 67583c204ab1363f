import type { Clock } from "@openleadr/protocol";
import type { Logger } from "@openleadr/transport";
import type { VenStatus } from "@openleadr/ven";
import { describeVen } from "../ven/describe-ven.ts";
import { printable, type Output } from "../io.ts";
import { asJson, type Line } from "../journal/journal.ts";
import { LOG_LEVELS, type LoggingConfig, type LogLevel } from "./config/ven-config.ts";

/** What a daemon tells people: one line for each thing that happens, as text or JSON. */
export class DaemonLog {
  /** What is told, and how; may change. */
  settings: LoggingConfig = { level: "info", format: "text" };
  readonly #output: Output;
  readonly #clock: Clock;

  constructor(output: Output, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
  }

  /** Writes a line: a fixed sentence, with the facts in words where they are not to be listed as they are; and the facts. */
  write(level: LogLevel, line: string | Line, fields: object): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.settings.level)) return;
    const { what: message, about } = typeof line === "string" ? { what: line, about: sayFields(fields) } : line;
    const time = this.#clock.now().toISOString();
    const text =
      this.settings.format === "json"
        ? JSON.stringify({ time, level, message, ...fields }, asJson)
        : printable(`${time} ${level.padEnd(longestLevel)} ${message}${about === "" ? "" : `: ${about}`}`);
    this.#output.write(`${text}\n`);
  }

  /** Tells of news from the VEN; at the level that it has by itself, if none is given. */
  tell(status: VenStatus, level: LogLevel = levelOf(status)): void {
    this.write(level, describeVen(status) ?? { what: status.type, about: "" }, status);
  }

  /** A logger for the library, most of whose lines have a status that is told already. */
  get logger(): Logger {
    const debug = (fields: object, message: string): void => this.write("debug", message, fields);
    const error = (fields: object, message: string): void =>
      this.write(message === "handler failed" ? "debug" : "error", message, fields);
    return { debug, info: debug, warn: debug, error };
  }
}

const longestLevel = Math.max(...LOG_LEVELS.map(({ length }) => length));

/** How much a status matters to whoever looks after the VEN; see docs/logging.md. */
function levelOf(status: VenStatus): LogLevel {
  switch (status.type) {
    case "polled":
    case "pushed":
    case "reportSent":
    case "vtnReportReceived":
      return "debug";
    // The daemon watches all of the VEN's own certificates in its file itself.
    case "certificateExpiring":
      return status.role === "own" ? "debug" : "warn";
    case "revocationListExpiring":
      return "warn";
    case "registrationFailed":
    case "unregistered":
    case "pushRefused":
    case "securityReduced":
    case "pollFailed":
    case "reportFailed":
    case "reportDropped":
    case "requestFailed":
    case "messageRefused":
    case "deviated":
      return "warn";
    case "clockSkew":
      return status.isWithinLimit ? "info" : "warn";
    case "vtnReportEnded":
      return status.error === undefined ? "info" : "warn";
    case "failed":
    case "handlerFailed":
    case "storeFailed":
      return "error";
    case "registered":
    case "resumed":
    case "reportsRegistered":
    case "eventReceived":
    case "eventAnswered":
    case "eventCancelled":
    case "eventRampUp":
    case "eventStarted":
    case "eventInterval":
    case "eventRecovery":
    case "eventEnded":
    case "reportRequested":
    case "reportEnded":
    case "vtnReportsOffered":
    case "vtnReportRequested":
    case "optCreated":
    case "optCancelled":
    case "stopped":
      return "info";
  }
}

function sayFields(fields: object): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => (value instanceof Error ? value.message.trim() : `${name} ${sayValue(value)}`))
    .join(", ");
}

function sayValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, asJson);
}
