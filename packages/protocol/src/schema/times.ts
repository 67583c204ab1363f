import { formatDuration, parseDuration, type Duration } from "../time.ts";
import { scalar, type Scalar } from "./scalar.ts";

/**
 * `xcal:DurationValueType`. In tolerant reading, white space around it and the empty `PTS` of some stacks pass too.
 *
 * @see OpenADR 2.0b, rule 1: no decimals
 */
export const durationText: Scalar<Duration> = scalar<Duration>({
  type: "duration",
  expected: "a duration in whole seconds such as PT15M",
  collapses: false,
  escapes: false,
  parse: parseDuration,
  format: formatDuration,
  forgive: (raw) => (raw === "PTS" ? parseDuration("PT0S") : parseDuration(raw)),
});

/**
 * `xcal:DateTimeType`: an instant in UTC with `Z`. Fractions beyond milliseconds are cut. Without a zone, which the
 * schema allows and rule 1 does not, it is taken for UTC. In tolerant reading, an offset instead of `Z` passes.
 *
 * @see OpenADR 2.0b, rule 1: UTC with a literal Z
 */
export const dateTime: Scalar<Date> = scalar<Date>({
  type: "dateTime",
  expected: "a date-time in UTC such as 2026-01-31T12:00:00Z",
  collapses: true,
  escapes: false,
  parse: parseDateTime,
  format: formatDateTime,
  forgive: parseWithOffset,
  note(raw, element, reading) {
    if (!raw.includes("Z")) reading.noteUnzoned(element);
  },
});

/** `xs:dateTime`: with any offset or none, and years beyond 9999. */
export function isDateTime(raw: string): boolean {
  const match = /^-?([1-9]\d*)?(\d{4}-[^Z]*?)(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?$/.exec(raw);
  if (match === null) return false;
  // Years repeat their leap days every 400 years, so that the last four digits tell, but for the year 0.
  const [, more, last = ""] = match;
  return parseDateTime(more === undefined ? last : last.replace(/^0000/, "0400")) !== undefined;
}

/** The instant of a date-time in UTC; undefined for any other text. */
export function parseDateTime(raw: string): Date | undefined {
  const match = /^(-?)(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?Z?$/.exec(raw);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[2]), Number(match[3]), Number(match[4])];
  const [hour, minute, second] = [Number(match[5]), Number(match[6]), Number(match[7])];
  const fraction = Number((match[8] ?? "").slice(0, 3).padEnd(3, "0"));
  const endOfDay = hour === 24 && minute === 0 && second === 0 && !(Number(match[8] ?? 0) > 0);
  if (year === 0 || month < 1 || month > 12 || day < 1 || minute > 59 || second > 59) return undefined;
  if (hour > 23 && !endOfDay) return undefined;
  const years = match[1] === "-" ? -year : year;
  if (day > 28 && day > daysOf(years, month)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(years, month - 1, day);
  date.setUTCHours(hour, minute, second, fraction);
  return date;
}

function daysOf(year: number, month: number): number {
  const last = new Date(0);
  last.setUTCFullYear(year, month, 0);
  return last.getUTCDate();
}

/** `2026-01-31T12:00:00Z`, with milliseconds only where there are any; undefined beyond the years 1 to 9999. */
export function formatDateTime(date: Date): string | undefined {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined;
  const year = date.getUTCFullYear();
  if (year < -9999 || year > 9999 || year === 0) return undefined;
  const text = date.toISOString();
  const plain = year < 0 ? `-${text.slice(3)}` : text;
  return plain.endsWith(".000Z") ? `${plain.slice(0, -5)}Z` : plain;
}

/** The instant of a date-time with an offset, such as `+01:00`; undefined for any other text. */
export function parseWithOffset(raw: string): Date | undefined {
  const match = /^(.*)([+-])(\d{2}):?(\d{2})$/.exec(raw);
  const local = match?.[1] === undefined ? undefined : parseDateTime(match[1]);
  if (match === null || local === undefined) return undefined;
  const offsetMinutes = Number(match[3]) * 60 + Number(match[4]);
  return new Date(local.getTime() - (match[2] === "-" ? -1 : 1) * offsetMinutes * 60_000);
}
