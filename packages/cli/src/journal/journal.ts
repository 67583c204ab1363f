import { formatDuration, OpenAdrError, type Clock } from "@openleadr/protocol";
import { printable, type Io, type Output } from "../io.ts";

/** Something that happened, in words: what, and what about it. */
export interface Line {
  readonly what: string;
  readonly about: string;
}

/** Something that happened, as data: what JSON lines are made of. */
export interface Fact extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

/** Where a running command tells what happens; a line left out is for programs only. */
export type Journal = (fact: Fact, line: Line | undefined) => void;

/** The journal of a command: in lines for people, or with `--json` for programs. */
export function journalTo({ stdout, clock }: Io, { json }: { readonly json?: boolean }): Journal {
  return json === true ? jsonJournal(stdout, clock) : textJournal(stdout, clock);
}

/** A journal for people: aligned lines. `party` says who tells it, where there are two. */
export function textJournal(output: Output, clock: Clock, party = ""): Journal {
  return (_fact, line) => {
    if (line === undefined) return;
    const time = clock.now().toTimeString().slice(0, 8);
    const who = party === "" ? "" : `${party}  `;
    output.write(`${time}  ${who}${line.what.padEnd(longestWhat)}  ${printable(line.about)}`.trimEnd().concat("\n"));
  };
}

const longestWhat = "registration refused".length;

/** A journal for programs: JSON lines with the time, instants and spans as ISO 8601. */
function jsonJournal(output: Output, clock: Clock): Journal {
  return (fact) => output.write(`${JSON.stringify({ time: clock.now(), ...fact }, asJson)}\n`);
}

// These are the properties of VenStatus and VtnStatus that hold a Duration, which is a number and does not look like one.
const spans: readonly string[] = ["pollInterval", "retryIn"];

/** For `JSON.stringify`: spans as ISO 8601, errors without their stacks, numbers that JSON lacks as text. */
export function asJson(key: string, value: unknown): unknown {
  if (spans.includes(key) && typeof value === "number") return formatDuration(value) ?? `PT${value / 1000}S`;
  if (value instanceof OpenAdrError) return { code: value.code, message: value.message };
  if (value instanceof Error) return { message: value.message };
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
