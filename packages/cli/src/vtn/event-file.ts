import {
  fromJson,
  MalformedMessageError,
  RejectedError,
  RuleViolationError,
  type Deviation,
  type Json,
  type OadrDistributeEvent,
  type OadrEvent,
} from "@openleadr/protocol";
import type { NewEvent, NewSignal, Vtn } from "@openleadr/vtn";
import { parseJson, readDocument } from "../document.ts";
import { FileError, type Io } from "../io.ts";

type JsonObject = { readonly [key: string]: Json };

/** An event, and the file that describes it. */
export interface EventFile {
  readonly file: string;
  readonly event: NewEvent;
}

/** Reads a file that describes an event. Throws {@link FileError} with every mistake in it. */
export async function readEvent(file: string, io: Io): Promise<EventFile> {
  const document = await readDocument(file, io);
  return orMistakes(file, () => ({ file, event: parseEvent(parseJson(document) as Json, io.clock.now()) }));
}

/** Gives an event to a VTN. Throws {@link FileError} with every rule that it breaks, or if it is over already. */
export async function giveEvent(vtn: Vtn, { file, event }: EventFile): Promise<OadrEvent> {
  return orMistakes(file, () => vtn.events.create(event));
}

async function orMistakes<T>(file: string, attempt: () => T | Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    const mistakes = mistakesOf(cause);
    if (mistakes === undefined) throw cause;
    throw new FileError(file, mistakes, { cause });
  }
}

/** Every mistake in an event, one per line, with paths that begin at the event; undefined for another kind of error. */
function mistakesOf(error: unknown): readonly string[] | undefined {
  if (error instanceof MalformedMessageError) {
    return error.deviations.map(({ path, expected, got }) => `${pathInEvent(path)}: expected ${expected}, got ${got}`);
  }
  if (error instanceof RejectedError) return [error.responseDescription];
  if (!(error instanceof RuleViolationError)) return undefined;
  return error.violations.map(({ rule, path, message }) => `rule ${rule}: ${pathInEvent(path)}: ${message}`);
}

function pathInEvent(path: string): string {
  return path.replace(/^(?:oadrDistributeEvent\.)?events\[0\](?:\.|$)/, "") || "event";
}

/**
 * The event that a JSON document describes: an item of `events` in docs/representations.md, in which what a VTN fills in
 * may be left out. `dtstart` may be left out too and is then `now`.
 *
 * Status, versions, IDs of intervals and current values are the VTN's to give; they are read, so that an event may be
 * pasted from a message, and not used. Throws {@link MalformedMessageError} with every mistake.
 */
export function parseEvent(json: Json, now: Date): NewEvent {
  const faults = [...unzonedStarts(json)];
  try {
    const read = readAsMessage(complete(json, now));
    faults.push(...unusedMembers(read));
    if (faults.length === 0) return newEventOf(read, membersOf(json));
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    faults.push(...error.deviations);
  }
  throw malformed(faults);
}

function readAsMessage(event: Json): OadrEvent {
  const payload = { requestId: "0", vtnId: "vtn", events: [event] };
  const message = fromJson({ name: "oadrDistributeEvent", payload }) as { readonly payload: OadrDistributeEvent };
  const [read] = message.payload.events;
  if (read === undefined) throw new TypeError("one event was written and none was read");
  return read;
}

function malformed([first, ...others]: readonly Deviation[]): MalformedMessageError {
  if (first === undefined) throw new TypeError("there is no fault to tell of");
  return new MalformedMessageError("ERR_OADR_INVALID", [first, ...others]);
}

/** Messages take a date-time without a zone for UTC; whoever writes one by hand may mean the time on the wall. */
function* unzonedStarts(json: Json): Iterable<Deviation> {
  for (const part of ["activePeriod", "baseline"]) {
    const dtstart = membersOf(membersOf(json)[part])["dtstart"];
    if (typeof dtstart !== "string" || !/T[\d:.]+$/.test(dtstart)) continue;
    yield {
      path: `${part}.dtstart`,
      expected: "a date-time in UTC such as 2026-01-31T12:00:00Z",
      got: JSON.stringify(dtstart),
    };
  }
}

/** What is no object is left for the schema to complain of. */
function complete(json: Json, now: Date): Json {
  return filled(json, ({ eventDescriptor = {}, activePeriod = {}, signals, ...rest }) => ({
    eventDescriptor: filled(eventDescriptor, (given) => ({ ...descriptorDefaults(now), ...given })),
    activePeriod: filled(activePeriod, (given) => ({ dtstart: now.toISOString(), duration: "PT0S", ...given })),
    ...(signals !== undefined && { signals: isList(signals) ? signals.map(completeSignal) : signals }),
    targets: [],
    responseRequired: "always",
    ...rest,
  }));
}

function descriptorDefaults(now: Date): JsonObject {
  const marketContext = "oadr://unknown.context";
  return { eventId: "0", modificationNumber: 0, marketContext, createdDateTime: now.toISOString(), eventStatus: "far" };
}

function completeSignal(signal: Json, index: number): Json {
  return filled(signal, (given) => ({
    signalName: "SIMPLE",
    signalType: "level",
    signalId: String(index),
    ...given,
  }));
}

function filled(json: Json, fill: (given: JsonObject) => JsonObject): Json {
  return isObject(json) ? fill(json) : json;
}

function membersOf(json: Json | undefined): JsonObject {
  return isObject(json) ? json : {};
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !isList(json);
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

/** What stands in intervals and would be lost: intervals follow one another, and each has one number (rules 100, 103). */
function unusedMembers({ signals }: OadrEvent): readonly Deviation[] {
  return signals.flatMap(({ intervals }, number) =>
    intervals.flatMap((interval, index) =>
      (["dtstart", "payloads"] as const)
        .filter((name) => interval[name] !== undefined)
        .map((name) => ({ path: `signals[${number}].intervals[${index}].${name}`, expected: "nothing", got: "one" })),
    ),
  );
}

function newEventOf({ eventDescriptor, activePeriod, signals, ...rest }: OadrEvent, given: JsonObject): NewEvent {
  const { eventId, priority, marketContext, testEvent, vtnComment } = eventDescriptor;
  const { duration, ...period } = activePeriod;
  return {
    ...rest,
    eventDescriptor: {
      ...("eventId" in membersOf(given["eventDescriptor"]) && { eventId }),
      priority,
      marketContext,
      testEvent,
      vtnComment,
    },
    activePeriod: { ...period, ...("duration" in membersOf(given["activePeriod"]) && { duration }) },
    signals: signals.map(newSignalOf),
  };
}

function newSignalOf({ currentValue: _, intervals, ...signal }: OadrEvent["signals"][number]): NewSignal {
  return {
    ...signal,
    intervals: intervals.map(({ duration, value }) => ({ ...(duration !== undefined && { duration }), value })),
  };
}
