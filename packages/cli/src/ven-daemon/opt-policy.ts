import { isSameUri, type OadrEvent, type Opt } from "@openleadr/protocol";
import type { EventsConfig } from "./config/events.ts";
import { WEEKDAYS, type HoursOfDay, type OptCondition } from "./config/opt-rules.ts";

/** An event, and what of the VEN it is for. */
export interface AskedEvent {
  readonly event: OadrEvent;
  readonly resources: readonly string[];
}

/** The VEN's answer to an event: that of the first rule that applies, counted from 1, or else the one for all events. */
export function decide(
  { opt, rules }: Pick<EventsConfig, "opt" | "rules">,
  asked: AskedEvent,
): { readonly opt: Opt; readonly rule: number | undefined } {
  const index = rules.findIndex(({ when }) => applies(when, asked));
  return { opt: rules[index]?.opt ?? opt, rule: index === -1 ? undefined : index + 1 };
}

function applies(when: OptCondition, { event, resources }: AskedEvent): boolean {
  const { eventDescriptor, activePeriod } = event;
  const { marketContext, resourceId, testEvent, longerThan } = when;
  return (
    hasSignal(when, event) &&
    (marketContext === undefined || marketContext.some((each) => isSameUri(each, eventDescriptor.marketContext))) &&
    (resourceId === undefined || resourceId.some((each) => resources.includes(each))) &&
    (testEvent === undefined || testEvent === (eventDescriptor.testEvent ?? false)) &&
    (longerThan === undefined || activePeriod.duration === 0 || activePeriod.duration > longerThan) &&
    beginsWhen(when, activePeriod.dtstart)
  );
}

/** Values are those of signals of the names given, or of all signals; one that fits is enough. */
function hasSignal({ signal, valueAtLeast, valueAtMost }: OptCondition, { signals }: OadrEvent): boolean {
  const named = signals.filter(({ signalName }) => signal?.includes(signalName) !== false);
  if (valueAtLeast === undefined && valueAtMost === undefined) return signal === undefined || named.length > 0;
  return named
    .flatMap(({ intervals }) => intervals.map(({ value }) => value))
    .some((value) => value >= (valueAtLeast ?? -Infinity) && value <= (valueAtMost ?? Infinity));
}

function beginsWhen({ hours, days, timeZone }: OptCondition, dtstart: Date): boolean {
  if (hours === undefined && days === undefined) return true;
  const parts = new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(timeZone !== undefined && { timeZone }),
  }).formatToParts(dtstart);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  const day = WEEKDAYS.find((each) => each === part("weekday").toLowerCase());
  const minute = Number(part("hour")) * 60 + Number(part("minute"));
  return (hours === undefined || isIn(hours, minute)) && (days === undefined || days.some((each) => each === day));
}

function isIn({ from, until }: HoursOfDay, minute: number): boolean {
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}
