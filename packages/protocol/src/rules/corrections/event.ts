import { RESPONSE_REQUIRED } from "../../enumerations.ts";
import type { EventDescriptor, EventSignal, OadrDistributeEvent, OadrEvent } from "../../messages/event.ts";
import type { SignalInterval } from "../../messages/stream.ts";
import type { Target } from "../../messages/target.ts";
import { show } from "../../schema/place.ts";
import { resolveTargets, type TargetsByType } from "../../targets.ts";
import { milliseconds } from "../../time.ts";
import { isSimple } from "../events.ts";
import { sumOfDurations } from "../interval-durations.ts";
import { showSpan } from "../rule.ts";
import type { CorrectedPart } from "./correction.ts";

/** An event that lacks what can be filled in. */
export interface EventDraft extends Omit<OadrEvent, "eventDescriptor" | "targets" | "responseRequired"> {
  readonly eventDescriptor: Omit<EventDescriptor, "createdDateTime"> &
    Partial<Pick<EventDescriptor, "createdDateTime">>;
  readonly targets?: readonly Target[];
  /** The targets by kind, instead of `targets` or in agreement with them. */
  readonly targetsByType?: TargetsByType;
  readonly responseRequired?: string;
}

/** An oadrDistributeEvent whose events lack what can be filled in. */
export interface OadrDistributeEventDraft extends Omit<OadrDistributeEvent, "events"> {
  readonly events: readonly EventDraft[];
}

type EventCorrection = (event: EventDraft, part: CorrectedPart) => EventDraft;

/** Fills in and corrects the events of an oadrDistributeEvent. Throws `RangeError` when two forms of targets disagree. */
export function correctDistributeEvent(draft: OadrDistributeEventDraft, part: CorrectedPart): OadrDistributeEvent {
  const events = draft.events.map((event, index) => {
    const at = { ...part, path: `events[${index}]` };
    return eventCorrections.reduce((corrected, correct) => correct(corrected, at), event) as OadrEvent;
  });
  return { ...draft, events };
}

const listTargets: EventCorrection = ({ targetsByType, ...event }, { path, corrections }) => {
  if (event.targets !== undefined && targetsByType === undefined) return event;
  const targets = resolveTargets({ targets: event.targets, targetsByType });
  if (event.targets === undefined) {
    const from = targetsByType === undefined ? "nothing" : "targetsByType";
    corrections.push({ path: `${path}.targets`, message: `changed from ${from} to ${show(targets)}` });
  }
  return { ...event, targets };
};

const requireAnswer: EventCorrection = (event, { path, corrections }) => {
  const { responseRequired } = event;
  if (answers.includes(responseRequired)) return event;
  const message = `changed from ${show(responseRequired)} to "always"`;
  corrections.push({ path: `${path}.responseRequired`, message });
  return { ...event, responseRequired: RESPONSE_REQUIRED.ALWAYS };
};

const answers: readonly (string | undefined)[] = Object.values(RESPONSE_REQUIRED);

const dateCreation: EventCorrection = (event, { path, now, corrections }) => {
  if (event.eventDescriptor.createdDateTime !== undefined) return event;
  const message = `changed from nothing to ${now.toISOString()}`;
  corrections.push({ path: `${path}.eventDescriptor.createdDateTime`, message });
  return { ...event, eventDescriptor: { ...event.eventDescriptor, createdDateTime: now } };
};

const numberIntervals: EventCorrection = (event, part) => {
  const signals = event.signals.map((signal, index) => {
    const at = { ...part, path: `${part.path}.signals[${index}]` };
    return { ...signal, intervals: numbered(2, signal.intervals, at) };
  });
  if (event.baseline === undefined) return { ...event, signals };
  const intervals = numbered(101, event.baseline.intervals, { ...part, path: `${part.path}.baseline` });
  return { ...event, signals, baseline: { ...event.baseline, intervals } };
};

function numbered(rule: number, intervals: readonly SignalInterval[], { path, corrections }: CorrectedPart) {
  const uids = intervals.map(({ uid }) => uid);
  if (uids.every((uid, index) => uid === String(index))) return intervals;
  const message = `changed from ${uids.map(show).join(", ")} to ${intervals.map((_, index) => `"${index}"`).join(", ")}`;
  corrections.push({ rule, path: `${path}.intervals`, message: `uid ${message}` });
  return intervals.map((interval, index) => ({ ...interval, uid: String(index) }));
}

/** Only where all signals agree; an open-ended event (duration 0) is left as it is. */
const fitActivePeriod: EventCorrection = (event, { path, corrections }) => {
  const { duration } = event.activePeriod;
  const [total, ...others] = event.signals.map(({ intervals }) => sumOfDurations(intervals));
  if (total === undefined || total === duration || duration === 0) return event;
  if (others.some((other) => other !== total)) return event;
  const message = `changed from ${showSpan(duration)} to ${showSpan(total)}, the sum of the intervals`;
  corrections.push({ rule: 8, path: `${path}.activePeriod.duration`, message });
  return { ...event, activePeriod: { ...event.activePeriod, duration: milliseconds(total) } };
};

const clearCurrentValue: EventCorrection = (event, part) => {
  if (event.eventDescriptor.eventStatus === "active") return event;
  return {
    ...event,
    signals: event.signals.map((signal, index) => cleared(signal, `${part.path}.signals[${index}]`, part)),
  };
};

function cleared(signal: EventSignal, path: string, { corrections }: CorrectedPart): EventSignal {
  if (!isSimple(signal) || (signal.currentValue ?? 0) === 0) return signal;
  const message = `changed from ${signal.currentValue} to 0, as the event is not active`;
  corrections.push({ rule: 14, path: `${path}.currentValue`, message });
  return { ...signal, currentValue: 0 };
}

const eventCorrections: readonly EventCorrection[] = [
  listTargets,
  requireAnswer,
  dateCreation,
  numberIntervals,
  fitActivePeriod,
  clearCurrentValue,
];
