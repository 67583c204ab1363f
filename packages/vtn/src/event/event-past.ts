import { isDeepStrictEqual } from "node:util";
import {
  NotAllowedError,
  type Duration,
  type EventBaseline,
  type EventSignal,
  type OadrEvent,
} from "@openleadr/protocol";

/**
 * Throws {@link NotAllowedError}, which says what, if a change of an event alters what lies in the past.
 *
 * Of an active event that is all that belongs to its start; its signals, for what they are; and their intervals up to
 * now, but for the value and the end of those that run.
 *
 * @see OpenADR 2.0b, rule 20
 */
export function requireSamePast(before: OadrEvent, after: OadrEvent, now: Date): void {
  const { eventId } = before.eventDescriptor;
  for (const what of changesOfPast(before, after, now))
    throw new NotAllowedError(`rule 20: ${what} of event ${eventId} is in the past and cannot change`);
  if (endOf(after) <= now.getTime())
    throw new NotAllowedError(`rule 20: the end of event ${eventId} cannot be moved into the past`);
}

function* changesOfPast(before: OadrEvent, after: OadrEvent, now: Date): Iterable<string> {
  const isActive = before.activePeriod.dtstart <= now;
  if (!isActive && after.activePeriod.dtstart < now) yield "activePeriod.dtstart";
  if (isActive) {
    for (const name of ["dtstart", "startAfter", "rampUp", "notification"] as const) {
      if (!isDeepStrictEqual(before.activePeriod[name], after.activePeriod[name])) yield `activePeriod.${name}`;
    }
    yield* changesOfSignals(before, after);
  }
  for (const { signalId } of before.signals) {
    if (!isSamePast(seriesOf(before, signalId), seriesOf(after, signalId), now)) yield `signal ${signalId}`;
  }
  if (!isSamePast(baselineOf(before), baselineOf(after), now)) yield "the baseline";
}

/** Which signals there are, and what their values mean. */
function* changesOfSignals(before: OadrEvent, after: OadrEvent): Iterable<string> {
  const [was, is] = [before, after].map(({ signals }) => new Map(signals.map((signal) => [signal.signalId, signal])));
  for (const signalId of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) {
    if (!isDeepStrictEqual(meaningOf(was?.get(signalId)), meaningOf(is?.get(signalId)))) yield `signal ${signalId}`;
  }
}

function meaningOf(signal: EventSignal | undefined): unknown {
  if (signal === undefined) return undefined;
  const { signalName, signalType, measurement } = signal;
  return { signalName, signalType, measurement };
}

function endOf({ activePeriod: { dtstart, duration } }: OadrEvent): number {
  return duration === 0 ? Infinity : dtstart.getTime() + duration;
}

/** A value that is in force from one instant, until before another. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

interface Series {
  readonly dtstart: Date;
  readonly duration: Duration;
  readonly intervals: EventSignal["intervals"];
}

function seriesOf({ signals, activePeriod }: OadrEvent, signalId: string): readonly Stretch[] {
  const signal = signals.find((signal) => signal.signalId === signalId);
  return signal === undefined ? [] : stretchesOf({ ...activePeriod, intervals: signal.intervals });
}

function baselineOf({ baseline }: { readonly baseline?: EventBaseline }): readonly Stretch[] {
  return baseline === undefined ? [] : stretchesOf(baseline);
}

function stretchesOf({ dtstart, duration, intervals }: Series): readonly Stretch[] {
  let start = dtstart.getTime();
  return intervals.map(({ duration: length = 0, value }, index) => {
    // The last interval of an event without an end has none either (rule 47).
    const isEndless = duration === 0 && index === intervals.length - 1;
    const stretch = { start, end: isEndless ? Infinity : start + length, value };
    start += length;
    return stretch;
  });
}

/** An interval that runs may get another value or end where it is; so may what follows an instant that is not yet past. */
function isSamePast(before: readonly Stretch[], after: readonly Stretch[], now: Date): boolean {
  const [was, is] = [before, after].map((stretches) => startOfRunning(stretches, now));
  const until = was !== undefined && was === is ? was : now.getTime();
  return isDeepStrictEqual(stretchesUntil(until, before), stretchesUntil(until, after));
}

function startOfRunning(stretches: readonly Stretch[], now: Date): number | undefined {
  return stretches.find(({ start, end }) => start <= now.getTime() && now.getTime() < end)?.start;
}

/** What was in force until an instant, however it is cut into intervals. */
function stretchesUntil(until: number, stretches: readonly Stretch[]): readonly Stretch[] {
  const joined: Stretch[] = [];
  for (const { start, end, value } of stretches) {
    const stretch = { start, end: Math.min(end, until), value };
    const last = joined.at(-1);
    if (stretch.end <= start) continue;
    if (last?.value === value) joined[joined.length - 1] = { ...last, end: stretch.end };
    else joined.push(stretch);
  }
  return joined;
}
