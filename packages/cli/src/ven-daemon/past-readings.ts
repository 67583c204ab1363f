import { parseDuration, type Duration } from "@openleadr/protocol";
import { numberOf, shown, valueIn } from "./values.ts";

/** A reading of the past, as its source tells it. */
export interface PastReading {
  readonly dtstart: Date;
  readonly value: number;
  /** The length of the span that it covers, where that is said. */
  readonly duration: Duration | undefined;
}

/**
 * The readings in a text: lines `time,value` or `time,value,duration`, with or without a headline; or lines with a JSON
 * object each, `{ "time": ..., "value": ..., "duration": ... }`; or one JSON list of such objects, which `pointer` finds.
 *
 * Throws for what is none of these, saying which line or item it is.
 */
export function pastReadings(text: string, pointer: string | undefined): readonly PastReading[] {
  if (pointer === undefined && !text.trimStart().startsWith("[")) return inLines(text);
  const list = valueIn(text, pointer);
  if (!Array.isArray(list)) throw new Error(`expected a list of readings, got ${shown(JSON.stringify(list))}`);
  return list.map((item, index) => at(`item ${index + 1}`, () => readingOf(item)));
}

function inLines(text: string): readonly PastReading[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }));
  return lines
    .filter(({ line, number }) => line !== "" && !(number === 1 && headline.test(line)))
    .map(({ line, number }) => at(`line ${number}`, () => inLine(line)));
}

const headline = /^"?time"?\s*,\s*"?value"?(?:\s*,\s*"?duration"?)?$/i;

function inLine(line: string): PastReading {
  if (line.startsWith("{")) return readingOf(valueIn(line, undefined));
  const cells = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  if (cells.length !== 2 && cells.length !== 3)
    throw new Error(`expected time,value such as 2026-01-01T00:00:00Z,1.5, got ${shown(line)}`);
  const [time, value, duration] = cells;
  return readingOf({ time, value, duration: duration === "" ? undefined : duration });
}

function readingOf(item: unknown): PastReading {
  if (typeof item !== "object" || item === null)
    throw new Error(`expected { "time": ..., "value": ... }, got ${shown(JSON.stringify(item))}`);
  const { time, value, duration } = item as Readonly<Record<string, unknown>>;
  return { dtstart: instantOf(time), value: numberOf(value), duration: durationOf(duration) };
}

/** Without a zone, nobody could say which instant it is. */
function instantOf(time: unknown): Date {
  const isInstant =
    typeof time === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(time);
  const instant = new Date(isInstant ? time : Number.NaN);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw new Error(`expected a time such as 2026-01-01T00:00:00Z, got ${shown(JSON.stringify(time) ?? "")}`);
}

function durationOf(duration: unknown): Duration | undefined {
  if (duration === undefined) return undefined;
  const span = typeof duration === "string" ? parseDuration(duration) : undefined;
  if (span !== undefined && span > 0) return span;
  throw new Error(`expected a duration such as PT15M, got ${shown(JSON.stringify(duration))}`);
}

/** What `read` gives; what it throws says where. */
function at<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
