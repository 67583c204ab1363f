import { checkRules, isSameUri, type OadrEvent } from "@openleadr/protocol";
import { isOver } from "./decision.ts";
import type { PlanContext } from "./plan.ts";
import { resolveResources, resourcesOfClasses } from "./resources.ts";
import { unsupported, type SupportedSignal } from "./supported-signal.ts";

/** Why an event is refused. */
export interface EventFault {
  readonly responseCode: number;
  readonly responseDescription: string;
}

/** What an event is looked at for. */
export interface EventFaultContext extends PlanContext {
  readonly vtnId: string;
  /** Undefined for any. */
  readonly marketContexts?: readonly string[] | undefined;
  readonly signals: readonly SupportedSignal[];
  readonly now: Date;
}

/**
 * Why the VEN has to refuse an event, whatever the application thinks of it; undefined if it need not.
 *
 * A breach counts only where a rule names an answer; other breaches are overlooked.
 *
 * @see OpenADR 2.0b, rules 2, 8, 9, 22, 33, 48, 100, 102, 104, 109, 112, 116
 */
export function faultOf(event: OadrEvent, context: EventFaultContext): EventFault | undefined {
  return (
    foreignContext(event, context) ??
    foreignTarget(event, context) ??
    unsupportedSignal(event, context) ??
    negativeSpan(event) ??
    endlessSpan(event, context) ??
    breach(event, context) ??
    unresolvable(event, context)
  );
}

/** Rule 33: why a new event makes no sense that is over already, wherever in its start-after span it was to begin. */
export function oldDate(event: OadrEvent, now: Date): EventFault | undefined {
  if (!isOver(event, now)) return undefined;
  return { responseCode: 454, responseDescription: "activePeriod: expected an event that is not over yet" };
}

function foreignContext({ eventDescriptor }: OadrEvent, { marketContexts }: EventFaultContext): EventFault | undefined {
  const { marketContext } = eventDescriptor;
  if (marketContexts === undefined || marketContexts.some((each) => isSameUri(each, marketContext))) return undefined;
  return { responseCode: 462, responseDescription: `market context ${marketContext} is not ours` };
}

function foreignTarget(event: OadrEvent, context: EventFaultContext): EventFault | undefined {
  if (resolveResources(event, context)?.length !== 0) return undefined;
  return { responseCode: 462, responseDescription: `the event is not for ${context.venId}` };
}

function unsupportedSignal({ signals }: OadrEvent, context: EventFaultContext): EventFault | undefined {
  for (const signal of signals) {
    const responseDescription = unsupported(signal, context.signals);
    if (responseDescription !== undefined) return { responseCode: 460, responseDescription };
  }
  return undefined;
}

/** Spans that the schema lets run backwards and that make no sense so. */
function negativeSpan({ activePeriod, signals }: OadrEvent): EventFault | undefined {
  const { duration, startAfter = 0 } = activePeriod;
  const isNegative = signals.some(({ intervals }) => intervals.some(({ duration: span = 0 }) => span < 0));
  const negative = duration < 0 ? "activePeriod.duration" : startAfter < 0 ? "activePeriod.startAfter" : undefined;
  const path = negative ?? (isNegative ? "signals.intervals.duration" : undefined);
  if (path === undefined) return undefined;
  return { responseCode: 459, responseDescription: `${path}: expected 0 or more, got a negative duration` };
}

/** Spans that the schema lets lead to instants that there are not: some 270,000 years from now. */
function endlessSpan({ activePeriod, signals }: OadrEvent, { now }: EventFaultContext): EventFault | undefined {
  const { dtstart, duration, startAfter = 0, rampUp = 0, recovery = 0 } = activePeriod;
  const spans = signals.map(({ intervals }) => intervals.reduce((sum, each) => sum + (each.duration ?? 0), 0));
  // An event that is called off may go on for all of start-after from then on (rule 65).
  const begin = Math.max(dtstart.getTime(), now.getTime()) + startAfter;
  const end = begin + Math.max(duration, ...spans) + Math.max(recovery, 0);
  if (isInstant(dtstart.getTime() - rampUp) && isInstant(end)) return undefined;
  return { responseCode: 454, responseDescription: "activePeriod: expected spans that come to an end" };
}

function isInstant(time: number): boolean {
  return !Number.isNaN(new Date(time).getTime());
}

/** An event with signals for other device classes than ours alone. */
function unresolvable(event: OadrEvent, context: EventFaultContext): EventFault | undefined {
  const resources = resolveResources(event, context);
  const isAnyOurs = event.signals.some(
    ({ deviceClasses }) => resourcesOfClasses(resources, deviceClasses, context)?.length !== 0,
  );
  if (isAnyOurs) return undefined;
  return { responseCode: 469, responseDescription: "no resource is of a device class that the signals name" };
}

// prettier-ignore
const codes: Readonly<Record<number, { readonly responseCode: number; readonly of?: RegExp }>> = {
  2:   { responseCode: 450 },
  8:   { responseCode: 459 },
  9:   { responseCode: 454 },
  100: { responseCode: 459 },
  102: { responseCode: 459 },
  // That a signal exists with this type; units and values are the application's to judge.
  104: { responseCode: 460, of: /\.signalType$/ },
  116: { responseCode: 460 },
};

function breach(event: OadrEvent, { vtnId, now }: EventFaultContext): EventFault | undefined {
  const message = { name: "oadrDistributeEvent", payload: { requestId: "0", vtnId, events: [event] } } as const;
  for (const { rule, path, message: reason } of checkRules(message, { sender: "vtn", now })) {
    const code = codes[rule];
    if (code === undefined || code.of?.test(path) === false) continue;
    const where = path.replace(/^events\[0\]\./, "");
    return { responseCode: code.responseCode, responseDescription: `${where}: ${reason} (rule ${rule})` };
  }
  return undefined;
}
